import Digests
import Foundation
import Store
import Testing
import TidegateModel

@Suite struct RunLifecycleTests {
    let fixture: StoreFixture
    var store: Store { fixture.store }
    let now = StoreFixture.start

    init() throws { fixture = try StoreFixture() }

    @Test func `a claimed run is processing, in its first attempt, and has both steps in its history`() throws {
        let run = fixture.run()
        let claim = try fixture.claimed(run)
        let found = try requireValue(try store.run(run.id))
        #expect(found.state == .processing)
        #expect(found.attempts == 1)
        #expect(claim.attempt == 1)
        #expect(try store.transitions(of: run.id).map(\.to) == [.queued, .processing])
    }

    @Test func `nobody claims a run twice`() throws {
        _ = try fixture.claimed(fixture.run())
        #expect(try store.claim(owner: "other", lease: .seconds(60), at: now) == nil)
    }

    @Test func `two runs of one dataflow and segment never go on side by side`() throws {
        let (first, second) = (fixture.run(trigger: .adHoc), fixture.run(scheduledFor: now + .hours(1)))
        let claim = try fixture.claimed(first)
        try store.record([fixture.decision(second)], plannedThrough: [:], at: now, actor: "test")
        #expect(try store.claim(owner: "me", lease: .seconds(60), at: now) == nil)
        _ = try store.finish(claim, RunOutcome(.delivered, attempt: "delivered"), at: now, actor: "me")
        #expect(try store.claim(owner: "me", lease: .seconds(60), at: now)?.id == second.id)
    }

    @Test func `a run does not overtake an older one of its dataflow and segment that waits for its next try`() throws {
        let (first, second) = (fixture.run(), fixture.run(scheduledFor: now + .hours(1)))
        let claim = try fixture.claimed(first)
        try store.record([fixture.decision(second, yields: false)], plannedThrough: [:], at: now, actor: "test")
        let outcome = RunOutcome(.deferred, attempt: "deferred", reason: "disk full", retryAt: now + .seconds(10))
        _ = try store.finish(claim, outcome, at: now, actor: "me")
        #expect(try store.claim(owner: "me", lease: .seconds(60), at: now) == nil)
        try store.wakeRetries(at: now + .seconds(10), actor: "me")
        #expect(try store.claim(owner: "me", lease: .seconds(60), at: now + .seconds(10))?.id == first.id)
    }

    @Test func `runs of two segments of one dataflow do go on side by side`() throws {
        _ = try fixture.claimed(fixture.run(segment: "vip"))
        _ = try fixture.claimed(fixture.run(segment: "lapsed"))
        #expect(try store.liveRuns().map(\.state) == [.processing, .processing])
    }

    @Test func `a run whose dataflow may not start now is passed over, and is first again when it may`() throws {
        var spec = fixture.spec
        spec.dataflows.append(spec.dataflows[0])
        spec.dataflows[1].id = UUID(kind: "Dataflow", name: "weekly")
        spec.dataflows[1].name = "weekly"
        try store.apply(spec, from: ScheduleCursor(instant: now, snapshot: nil), actor: "test")
        let runs = [
            fixture.run(), fixture.run(of: spec.dataflows[1]), fixture.run(of: spec.dataflows[1], segment: "lapsed"),
        ]
        let decisions = runs.map { fixture.decision($0, yields: false) }
        try store.record(decisions, plannedThrough: [:], at: now, actor: "test")
        func claim(excluding dataflows: Set<UUID>) throws -> UUID? {
            try store.claim(owner: "me", lease: .seconds(60), at: now, excluding: dataflows)?.id
        }
        #expect(try claim(excluding: Set(spec.dataflows.map(\.id))) == nil)
        #expect(try claim(excluding: [spec.dataflows[0].id]) == runs[1].id)
        #expect(try claim(excluding: []) == runs[0].id)
    }

    @Test func `an attempt that was taken over writes nothing any more`() throws {
        let run = fixture.run()
        let old = try fixture.claimed(run, owner: "killed")
        _ = try store.recoverOrphans(owner: "next", limit: 5, at: now)
        _ = try store.claim(owner: "next", lease: .seconds(60), at: now)
        #expect(try store.finish(old, RunOutcome(.delivered, attempt: "delivered"), at: now, actor: "killed") == nil)
        let file = DeliveredFile(path: "/outbox", name: "a.csv", rows: 1, size: 1, sha256: "00")
        #expect(try !store.recordDelivery(of: file, position: 0, old))
        #expect(try store.run(run.id)?.state == .processing)
        #expect(try store.run(run.id)?.files == [])
    }

    @Test func `an orphan of a killed process is queued again at once`() throws {
        let run = fixture.run()
        _ = try fixture.claimed(run, owner: "killed")
        let fences = try store.recoverOrphans(owner: "next", limit: 5, at: now)
        #expect(fences == [Claim(run: run.id, owner: "killed", attempt: 1)])
        #expect(try store.run(run.id)?.state == .queued)
        #expect(try store.attempts(of: run.id).map(\.outcome) == ["lost"])
    }

    @Test func `a run that loses its process five times is given up`() throws {
        let run = fixture.run()
        _ = try fixture.claimed(run, owner: "killed 1")
        for life in 1...5 {
            _ = try store.recoverOrphans(owner: "recovery \(life)", limit: 5, at: now)
            _ = try store.claim(owner: "killed \(life + 1)", lease: .seconds(60), at: now)
        }
        let found = try requireValue(try store.run(run.id))
        #expect(found.state == .failed)
        #expect(found.reason == "process was lost 5 times while exporting")
    }

    @Test func `a parked attempt does not count as a fault`() throws {
        let run = fixture.run()
        let claim = try fixture.claimed(run)
        _ = try store.finish(
            claim, RunOutcome(.released, attempt: "parked", reason: "process stopped"), at: now, actor: "me")
        #expect(try store.failures(of: run.id) == 0)
        #expect(try store.run(run.id)?.state == .queued)
    }

    @Test func `a deferred run waits until its time and is queued then`() throws {
        let run = fixture.run()
        let claim = try fixture.claimed(run)
        let retryAt = now + .seconds(10)
        let outcome = RunOutcome(.deferred, attempt: "deferred", reason: "disk is full", retryAt: retryAt)
        #expect(try store.finish(claim, outcome, at: now, actor: "me") == .retrying)
        try store.wakeRetries(at: retryAt - .milliseconds(1), actor: "me")
        #expect(try store.run(run.id)?.state == .retrying)
        try store.wakeRetries(at: retryAt, actor: "me")
        #expect(try store.run(run.id)?.state == .queued)
        #expect(try store.failures(of: run.id) == 1)
    }

    @Test func `a waiting run is cancelled at once, one that goes on is asked to stop`() throws {
        let waiting = fixture.run(segment: "lapsed")
        try store.record([fixture.decision(waiting)], plannedThrough: [:], at: now, actor: "test")
        #expect(try store.requestCancel(of: waiting.id, at: now, actor: "cli") == .cancelled)
        let running = fixture.run()
        _ = try fixture.claimed(running)
        #expect(try store.requestCancel(of: running.id, at: now, actor: "cli") == .cancelling)
        #expect(try store.cancelling(owner: "me") == [running.id])
    }

    @Test func `a finished run cannot be cancelled`() throws {
        let run = fixture.run()
        let claim = try fixture.claimed(run)
        _ = try store.finish(claim, RunOutcome(.delivered, attempt: "delivered"), at: now, actor: "me")
        #expect(throws: StoreError.illegal(run: run.id, state: .completed, event: .cancelRequested)) {
            try store.requestCancel(of: run.id, at: now, actor: "cli")
        }
    }

    @Test func `counts and reasons come back as they were recorded`() throws {
        let run = fixture.run()
        let claim = try fixture.claimed(run)
        let counts = RunCounts(selected: 10, exported: 6, skipped: ["missing-email": 3, "duplicate": 1])
        _ = try store.finish(claim, RunOutcome(.delivered, attempt: "delivered", counts: counts), at: now, actor: "me")
        #expect(try store.run(run.id)?.counts == counts)
    }
}
