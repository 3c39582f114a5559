import Destinations
import Foundation
import Profiles
import Store
import TidegateModel

/// Takes those off the receiver's list whom this dataflow has put there and who are in none of its segments any more.
///
/// Never anybody else: what other people and other dataflows put on the list stays.
struct ListKeeping: Sendable {
    private let work: ClaimedRun
    private let subject: RunSubject
    private let session: any PushSession

    private var store: Store { work.place.store }

    init(_ work: ClaimedRun, _ subject: RunSubject, _ session: any PushSession) {
        self.work = work
        self.subject = subject
        self.session = session
    }

    /// Where members are kept track of; nil where nobody is ever taken off the list. A dataflow that keeps leavers tells who
    /// is there too, where another one shares its list and does not.
    var managed: ManagedList? {
        guard subject.isListKept, let push = subject.dataflow.push else { return nil }
        return ManagedList(
            dataflow: subject.dataflow.id, destination: subject.destination.id, list: push.list ?? ""
        )
    }

    /// Who is to leave, found before anything is sent.
    ///
    /// - Throws: `.forbidden` where so many would leave that something upstream is more likely to be wrong.
    func leavers(_ plan: PushPlan) async throws(RunFault) -> [Leaver] {
        // An ad-hoc run is about the segments that were asked for, and says nothing about who left the others.
        guard let managed, let push = subject.dataflow.push, push.onLeave == .remove, !subject.isAdHoc else {
            return []
        }
        let present = try await present(plan)
        let (leavers, count) = try RunFault.catching {
            try store.recallLeaving(managed)
            return (
                try store.leavers(of: managed, sharedWith: subject.sharers) { present.has($0, $1) },
                try store.managedCount(managed)
            )
        }
        let leaving = leavers.count { !$0.isShared }
        guard Double(leaving) > Double(count) * push.maxRemoved else { return leavers }
        let percent = Int((push.maxRemoved * 100).rounded())
        throw .forbidden(
            .overRemovals,
            "\(leaving) of \(count) members would leave the list, and maxRemoved allows \(percent) %; "
                + "raise maxRemoved or mend the segment, the next run tries again"
        )
    }

    /// Everybody who belongs on the list: of an incremental run more than it pushes.
    private func present(_ plan: PushPlan) async throws(RunFault) -> Present {
        guard plan.everyone != plan.request else { return Present(identities: plan.identities) }
        return try await work.lookAgain(at: plan.everyone, for: "members of the list", session, into: Present()) {
            (present, row, contact) in
            present.profiles.insert(row.profile)
            if let contact { _ = present.identities.insert(contact.identity) }
        }
    }

    /// Who belongs on a list.
    private struct Present {
        var identities = IdentitySet()
        /// Of an incremental run, which does not send again who is known by something else now: who is taken off then
        /// would be on the list under no identity.
        var profiles: Set<UInt32> = []

        func has(_ identity: String, _ profile: UInt32) -> Bool {
            identities.contains(identity) || profiles.contains(profile)
        }
    }

    func remove(_ leavers: [Leaver]) async throws(RunFault) {
        guard let managed else { return }
        let shared = leavers.filter(\.isShared).map(\.member.identity)
        if !shared.isEmpty {
            try hold(try RunFault.catching { try store.change(.released(shared, from: managed), work.claim) })
        }
        let leaving = leavers.filter { !$0.isShared }.map(\.member)
        let chunk = max(1, session.limits.removals)
        for start in stride(from: 0, to: leaving.count, by: chunk) {
            if work.stop.isRaised { throw .stopped }
            try await remove(Array(leaving[start..<min(start + chunk, leaving.count)]), from: managed)
        }
    }

    private func remove(_ members: [ManagedMember], from list: ManagedList) async throws(RunFault) {
        let begun = try RunFault.catching {
            try store.beginRemoval(of: members.map(\.identity), from: list, work.claim, at: work.place.clock.now())
        }
        guard let number = begun else { throw .claimLost }
        let answer: BatchAnswer
        do throws(DeliveryError) {
            answer = try await session.remove(
                members.map { ListMember(identity: $0.identity, receiverID: $0.receiverID) }
            )
        } catch {
            try settle(
                BatchSettlement(
                    number, .lost, message: error.sentence, members: .stayed(run: work.run.id, batch: number)
                )
            )
            throw RunFault(error)
        }
        switch answer {
        case .taken(let rejected, _):
            let kept = Self.named(rejected, among: members)
            let event: BatchEvent =
                kept.isEmpty ? .confirmed : kept.count < members.count ? .confirmedInPart : .refused
            let words = kept.isEmpty ? nil : rejected.first?.message
            let message = words.map { "receiver left \(kept.count) on the list: \($0)" }
            try settle(
                BatchSettlement(
                    number, event, unnamed: kept.count, message: message,
                    members: .left(except: kept.map(\.identity), run: work.run.id, batch: number)
                )
            )
        case .accepted(let job):
            try settle(BatchSettlement(number, .accepted, job: job))
        case .refusedRows(let rejected):
            let kept = Set(Self.named(rejected, among: members))
            let rest = members.filter { !kept.contains($0) }
            guard !kept.isEmpty, !rest.isEmpty else { return try refuse(number, members, rejected.first?.message) }
            let message = "receiver refused the removal because of \(kept.count): \(rejected[0].message)"
            try settle(
                BatchSettlement(
                    number, .split, unnamed: kept.count, message: message,
                    members: .stayed(run: work.run.id, batch: number)
                )
            )
            try await remove(rest, from: list)
        case .refusedWhole(let message):
            try refuse(number, members, message)
        }
    }

    private func refuse(_ number: Int, _ members: [ManagedMember], _ words: String?) throws(RunFault) {
        let message = "receiver refused the removal" + (words.map { ": \($0)" } ?? "")
        try settle(
            BatchSettlement(
                number, .refused, unnamed: members.count, message: message,
                members: .stayed(run: work.run.id, batch: number)
            )
        )
    }

    /// Each member once, however often the receiver names it.
    private static func named(_ rejected: [RowRejection], among members: [ManagedMember]) -> [ManagedMember] {
        Set(rejected.map(\.index)).filter(members.indices.contains).sorted().map { members[$0] }
    }

    private func settle(_ settlement: BatchSettlement) throws(RunFault) {
        try hold(
            try RunFault.catching {
                try store.advance(settling: [settlement], work.claim, at: work.place.clock.now())
            }
        )
    }

    private func hold(_ isHeld: Bool) throws(RunFault) {
        guard isHeld else { throw .claimLost }
    }
}
