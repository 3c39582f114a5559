import Foundation
import Store
import Testing
import TidegateModel

@Suite struct FullSyncTests {
    let fixture: StoreFixture
    var store: Store { fixture.store }
    let now = StoreFixture.start

    init() throws { fixture = try StoreFixture() }

    private func finish(_ run: Run, _ event: RunEvent = .delivered, moves: Bool = true) throws {
        let claim = try fixture.claimed(run)
        let retryAt = event == .deferred ? now + .seconds(1) : nil
        let outcome = RunOutcome(
            event, attempt: "delivered", retryAt: retryAt, movesBaseline: true, movesFullSync: moves)
        _ = try store.finish(claim, outcome, at: now, actor: "me")
    }

    private func last() throws -> UUID? { try store.fullSync(of: fixture.dataflow.id)?.run }

    @Test func `a delivered full sync is the one that days count from`() throws {
        let run = fixture.run()
        try finish(run)
        #expect(try store.fullSync(of: fixture.dataflow.id) == FullSync(run: run.id, scheduledFor: run.scheduledFor))
    }

    @Test(arguments: [RunEvent.gaveUp, .deferred, .refused])
    func `a run that did not deliver is no full sync`(_ event: RunEvent) throws {
        try finish(fixture.run(), event)
        #expect(try last() == nil)
    }

    @Test func `an incremental run leaves the full sync where it was`() throws {
        let full = fixture.run()
        try finish(full)
        try finish(fixture.run(scheduledFor: now + .days(1)), moves: false)
        #expect(try last() == full.id)
    }

    @Test func `a late delivery of an older occurrence does not count days from it`() throws {
        let newer = fixture.run(scheduledFor: now + .days(1))
        try finish(newer)
        try finish(fixture.run(scheduledFor: now))
        #expect(try last() == newer.id)
    }

    @Test func `a full sync is due before the first, and after as many times 24 hours, to the millisecond`() throws {
        #expect(FullSync.isDue(at: now, every: 7, last: nil))
        let last = FullSync(run: UUID(), scheduledFor: now)
        #expect(!FullSync.isDue(at: now + .days(7) - .milliseconds(1), every: 7, last: last))
        #expect(FullSync.isDue(at: now + .days(7), every: 7, last: last))
        #expect(!FullSync.isDue(at: now - .days(9), every: 7, last: last))
    }
}
