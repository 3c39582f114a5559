import Destinations
import Foundation
import Store
import Testing
import TidegateModel

@testable import Engine

/// Batches that are journaled as being on their way in one go.
@Suite struct PushWindowTests {
    /// Five people, a call for each, three calls a window.
    private func push(contactsPerCall: Int = 1) async throws -> PushFixture {
        let push = try await PushFixture(contactsPerCall: contactsPerCall)
        push.receiver.state.withLock { $0.limits.window = 3 }
        return push
    }

    @Test func `every batch of a window is journaled as sent before the first one goes`() async throws {
        let push = try await push()
        let run = try push.queue()
        let journal = Locked<[[BatchState]]>([])
        let store = push.store
        push.receiver.answer { (_, _) throws(DeliveryError) in
            let states = (try? store.batches(of: run).map(\.state)) ?? []
            journal.withLock { $0.append(states) }
            return nil
        }
        #expect(try await push.attempt(run).counts == RunCounts(selected: 5, exported: 5))
        let first: [BatchState] = [.sent, .sent, .sent, .planned, .planned]
        let second: [BatchState] = [.confirmed, .confirmed, .confirmed, .sent, .sent]
        #expect(journal.withLock { $0 } == [first, first, first, second, second])
    }

    @Test(arguments: 1...5)
    func `a process that is lost within a window loses nobody, and sends at most the window again`(_ call: Int)
        async throws
    {
        let push = try await push()
        let run = try push.queue()
        let (place, clock) = (push.place, push.fixture.clock)
        push.receiver.answer { (number, _) throws(DeliveryError) in
            // Whoever took the run over: from here on nothing that this attempt says is journaled.
            if number == call { _ = try? place.store.recoverOrphans(owner: "next", limit: 5, at: clock.now()) }
            return nil
        }
        #expect(try await push.attempt(run).state == .queued)
        let before = push.receiver.calls.count
        #expect(before == (call <= 3 ? 3 : 5))
        #expect(try push.store.batches(of: run).filter { $0.state == .sent }.count == (call <= 3 ? 3 : 2))

        let done = try await push.attempt(run)
        #expect(done.state == .completed)
        #expect(done.counts == RunCounts(selected: 5, exported: 5))
        let everybody = (1...5).map { ["p\($0)@example.com"] }
        #expect(Array(push.receiver.calls.prefix(before)) == Array(everybody.prefix(before)))
        #expect(Array(push.receiver.calls.dropFirst(before)) == Array(everybody.dropFirst(call <= 3 ? 0 : 3)))
        let keys = push.receiver.state.withLock { $0.keys }
        #expect(Set(keys).count == 5, "a batch that is sent again is not the same batch")
    }

    @Test func `behind a batch that fails, the rest of its window was never sent`() async throws {
        let push = try await push()
        let run = try push.queue()
        push.receiver.answer { (call, _) throws(DeliveryError) in
            guard call == 2 else { return nil }
            throw .transient("receiver is busy")
        }
        #expect(try await push.attempt(run).state == .retrying)
        let batches = try push.store.batches(of: run)
        #expect(batches.map(\.state) == [.confirmed, .lost, .planned, .planned, .planned])
        #expect(batches[2].sentAt == nil && batches[2].settledAt == nil)
        let done = try await push.attempt(run)
        #expect(done.counts == RunCounts(selected: 5, exported: 5))
        #expect(push.receiver.calls.map { $0[0].prefix(2) } == ["p1", "p2", "p2", "p3", "p4", "p5"])
    }

    @Test func `a push that is stopped within a window keeps what was sent and sends no more of it`() async throws {
        let push = try await push()
        let run = try push.queue()
        let stop = StopSignal()
        push.receiver.answer { (call, _) throws(DeliveryError) in
            if call == 2 { stop.raise(.park) }
            return nil
        }
        #expect(try await push.attempt(run, stop: stop).state == .queued)
        let states = try push.store.batches(of: run).map(\.state)
        #expect(states == [.confirmed, .confirmed, .planned, .planned, .planned])
        #expect(try await push.attempt(run).counts == RunCounts(selected: 5, exported: 5))
        #expect(push.receiver.calls.count == 5)
    }

    @Test func `parts of a refused batch go before the rest of its window`() async throws {
        let push = try await push(contactsPerCall: 2)
        push.receiver.answer { (_, identities) throws(DeliveryError) in
            identities.contains("p1@example.com") ? .refusedWhole("some address is not valid") : nil
        }
        let run = try await push.push()
        #expect(run.counts == RunCounts(selected: 5, exported: 4, rejected: ["refused-by-receiver": 1]))
        let calls = push.receiver.calls.map { $0.map { $0.prefix(2) } }
        #expect(calls == [["p1", "p2"], ["p1"], ["p2"], ["p3", "p4"], ["p5"]])
        let states = try push.store.batches(of: run.id).map(\.state)
        #expect(states == [.split, .confirmed, .confirmed, .refused, .confirmed])
    }
}
