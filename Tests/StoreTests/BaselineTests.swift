import Foundation
import Store
import Testing
import TidegateModel

@Suite struct BaselineTests {
    let fixture: StoreFixture
    var store: Store { fixture.store }
    let now = StoreFixture.start

    init() throws { fixture = try StoreFixture() }

    private func baseline() throws -> UUID? {
        try store.baseline(dataflow: fixture.dataflow.id, segment: fixture.spec.segments[0].id)
    }

    private func finish(_ run: Run, _ event: RunEvent, moves: Bool = true) throws {
        let claim = try fixture.claimed(run)
        let retryAt = event == .deferred ? now + .seconds(1) : nil
        _ = try store.finish(
            claim, RunOutcome(event, attempt: "delivered", retryAt: retryAt, movesBaseline: moves), at: now, actor: "me"
        )
    }

    @Test func `a delivered run moves the baseline to its snapshot`() throws {
        let run = fixture.run()
        try finish(run, .delivered)
        #expect(try baseline() == run.snapshot)
    }

    @Test(arguments: [RunEvent.gaveUp, .deferred, .refused])
    func `a run that did not deliver never moves the baseline`(_ event: RunEvent) throws {
        try finish(fixture.run(), event)
        #expect(try baseline() == nil)
    }

    @Test func `an ad-hoc run does not move the baseline`() throws {
        try finish(fixture.run(trigger: .adHoc), .delivered, moves: false)
        #expect(try baseline() == nil)
    }

    @Test func `a late delivery of an older occurrence does not move the baseline back`() throws {
        let newer = fixture.run(scheduledFor: now + .days(1))
        try finish(newer, .delivered)
        try finish(fixture.run(scheduledFor: now), .delivered)
        #expect(try baseline() == newer.snapshot)
    }

    @Test func `snapshots that a baseline or a live run names are in use`() throws {
        let (delivered, waiting) = (fixture.run(), fixture.run(segment: "lapsed"))
        let failed = fixture.run(scheduledFor: now + .days(1))
        try finish(delivered, .delivered)
        try finish(failed, .gaveUp)
        try store.record([fixture.decision(waiting)], plannedThrough: [:], at: now, actor: "test")
        let expected = Set([delivered.snapshot, waiting.snapshot].compactMap(\.self))
        #expect(try store.snapshotsInUse() == expected)
    }

    @Test func `a retry of an ad-hoc run is known as ad-hoc through any number of retries`() throws {
        let first = fixture.run(trigger: .adHoc)
        try finish(first, .gaveUp)
        var parent = first
        for _ in 1...3 {
            var child = fixture.run(trigger: .retry)
            child.parent = parent.id
            try store.queueAdHoc([child], at: now, actor: "cli")
            #expect(try store.originalTrigger(of: child) == .adHoc)
            let claimed = try requireValue(try store.claim(owner: "me", lease: .seconds(60), at: now))
            let claim = Claim(run: child.id, owner: "me", attempt: claimed.attempts)
            _ = try store.finish(claim, RunOutcome(.gaveUp, attempt: "gave-up"), at: now, actor: "me")
            parent = child
        }
    }
}
