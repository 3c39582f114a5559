import Destinations
import Digests
import Foundation
import Store
import TidegateModel

/// Sends the batches of a plan in order, one at a time; what a receiver refuses because of some contacts is sent again
/// without them, or in halves until they are found.
struct BatchSender: Sendable {
    /// Contacts refused one by one, with none taken, before the run is given up: then it is not the contacts.
    private static let patience = 20

    private let work: ClaimedRun
    private let session: any PushSession
    /// Where members are kept track of; nil where there is no list.
    private let list: ManagedList?
    private let title: String

    private var store: Store { work.place.store }

    init(_ work: ClaimedRun, _ session: any PushSession, list: ManagedList?, title: String) {
        self.work = work
        self.session = session
        self.list = list
        self.title = title
    }

    /// A batch on its way, with its contacts in memory.
    private struct Load {
        var planned: PlannedBatch
        var rows: PushSpool.Rows
    }

    private struct Tally {
        var sent = 0
        var nextNumber: Int
        var refusedAlone = 0
        var hasTaken: Bool
        /// What became of batches, in their order, where it is not journaled yet: it goes with the next window.
        var settled: [BatchSettlement] = []
        /// Batches that are journaled as being on their way and have not gone yet.
        var underway: Set<Int> = []
    }

    func send(_ plan: PushPlan) async throws(RunFault) {
        let state = try RunFault.catching { try store.pushState(of: work.run.id) }
        var tally = Tally(
            nextNumber: max(state.lastNumber, plan.batches.last?.planned.number ?? 0) + 1,
            hasTaken: state.through != nil
        )
        do throws(RunFault) {
            for (index, cut) in plan.batches.enumerated() {
                let window = plan.batches[index...].prefix(max(1, session.limits.window))
                var loads = [Load(planned: cut.planned, rows: try plan.spool.rows(in: cut.region))]
                while let load = loads.popLast() {
                    let parts = try await send(load, window, of: plan.pages, resuming: state.done, &tally)
                    loads += parts.reversed()
                }
                tally.sent += cut.planned.contacts
                work.place.progress.show(
                    title, done: tally.sent, of: plan.contacts, unit: "profiles", run: work.run.id)
            }
        } catch {
            if case .claimLost = error { throw error }
            tally.settled += tally.underway.sorted().map { BatchSettlement($0, .withdrawn) }
            try advance(&tally, sending: [])
            throw error
        }
        try advance(&tally, sending: [])
    }

    /// Journals a batch as being on its way, and with it the others of its window; part of a batch has none.
    private func begin(_ number: Int, _ window: ArraySlice<PushPlan.Cut>, _ tally: inout Tally) throws(RunFault) {
        if work.stop.isRaised { throw .stopped }
        if !tally.underway.contains(number) {
            let isFirst = window.first?.planned.number == number
            try advance(&tally, sending: isFirst ? window.map { $0.planned.number } : [number])
        }
        tally.underway.remove(number)
    }

    /// - Returns: what is to be sent in its place.
    private func send(
        _ load: Load, _ window: ArraySlice<PushPlan.Cut>, of pages: Int, resuming done: [String: Int],
        _ tally: inout Tally
    ) async throws(RunFault) -> [Load] {
        try begin(load.planned.number, window, &tally)
        switch try await answer(to: load, of: pages, done: done[load.planned.digest] ?? 0, &tally) {
        case .taken(let rejected, let ids):
            tally.hasTaken = tally.hasTaken || rejected.count < load.rows.count
            tally.settled.append(taken(load, rejected, members: put(load, except: rejected, ids)))
            return []
        case .accepted(let job):
            tally.hasTaken = true
            tally.settled.append(
                BatchSettlement(load.planned.number, .accepted, job: job, members: put(load, except: [], [:]))
            )
            return []
        case .refusedRows(let rejected) where rejected.contains { load.rows.indices.contains($0.index) }:
            return try split(load, without: rejected, &tally)
        case .refusedRows:
            return try halve(load, because: "receiver refused the batch without naming anybody", &tally)
        case .refusedWhole(let message):
            return try halve(load, because: message, &tally)
        }
    }

    private func answer(
        to load: Load, of pages: Int, done: Int, _ tally: inout Tally
    ) async throws(RunFault) -> BatchAnswer {
        let (store, claim, number) = (store, work.claim, load.planned.number)
        let batch = PushBatch(
            idempotencyKey: "\(work.run.id.text)-\(load.planned.page)-\(pages)-\(load.planned.digest.prefix(32))",
            page: load.planned.page, pages: pages, contacts: load.rows.contacts, done: done
        ) { (done) throws(DeliveryError) in
            let isJournaled = try? store.noteProgress(of: number, done: done, claim)
            guard isJournaled ?? true else { throw .cancelled }
        }
        do throws(DeliveryError) {
            return try await session.send(batch)
        } catch {
            // Whether it arrived or not: its contacts are sent again, which leaves the receiver as if they were sent once.
            tally.settled.append(BatchSettlement(number, .lost, message: error.sentence))
            throw RunFault(error)
        }
    }

    private func advance(_ tally: inout Tally, sending next: [Int]) throws(RunFault) {
        let settled = tally.settled
        guard !settled.isEmpty || !next.isEmpty else { return }
        let isHeld = try RunFault.catching {
            try store.advance(settling: settled, sending: next, work.claim, at: work.place.clock.now())
        }
        guard isHeld else { throw .claimLost }
        tally.settled = []
        tally.underway.formUnion(next)
    }

    // MARK: What became of it

    private func taken(_ load: Load, _ rejected: [RowRejection], members: MemberChange? = nil) -> BatchSettlement {
        let event: BatchEvent =
            rejected.isEmpty ? .confirmed : rejected.count < load.rows.count ? .confirmedInPart : .refused
        return BatchSettlement(load.planned.number, event, rejections: rejections(load, rejected), members: members)
    }

    private func rejections(_ load: Load, _ rejected: [RowRejection]) -> [BatchSettlement.Rejection] {
        rejected.filter { load.rows.indices.contains($0.index) }.map { rejection in
            let row = load.rows[rejection.index]
            return BatchSettlement.Rejection(
                key: String(decoding: row.key, as: UTF8.self), profile: row.profile, code: rejection.code,
                message: rejection.message
            )
        }
    }

    private func put(_ load: Load, except rejected: [RowRejection], _ ids: [Int: String]) -> MemberChange? {
        guard let list else { return nil }
        let absent = Set(rejected.map(\.index))
        let members = load.rows.indices.filter { !absent.contains($0) }.map { index in
            ManagedMember(
                identity: String(decoding: load.rows[index].contact.identity, as: UTF8.self), receiverID: ids[index],
                profile: load.rows[index].profile
            )
        }
        return .put(members, on: list, run: work.run.id, batch: load.planned.number)
    }

    /// The rest of a batch, some of whose contacts the receiver named as refused.
    private func split(_ load: Load, without rejected: [RowRejection], _ tally: inout Tally) throws(RunFault) -> [Load]
    {
        let named = Set(rejected.map(\.index))
        let rest = PushSpool.Rows(load.rows, at: load.rows.indices.filter { !named.contains($0) })
        guard !rest.isEmpty else {
            tally.settled.append(taken(load, rejected))
            return []
        }
        let part = part(of: load, rest, through: load.planned.through, skipped: load.planned.skipped, &tally)
        try journal(
            BatchSettlement(
                load.planned.number, .split, rejections: rejections(load, rejected),
                message: "sent again without \(named.count) refused \(named.count == 1 ? "contact" : "contacts")"
            ), [part], &tally
        )
        return [part]
    }

    private func halve(_ load: Load, because message: String, _ tally: inout Tally) throws(RunFault) -> [Load] {
        guard load.rows.count > 1 else {
            tally.refusedAlone += 1
            guard tally.hasTaken || tally.refusedAlone < Self.patience else {
                throw .lasting("receiver refuses one contact after the other: \(message)")
            }
            let alone = RowRejection(index: 0, code: RefusalCode.unnamed, message: message)
            tally.settled.append(taken(load, [alone]))
            return []
        }
        let middle = load.rows.count / 2
        let parts = [
            part(
                of: load, PushSpool.Rows(load.rows, at: 0..<middle), through: Array(load.rows[middle - 1].key),
                skipped: [:], &tally
            ),
            part(
                of: load, PushSpool.Rows(load.rows, at: middle..<load.rows.count), through: load.planned.through,
                skipped: load.planned.skipped, &tally
            ),
        ]
        try journal(BatchSettlement(load.planned.number, .split, message: message), parts, &tally)
        return parts
    }

    private func part(
        of load: Load, _ rows: PushSpool.Rows, through: [UInt8]?, skipped: [String: Int], _ tally: inout Tally
    ) -> Load {
        defer { tally.nextNumber += 1 }
        let bodies = rows.contacts.places.reduce(0) { $0 + $1.end - $1.body }
        let planned = PlannedBatch(
            number: tally.nextNumber, page: load.planned.page, through: through, contacts: rows.count,
            bytes: session.limits.envelope + bodies + rows.count - 1,
            digest: sha256(of: rows.spooled), skipped: skipped
        )
        return Load(planned: planned, rows: rows)
    }

    private func journal(_ settlement: BatchSettlement, _ parts: [Load], _ tally: inout Tally) throws(RunFault) {
        try advance(&tally, sending: [])
        let isHeld = try RunFault.catching {
            try store.split(settlement, into: parts.map(\.planned), work.claim, at: work.place.clock.now())
        }
        guard isHeld else { throw .claimLost }
    }
}
