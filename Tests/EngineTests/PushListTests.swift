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
        #expect(run.reason == "over-removals: 3 of 5 members would leave the list, and maxRemoved allows 50 %")
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

    @Test func `whom another dataflow has put on the same list stays on it`() async throws {
        let push = try await PushFixture(options: removing)
        let first = try await push.push()
        let other = UUID()
        let database = push.spec.destinations[0].id
        try push.store.apply(
            push.fixture.spec { spec in
                spec.destinations = push.spec.destinations
                spec.dataflows = [push.spec.dataflows[0], push.spec.dataflows[0]]
                spec.dataflows[1].id = other
                spec.dataflows[1].name = "other"
            },
            from: push.place.cursor(at: push.fixture.clock.now()), actor: "test"
        )
        let run = try push.queue()
        let claimed = try #require(
            try push.store.claim(
                owner: push.place.owner, lease: .seconds(60), at: push.fixture.clock.now(), only: [run])
        )
        let claim = Claim(run: run, owner: push.place.owner, attempt: claimed.attempts)
        let list = ManagedList(dataflow: other, destination: database, list: "l1")
        #expect(try push.store.change(.put([ManagedMember(identity: "p2@example.com")], on: list), claim))
        _ = try push.store.finish(
            claim, RunOutcome(.gaveUp, attempt: "gave-up"), at: push.fixture.clock.now(), actor: "test"
        )
        try await leave(push, ["c2"])
        _ = try await push.push()
        #expect(push.receiver.state.withLock { $0.removals.isEmpty })
        #expect(try push.store.managedCount(list) == 1)
        #expect(first.state == .completed)
    }
}
