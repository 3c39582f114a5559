import Destinations
import Foundation
import Store
import Testing
import TidegateModel

@testable import Engine

@Suite struct PushListTests {
    private let removing = PushOptions(list: "l1", onLeave: .remove, maxRemoved: 0.5)

    private func leave(_ push: PushFixture, _ gone: Set<String>) async throws {
        try push.fixture.write(PushFixture.five.filter { !gone.contains($0.id) })
        try await push.segment()
    }

    @Test func `who left the segments is taken off the list, and nobody else`() async throws {
        let push = try await PushFixture(options: removing)
        push.receiver.state.withLock { _ = $0.list.insert("put-there-by-hand@example.com") }
        _ = try await push.push()
        try await leave(push, ["c2", "c4"])
        let run = try await push.push()
        #expect(run.state == .completed)
        #expect(
            push.receiver.state.withLock { $0.removals.map { $0.sorted() } } == [["p2@example.com", "p4@example.com"]])
        #expect(push.receiver.state.withLock { $0.list.contains("put-there-by-hand@example.com") })
        #expect(try push.store.batches(of: run.id).map(\.kind) == [.upsert, .upsert, .remove])
    }

    @Test func `who left is taken off once`() async throws {
        let push = try await PushFixture(options: removing)
        _ = try await push.push()
        try await leave(push, ["c2"])
        _ = try await push.push()
        _ = try await push.push()
        #expect(push.receiver.state.withLock { $0.removals.count } == 1)
    }

    @Test func `an address that a member gave up leaves the list`() async throws {
        let push = try await PushFixture(options: removing)
        _ = try await push.push()
        var customers = PushFixture.five
        customers[0].email = "new@example.com"
        try push.fixture.write(customers)
        try await push.segment()
        _ = try await push.push()
        #expect(push.receiver.state.withLock { $0.removals } == [["p1@example.com"]])
        #expect(push.receiver.contacts.contains("new@example.com"))
    }

    @Test func `more leavers than the guard allows stop the run before anything is sent`() async throws {
        let push = try await PushFixture(options: removing)
        _ = try await push.push()
        let before = push.receiver.calls.count
        try await leave(push, ["c1", "c2", "c3"])
        let run = try await push.push()
        #expect(run.state == .skipped)
        #expect(
            run.reason == "over-removals: 3 of 5 members would leave the list, and maxRemoved allows 50 %; "
                + "raise maxRemoved or mend the segment, the next run tries again"
        )
        #expect(push.receiver.calls.count == before)
        #expect(push.receiver.state.withLock { $0.removals.isEmpty })
    }

    @Test func `nobody leaves where the dataflow keeps leavers`() async throws {
        let push = try await PushFixture(options: PushOptions(list: "l1"))
        _ = try await push.push()
        try await leave(push, ["c1", "c2", "c3"])
        #expect(try await push.push().state == .completed)
        #expect(push.receiver.state.withLock { $0.removals.isEmpty })
    }

    @Test func `an ad-hoc push takes nobody off`() async throws {
        let push = try await PushFixture(options: removing)
        _ = try await push.push()
        try await leave(push, ["c2"])
        #expect(try await push.push(.adHoc).state == .completed)
        #expect(push.receiver.state.withLock { $0.removals.isEmpty })
        _ = try await push.push()
        #expect(push.receiver.state.withLock { $0.removals } == [["p2@example.com"]])
    }

    @Test func `an incremental push takes off who left, and nobody who only did not join`() async throws {
        let push = try await PushFixture(options: removing) { $0.dataflows[0].export = .incremental }
        _ = try await push.push()
        try await leave(push, ["c5"])
        let run = try await push.push()
        #expect(run.counts.selected == 0)
        #expect(push.receiver.state.withLock { $0.removals } == [["p5@example.com"]])
    }

    /// Another dataflow has put `p2@example.com` on the list `l1`.
    private func share(_ push: PushFixture) throws -> ManagedList {
        let list = ManagedList(
            dataflow: push.spec.dataflows[1].id, destination: push.spec.destinations[0].id, list: "l1"
        )
        let run = try push.queue()
        let now = push.fixture.clock.now()
        let claimed = try #require(
            try push.store.claim(owner: push.place.owner, lease: .seconds(60), at: now, only: [run])
        )
        let claim = Claim(run: run, owner: push.place.owner, attempt: claimed.attempts)
        let member = ManagedMember(identity: "p2@example.com", profile: 2)
        #expect(try push.store.change(.put([member], on: list, run: run, batch: 1), claim))
        _ = try push.store.finish(claim, RunOutcome(.gaveUp, attempt: "gave-up"), at: now, actor: "test")
        return list
    }

    private func sharing(_ options: PushOptions) async throws -> PushFixture {
        try await PushFixture(options: removing) { spec in
            var other = spec.dataflows[0]
            other.id = UUID()
            other.name = "other"
            other.push = options
            spec.dataflows.append(other)
        }
    }

    @Test func `whom another dataflow has put on the same list stays on it`() async throws {
        let push = try await sharing(PushOptions(list: "l1"))
        let first = try await push.push()
        let list = try share(push)
        try await leave(push, ["c2"])
        _ = try await push.push()
        #expect(push.receiver.state.withLock { $0.removals.isEmpty })
        #expect(try push.store.managedCount(list) == 1)
        #expect(first.state == .completed)
    }

    @Test func `a dataflow that has gone over to another list keeps nobody on the old one`() async throws {
        let push = try await sharing(PushOptions(list: "l2"))
        _ = try await push.push()
        _ = try share(push)
        try await leave(push, ["c2"])
        _ = try await push.push()
        #expect(push.receiver.state.withLock { $0.removals } == [["p2@example.com"]])
    }

    @Test func `a dataflow that keeps leavers is known to have put them on a list that another one takes them off`()
        async throws
    {
        let keeping = PushOptions(list: "l1")
        for (other, known) in [(PushOptions(list: "l1", onLeave: .remove), 5), (keeping, 0)] {
            let push = try await PushFixture(options: keeping) { spec in
                var sharing = spec.dataflows[0]
                sharing.id = UUID()
                sharing.name = "other"
                sharing.push = other
                spec.dataflows.append(sharing)
            }
            _ = try await push.push()
            let list = ManagedList(
                dataflow: push.spec.dataflows[0].id, destination: push.spec.destinations[0].id, list: "l1"
            )
            #expect(try push.store.managedCount(list) == known)
        }
    }

    @Test func `who left is off the list before anybody is sent`() async throws {
        let push = try await PushFixture(options: removing)
        _ = try await push.push()
        try await leave(push, ["c2"])
        push.receiver.answer { [receiver = push.receiver] (_, _) throws(DeliveryError) in
            #expect(receiver.state.withLock { $0.removals } == [["p2@example.com"]])
            return nil
        }
        #expect(try await push.push().state == .completed)
    }

    @Test func `a new address in an incremental push takes nobody off who is not put on again`() async throws {
        let push = try await PushFixture(options: removing) { $0.dataflows[0].export = .incremental }
        _ = try await push.push()
        var customers = PushFixture.five
        customers[0].email = "new@example.com"
        try push.fixture.write(customers)
        try await push.segment()
        #expect(try await push.push().counts.selected == 0)
        #expect(push.receiver.state.withLock { $0.list.contains("p1@example.com") })
        try push.fixture.write(Array(customers[1...]))
        try await push.segment()
        _ = try await push.push()
        #expect(push.receiver.state.withLock { $0.removals } == [["p1@example.com"]])
    }

    @Test func `a member whom the receiver refused before a crash is not taken for a leaver after it`() async throws {
        let push = try await PushFixture(options: removing)
        _ = try await push.push()
        let run = try push.queue()
        let before = push.receiver.calls.count
        push.receiver.answer { (call, _) throws(DeliveryError) in
            if call == before + 1 {
                return .taken(rejected: [RowRejection(index: 0, code: "invalid", message: "no")], receiverIDs: [:])
            }
            guard call > before + 2 else { throw .transient("receiver is away") }
            return nil
        }
        #expect(try await push.attempt(run).state == .retrying)
        #expect(try await push.attempt(run).counts.rejected == ["invalid": 1])
        #expect(push.receiver.state.withLock { $0.removals.isEmpty })
    }

    @Test func `whom the job refused was not put on the list, and is never taken off it`() async throws {
        let push = try await PushFixture(options: removing)
        push.receiver.answer { (call, _) throws(DeliveryError) in .accepted(job: "job-\(call)") }
        push.receiver.tell { (job, _) throws(DeliveryError) in
            switch job {
            case "job-1": .ended(JobResult(rejections: [.init(identity: "p2@example.com", code: "x", message: "no")]))
            case "job-2": .ended(JobResult(isRefused: true))
            default: .ended(JobResult())
            }
        }
        #expect(try await push.push().state == .partial)
        let list = ManagedList(
            dataflow: push.spec.dataflows[0].id, destination: push.spec.destinations[0].id, list: "l1"
        )
        #expect(try push.store.managedCount(list) == 2)
    }

    @Test func `a member whom a later job refuses is still a member`() async throws {
        let push = try await PushFixture(options: removing)
        _ = try await push.push()
        push.receiver.answer { (call, _) throws(DeliveryError) in .accepted(job: "job-\(call)") }
        push.receiver.tell { (_, _) throws(DeliveryError) in .ended(JobResult(isRefused: true)) }
        _ = try await push.push()
        let list = ManagedList(
            dataflow: push.spec.dataflows[0].id, destination: push.spec.destinations[0].id, list: "l1"
        )
        #expect(try push.store.managedCount(list) == 5)
    }

    @Test func `who was to leave in a run that ended before it learned of that is taken off by the next`() async throws
    {
        let push = try await PushFixture(options: removing)
        _ = try await push.push()
        try await leave(push, ["c2"])
        push.receiver.state.withLock { $0.removalJob = "job-1" }
        push.receiver.tell { (_, _) throws(DeliveryError) in throw .rejected("receiver shows no jobs any more") }
        #expect(try await push.push().state == .failed)
        push.receiver.state.withLock { $0.removalJob = nil }
        #expect(try await push.push().state == .completed)
        #expect(push.receiver.state.withLock { $0.removals } == [["p2@example.com"], ["p2@example.com"]])
        #expect(push.receiver.state.withLock { !$0.list.contains("p2@example.com") })
    }

    /// Two have left, and the receiver is asked to take them off.
    private func leaving(_ options: PushOptions? = nil) async throws -> PushFixture {
        let push = try await PushFixture(options: options ?? removing)
        _ = try await push.push()
        try await leave(push, ["c2", "c4"])
        return push
    }

    private func tried(_ push: PushFixture) -> [[String]] { push.receiver.state.withLock { $0.removals } }

    @Test func `who is still on the list is told of, and tried again alone`() async throws {
        let push = try await leaving()
        push.receiver.remove { (identities) throws(DeliveryError) in
            guard let index = identities.firstIndex(of: "p2@example.com") else { return nil }
            let words = "list is locked"
            return .taken(
                rejected: [RowRejection(index: index, code: "still-on-list", message: words)], receiverIDs: [:])
        }
        let run = try await push.push()
        #expect(run.state == .partial)
        #expect(run.reason == "receiver did not take 1 leaver off the list")
        #expect(run.counts.addUp && run.counts.rejected.isEmpty && run.counts.exported == 3)
        let removal = try #require(try push.store.batches(of: run.id).first { $0.kind == .remove })
        #expect(removal.state == .confirmedInPart && removal.rejected == 1)
        #expect(removal.message == "receiver left 1 on the list: list is locked")
        push.receiver.remove { (_) throws(DeliveryError) in nil }
        #expect(try await push.push().state == .completed)
        #expect(tried(push).map { $0.sorted() } == [["p2@example.com", "p4@example.com"], ["p2@example.com"]])
    }

    @Test func `a removal that is refused makes the run partial, and all of it is tried again`() async throws {
        let push = try await leaving()
        push.receiver.remove { (_) throws(DeliveryError) in .refusedWhole("not today") }
        let run = try await push.push()
        #expect(run.state == .partial)
        #expect(run.reason == "receiver did not take 2 leavers off the list")
        let removal = try #require(try push.store.batches(of: run.id).first { $0.kind == .remove })
        #expect(removal.state == .refused && removal.message == "receiver refused the removal: not today")
        push.receiver.remove { (_) throws(DeliveryError) in nil }
        #expect(try await push.push().state == .completed)
        #expect(tried(push).count == 2 && tried(push)[1].count == 2)
    }

    @Test func `who makes a receiver refuse a removal does not keep the others on the list`() async throws {
        let push = try await leaving()
        push.receiver.remove { (identities) throws(DeliveryError) in
            guard let index = identities.firstIndex(of: "p2@example.com") else { return nil }
            return .refusedRows([RowRejection(index: index, code: "invalid", message: "no address")])
        }
        let run = try await push.push()
        #expect(run.reason == "receiver did not take 1 leaver off the list")
        #expect(tried(push).map { $0.sorted() } == [["p2@example.com", "p4@example.com"], ["p4@example.com"]])
        let removals = try push.store.batches(of: run.id).filter { $0.kind == .remove }
        #expect(removals.map(\.state) == [.split, .confirmed])
        #expect(removals.first?.message == "receiver refused the removal because of 1: no address")
    }

    @Test(arguments: [
        (JobOutcome.ended(JobResult(isRefused: true)), 2, ["p2@example.com", "p4@example.com"]),
        (.unknown("job is forgotten"), 2, ["p2@example.com", "p4@example.com"]),
        (
            .ended(JobResult(rejections: [.init(identity: "p4@example.com", code: "x", message: "no")])), 1,
            ["p4@example.com"]
        ),
        (.ended(JobResult(unnamed: 1)), 1, ["p2@example.com", "p4@example.com"]),
        (
            .ended(JobResult(rejections: [.init(identity: "P9@example.com", code: "x", message: "no")])), 1,
            ["p2@example.com", "p4@example.com"]
        ),
    ])
    func `a removal's job that leaves somebody on the list makes the run partial, and the next run tries again`(
        _ outcome: JobOutcome, _ stayed: Int, _ again: [String]
    ) async throws {
        let push = try await leaving()
        push.receiver.state.withLock { $0.removalJob = "job-1" }
        push.receiver.tell { (_, _) throws(DeliveryError) in outcome }
        let run = try await push.push()
        #expect(run.state == .partial)
        #expect(run.reason == "receiver did not take \(stayed) \(stayed == 1 ? "leaver" : "leavers") off the list")
        #expect(try push.store.batches(of: run.id).contains { $0.kind == .remove && $0.message != nil })
        push.receiver.state.withLock { $0.removalJob = nil }
        #expect(try await push.push().state == .completed)
        #expect(tried(push).last?.sorted() == again)
    }

    @Test func `a leaver who stayed in one attempt and left in the next is not told of`() async throws {
        let push = try await leaving()
        push.receiver.remove { (_) throws(DeliveryError) in .refusedWhole("not today") }
        push.receiver.answer { (_, _) throws(DeliveryError) in throw .transient("receiver is away") }
        let run = try push.queue()
        #expect(try await push.attempt(run).state == .retrying)
        push.receiver.remove { (_) throws(DeliveryError) in nil }
        push.receiver.answer { (_, _) throws(DeliveryError) in nil }
        #expect(try await push.attempt(run).state == .completed)
    }

    @Test func `leavers who stayed do not keep the baseline from moving`() async throws {
        let push = try await PushFixture(options: removing) { $0.dataflows[0].export = .incremental }
        _ = try await push.push()
        try await leave(push, ["c5"])
        push.receiver.remove { (_) throws(DeliveryError) in .refusedWhole("not today") }
        let run = try await push.push()
        #expect(run.state == .partial)
        let segment = try #require(push.spec.segment(named: "all"))
        #expect(try push.store.baseline(dataflow: push.spec.dataflows[0].id, segment: segment.id) == run.snapshot)
    }
}
