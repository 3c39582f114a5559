import Destinations
import Foundation
import Profiles
import Store
import TidegateModel

/// Asks about accepted batches until the receiver has told of each what it made of it, or the deadline is over.
///
/// Only a terminal status ends a job: counts that look complete do not.
struct JobPolling: Sendable {
    private let work: ClaimedRun
    private let session: any PushSession
    private let plan: PushPlan
    /// Where members are kept track of; nil where there is no list.
    private let list: ManagedList?

    private var store: Store { work.place.store }

    init(_ work: ClaimedRun, _ session: any PushSession, _ plan: PushPlan, list: ManagedList?) {
        self.work = work
        self.session = session
        self.plan = plan
        self.list = list
    }

    func finish() async throws(RunFault) {
        var pause = Span.seconds(2)
        while true {
            for batch in try accepted() { try await ask(about: batch) }
            if try accepted().isEmpty { return }
            try await wait(pause)
            pause = min(.milliseconds(pause.milliseconds * 3 / 2), .seconds(30))
        }
    }

    private func accepted() throws(RunFault) -> [Batch] {
        try RunFault.catching { try store.acceptedBatches(of: work.run.id) }
    }

    private func wait(_ pause: Span) async throws(RunFault) {
        if work.stop.isRaised { throw .stopped }
        let clock = work.place.clock
        do {
            try await clock.sleep(until: clock.now() + pause)
        } catch {
            throw .stopped
        }
    }

    private func ask(about batch: Batch) async throws(RunFault) {
        guard let job = batch.job else { return try settle(batch, .outcomeUnknown, message: "receiver gave no job") }
        let outcome: JobOutcome
        do throws(DeliveryError) {
            outcome = try await session.outcome(of: job)
        } catch {
            throw RunFault(error)
        }
        switch outcome {
        case .pending:
            let now = work.place.clock.now()
            guard let sentAt = batch.sentAt, now - sentAt > work.place.limits.jobDeadline else { return }
            let minutes = work.place.limits.jobDeadline.milliseconds / 60_000
            try settle(batch, .outcomeUnknown, message: "receiver did not finish the job within \(minutes) minutes")
        case .unknown(let message):
            try settle(batch, .outcomeUnknown, message: message)
        case .ended(let result):
            try await settle(batch, result)
        }
    }

    private func settle(_ batch: Batch, _ result: JobResult) async throws(RunFault) {
        let rejections = try await rejections(result.rejections, of: batch)
        if result.isRefused {
            return try settle(
                batch, .refused, rejections: rejections, unnamed: max(0, batch.contacts - rejections.count),
                figures: result.figures, message: "receiver refused the job"
            )
        }
        // Whom the receiver names and we cannot find is one it did not name.
        let unnamed = min(
            result.unnamed + result.rejections.count - rejections.count, batch.contacts - rejections.count
        )
        let refused = rejections.count + unnamed
        let event: BatchEvent =
            refused == 0 ? .confirmed : refused < batch.contacts ? .confirmedInPart : .refused
        let isRemoval = batch.kind == .remove && refused > 0
        try settle(
            batch, event, rejections: rejections, unnamed: unnamed, figures: result.figures,
            message: isRemoval ? "receiver left \(refused) on the list" : nil,
            // Whom a job does not name may be anybody.
            named: isRemoval && result.unnamed > 0 ? nil : result.rejections.map(\.identity)
        )
    }

    private func settle(
        _ batch: Batch, _ event: BatchEvent, rejections: [BatchSettlement.Rejection] = [], unnamed: Int = 0,
        figures: [String: Int] = [:], message: String? = nil, named: [String]? = []
    ) throws(RunFault) {
        let settlement = BatchSettlement(
            batch.number, event, rejections: rejections, unnamed: unnamed, figures: figures, message: message,
            members: change(of: batch, event, named)
        )
        let isHeld = try RunFault.catching {
            try store.advance(settling: [settlement], work.claim, at: work.place.clock.now())
        }
        guard isHeld else { throw .claimLost }
    }

    /// Whom a removal did not take off is left to the next run. Whom the receiver refused is not on the list, unless he
    /// was before.
    ///
    /// - Parameter named: nil where it is not known who was refused.
    private func change(of batch: Batch, _ event: BatchEvent, _ named: [String]?) -> MemberChange? {
        guard batch.kind == .remove else {
            guard let list, event == .refused || named?.isEmpty == false else { return nil }
            return .refused(event == .refused ? nil : named, run: work.run.id, batch: batch.number, on: list)
        }
        switch event {
        case .confirmed, .confirmedInPart:
            guard let named else { return .stayed(run: work.run.id, batch: batch.number) }
            return .left(except: named, run: work.run.id, batch: batch.number)
        default: return .stayed(run: work.run.id, batch: batch.number)
        }
    }

    /// The profiles behind the identities that the receiver named, in this attempt's batches or an earlier one's.
    private func rejections(
        _ named: [JobResult.Rejection], of batch: Batch
    ) async throws(RunFault) -> [BatchSettlement.Rejection] {
        guard batch.kind == .upsert, !named.isEmpty else { return [] }
        let wanted = Dictionary(named.map { ($0.identity, $0) }) { first, _ in first }
        let found = try await ProfileFinder(work, session, plan).profiles(with: Set(wanted.keys))
        return found.compactMap { identity, profile in
            wanted[identity].map { rejection in
                BatchSettlement.Rejection(
                    key: profile.key, profile: profile.number, code: rejection.code, message: rejection.message
                )
            }
        }
    }
}
