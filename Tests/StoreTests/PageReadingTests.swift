import Foundation
import Store
import Testing
import TidegateModel

@Suite struct PageReadingTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
    }

    private func complete(_ run: Run, exported: Int, size: Int) throws {
        let claim = try fixture.claimed(run)
        let file = DeliveredFile(path: "/o", name: "f", rows: exported, size: size, sha256: "")
        #expect(try fixture.store.recordDelivery(of: file, position: 0, claim))
        let counts = RunCounts(selected: exported, exported: exported)
        _ = try fixture.store.finish(
            claim, RunOutcome(.delivered, attempt: "delivered", counts: counts), at: StoreFixture.start, actor: "me"
        )
    }

    @Test func `runs are tallied by quarter and state since an instant`() throws {
        let start = StoreFixture.start
        try complete(fixture.run(segment: "vip", scheduledFor: start), exported: 1, size: 1)
        try complete(fixture.run(segment: "lapsed", scheduledFor: start + .minutes(14)), exported: 1, size: 1)
        _ = try fixture.claimed(fixture.run(segment: "vip", scheduledFor: start + .minutes(15)))
        let dataflow = fixture.dataflow.id
        #expect(
            try fixture.store.tallies(of: dataflow, since: start).map { [$0.at.milliseconds, Int64($0.runs)] }
                == [[start.milliseconds, 2], [(start + .minutes(15)).milliseconds, 1]]
        )
        #expect(try fixture.store.tallies(of: dataflow, since: start + .minutes(15)).map(\.state) == [.processing])
        #expect(try fixture.store.tallies(of: UUID(), since: start).isEmpty)
    }

    @Test func `sizes add up what one instant delivered, without what was outside the schedule`() throws {
        let start = StoreFixture.start
        try complete(fixture.run(segment: "vip", scheduledFor: start), exported: 10, size: 100)
        try complete(fixture.run(segment: "lapsed", scheduledFor: start), exported: 5, size: 50)
        try complete(fixture.run(segment: "vip", scheduledFor: start + .days(1)), exported: 7, size: 70)
        try complete(
            fixture.run(segment: "vip", trigger: .adHoc, scheduledFor: start + .hours(5)), exported: 900, size: 900
        )
        let sizes = try fixture.store.deliveredSizes(of: fixture.dataflow.id, runs: 10)
        #expect(sizes.map(\.exported) == [15, 7])
        #expect(sizes.map(\.bytes) == [150, 70])
        #expect(try fixture.store.deliveredSizes(of: fixture.dataflow.id, runs: 1).map(\.exported) == [7])
    }

    @Test func `revisions come the newest first`() throws {
        try fixture.store.apply(
            StoreFixture.spec(at: "07:00"), from: ScheduleCursor(instant: StoreFixture.start, snapshot: nil),
            actor: "test"
        )
        let revisions = try fixture.store.revisions(of: fixture.dataflow.id, limit: 5)
        #expect(revisions.map(\.revision) == [2, 1])
        #expect(revisions[0].spec.contains("07:00"))
        #expect(revisions[0].digest != revisions[1].digest)
    }

    @Test func `a run's retries are those that name it`() throws {
        let parent = fixture.run()
        let claim = try fixture.claimed(parent)
        _ = try fixture.store.finish(
            claim, RunOutcome(.gaveUp, attempt: "gave-up", reason: "no"), at: StoreFixture.start, actor: "me"
        )
        let failed = try requireValue(try fixture.store.run(parent.id))
        #expect(try fixture.store.retries(of: failed).isEmpty)
        var again = fixture.run(trigger: .retry)
        again.parent = parent.id
        try fixture.store.queueAdHoc([again], at: StoreFixture.start, actor: "me")
        #expect(try fixture.store.retries(of: failed) == [again.id])
    }

    @Test func `what did not fail is not tried again, and neither is what was overtaken`() throws {
        let first = fixture.run()
        let claim = try fixture.claimed(first)
        let running = try requireValue(try fixture.store.run(first.id))
        #expect(throws: RetryRefusal.state(first.id, .processing)) { try fixture.store.retryBasis(of: running) }
        _ = try fixture.store.finish(
            claim, RunOutcome(.gaveUp, attempt: "gave-up", reason: "no"), at: StoreFixture.start, actor: "me"
        )
        let failed = try requireValue(try fixture.store.run(first.id))
        #expect(try fixture.store.retryBasis(of: failed).revision == 1)
    }
}
