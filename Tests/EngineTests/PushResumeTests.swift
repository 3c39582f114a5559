import Destinations
import Foundation
import Store
import Testing
import TidegateModel

@testable import Engine

@Suite struct PushResumeTests {
    @Test func `an attempt sends only what the one before did not bring through`() async throws {
        let push = try await PushFixture()
        let run = try push.queue()
        push.receiver.answer { (call, _) throws(DeliveryError) in
            guard call == 2 else { return nil }
            throw .transient("receiver is busy", retryAfter: .seconds(7))
        }
        let waiting = try await push.attempt(run)
        #expect(waiting.state == .retrying)
        #expect(waiting.retryAt == waiting.startedAt.map { $0 + .seconds(7) })
        let done = try await push.attempt(run)
        #expect(done.state == .completed)
        #expect(done.counts == RunCounts(selected: 5, exported: 5))
        #expect(push.receiver.calls.map(\.count) == [2, 2, 2, 1])
        #expect(try push.store.batches(of: run).map(\.state) == [.confirmed, .lost, .confirmed, .confirmed])
    }

    @Test func `a batch whose answer was lost is sent again as the same batch`() async throws {
        let push = try await PushFixture()
        let run = try push.queue()
        push.receiver.answer { (call, _) throws(DeliveryError) in
            guard call == 2 else { return nil }
            throw .uncertain("receiver did not answer")
        }
        #expect(try await push.attempt(run).state == .retrying)
        #expect(try await push.attempt(run).state == .completed)
        let keys = push.receiver.state.withLock { $0.keys }
        #expect(keys[1] == keys[2])
        #expect(Set(keys).count == 3)
    }

    @Test func `a killed process loses nobody and sends nothing twice but the batch that was on its way`() async throws
    {
        let push = try await PushFixture()
        let run = try push.queue()
        let claimed = try #require(
            try push.store.claim(owner: "killed", lease: .seconds(60), at: push.fixture.clock.now())
        )
        let (store, clock) = (push.store, push.fixture.clock)
        let claim = Claim(run: run, owner: "killed", attempt: claimed.attempts)
        // As far as a process came that was killed in the middle of its second batch.
        func planned(_ number: Int, _ through: String) -> PlannedBatch {
            PlannedBatch(
                number: number, page: number, through: Array(through.utf8), contacts: 2, bytes: 1, digest: "\(number)"
            )
        }
        #expect(try store.plan([planned(1, "c2"), planned(2, "c4"), planned(3, "c5")], claim, at: clock.now()))
        #expect(try store.advance(settling: [], sending: [1], claim, at: clock.now()))
        #expect(try store.advance(settling: [BatchSettlement(1, .confirmed)], sending: [2], claim, at: clock.now()))
        _ = try store.recoverOrphans(owner: push.place.owner, limit: 5, at: clock.now())

        let done = try await push.attempt(run)
        #expect(done.state == .completed)
        #expect(done.counts == RunCounts(selected: 5, exported: 5))
        #expect(push.receiver.calls == [["p3@example.com", "p4@example.com"], ["p5@example.com"]])
        #expect(try store.batches(of: run).map(\.state) == [.confirmed, .lost, .confirmed, .confirmed])
    }

    @Test func `a claim that another process has taken over changes no batch`() async throws {
        let push = try await PushFixture()
        let run = try push.queue()
        _ = try push.store.claim(owner: "old", lease: .seconds(60), at: push.fixture.clock.now())
        _ = try push.store.recoverOrphans(owner: push.place.owner, limit: 5, at: push.fixture.clock.now())
        let old = Claim(run: run, owner: "old", attempt: 1)
        #expect(try !push.store.plan([], old, at: push.fixture.clock.now()))
        #expect(try !push.store.advance(settling: [], sending: [1], old, at: push.fixture.clock.now()))
        #expect(try !push.store.noteProgress(of: 1, done: 1, old))
    }

    @Test func `attempts that bring something through do not use up the attempts of a run`() async throws {
        let push = try await PushFixture(contactsPerCall: 1)
        push.receiver.state.withLock { $0.limits.contacts = 1 }
        let run = try push.queue()
        // Every second call is refused for now: five refusals, and the run still gets through.
        push.receiver.answer { (call, _) throws(DeliveryError) in
            guard call.isMultiple(of: 2) else { return nil }
            throw .transient("too many requests")
        }
        for _ in 1...4 { #expect(try await push.attempt(run).state == .retrying) }
        let done = try await push.attempt(run)
        #expect(done.state == .completed)
        #expect(done.counts.exported == 5)
    }

    @Test func `attempts that bring nothing through are given up after five`() async throws {
        let push = try await PushFixture()
        let run = try push.queue()
        push.receiver.answer { (_, _) throws(DeliveryError) in throw .transient("receiver is away") }
        for _ in 1...4 { #expect(try await push.attempt(run).state == .retrying) }
        let failed = try await push.attempt(run)
        #expect(failed.state == .failed)
        #expect(failed.reason == "receiver is away (after 5 attempts)")
    }

    @Test func `a cancelled push keeps what was sent and counts the rest as not sent`() async throws {
        let push = try await PushFixture()
        let run = try push.queue()
        let stop = StopSignal()
        let (store, clock) = (push.store, push.fixture.clock)
        push.receiver.answer { (call, _) throws(DeliveryError) in
            guard call == 1 else { return nil }
            _ = try? store.requestCancel(of: run, at: clock.now(), actor: "test")
            stop.raise(.cancel)
            return nil
        }
        let done = try await push.attempt(run, stop: stop)
        #expect(done.state == .cancelled)
        #expect(done.counts == RunCounts(selected: 5, exported: 2, skipped: ["not-sent": 3]))
    }

    @Test func `a parked push goes on in the next process`() async throws {
        let push = try await PushFixture()
        let run = try push.queue()
        let stop = StopSignal()
        push.receiver.answer { (call, _) throws(DeliveryError) in
            if call == 1 { stop.raise(.park) }
            return nil
        }
        #expect(try await push.attempt(run, stop: stop).state == .queued)
        #expect(try await push.attempt(run).counts == RunCounts(selected: 5, exported: 5))
        #expect(push.receiver.calls.map(\.count) == [2, 2, 1])
    }

    @Test func `a push that is cancelled while it waits for its next attempt has counted what it sent`() async throws {
        let push = try await PushFixture()
        let run = try push.queue()
        push.receiver.answer { (call, _) throws(DeliveryError) in
            guard call == 2 else { return nil }
            throw .transient("receiver is busy")
        }
        #expect(try await push.attempt(run).state == .retrying)
        let state = try push.store.requestCancel(of: run, at: push.fixture.clock.now(), actor: "test")
        #expect(state == .cancelled)
        let counts = try push.store.run(run)?.counts
        #expect(counts == RunCounts(selected: 5, exported: 2, skipped: ["not-sent": 3]))
    }

    @Test func `how far a batch was survives an attempt that ended before it came as far`() async throws {
        let push = try await PushFixture()
        let run = try push.queue()
        push.receiver.goOn { (call, batch) throws(DeliveryError) in
            if call == 1 { try batch.progress(1) }
            if call < 4 { throw .transient("receiver is busy") }
        }
        for _ in 1...3 { #expect(try await push.attempt(run).state == .retrying) }
        #expect(try await push.attempt(run).state == .completed)
        #expect(push.receiver.state.withLock { $0.done } == [0, 1, 1, 1, 0, 0])
    }

    @Test func `how far a batch was says nothing about another batch`() async throws {
        let push = try await PushFixture()
        let run = try push.queue()
        push.receiver.goOn { (call, batch) throws(DeliveryError) in
            guard call == 1 else { return }
            try batch.progress(1)
            throw .transient("receiver is busy")
        }
        #expect(try await push.attempt(run).state == .retrying)
        try push.fixture.write([("c1", "other@example.com", 1)] + PushFixture.five.dropFirst())
        _ = try await Stage(place: push.place, spec: push.spec).ingest(push.spec.sources[0])
        #expect(try await push.attempt(run).state == .completed)
        #expect(push.receiver.state.withLock { $0.done }.allSatisfy { $0 == 0 })
    }

    /// An attempt that is killed: after a batch that was brought through, or in the middle of the first.
    private func killed(_ push: PushFixture, _ run: UUID, life: Int, through key: String?) throws {
        let (store, now) = (push.store, push.fixture.clock.now())
        let claimed = try #require(try store.claim(owner: "life \(life)", lease: .seconds(60), at: now))
        let claim = Claim(run: run, owner: "life \(life)", attempt: claimed.attempts)
        let number = try store.pushState(of: run).lastNumber + 1
        let batch = PlannedBatch(
            number: number, page: number, through: Array((key ?? "c5").utf8), contacts: 1, bytes: 1, digest: "\(number)"
        )
        #expect(try store.plan([batch], claim, at: now))
        #expect(try store.advance(settling: [], sending: [number], claim, at: now))
        if key != nil {
            #expect(try store.advance(settling: [BatchSettlement(number, .confirmed)], claim, at: now))
        }
        _ = try store.recoverOrphans(owner: push.place.owner, limit: 5, at: now)
    }

    @Test func `a run that brings something through between kills is never given up for them`() async throws {
        let push = try await PushFixture()
        let run = try push.queue()
        for life in 1...4 { try killed(push, run, life: life, through: nil) }
        for life in 5...8 { try killed(push, run, life: life, through: "c\(life - 4)") }
        for life in 9...12 { try killed(push, run, life: life, through: nil) }
        let done = try await push.attempt(run)
        #expect(done.state == .completed)
        #expect(done.counts == RunCounts(selected: 5, exported: 5))
    }

    @Test func `a run that is killed five times with nothing brought through is given up`() async throws {
        let push = try await PushFixture()
        let run = try push.queue()
        for life in 1...5 { try killed(push, run, life: life, through: nil) }
        #expect(try push.store.run(run)?.state == .failed)
    }
}
