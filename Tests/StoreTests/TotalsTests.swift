import Foundation
import Store
import Testing
import TidegateModel

@Suite struct TotalsTests {
    private let fixture: StoreFixture
    private var store: Store { fixture.store }
    private let later = StoreFixture.start + .minutes(3)

    init() throws {
        fixture = try StoreFixture()
    }

    private func completed(segment: String, _ counts: RunCounts) throws -> Claim {
        let claim = try fixture.claimed(fixture.run(segment: segment), at: StoreFixture.start + .minutes(1))
        let file = DeliveredFile(path: "/outbox", name: segment, rows: counts.exported, size: 700, sha256: "00")
        _ = try store.recordDelivery(of: file, position: 0, claim)
        _ = try store.finish(
            claim, RunOutcome(.delivered, attempt: "delivered", counts: counts), at: later, actor: "test")
        return claim
    }

    @Test func `an ended run has its times, its counts and its bytes`() throws {
        let counts = RunCounts(selected: 10, exported: 7, skipped: ["duplicate": 2], rejected: ["bounced": 1])
        _ = try completed(segment: "vip", counts)
        let run = try #require(try store.endedRuns(after: 0, live: [], limit: 10).ended.first)
        #expect(run.dataflow == "nightly" && run.state == .completed && run.trigger == .scheduled)
        #expect(run.lateness == .minutes(1) && run.duration == .minutes(2) && run.finishedAt == later)
        #expect(run.selected == 10 && run.exported == 7 && run.bytes == 700)
        #expect(run.skipped == ["duplicate": 2] && run.rejected == 1)
    }

    @Test func `a run that goes on is looked at again, one that has ended is not`() throws {
        let claim = try fixture.claimed(fixture.run())
        let first = try store.endedRuns(after: 0, live: [], limit: 10)
        #expect(first.ended == [] && first.live == [first.last])
        _ = try completed(segment: "lapsed", RunCounts(selected: 1, exported: 1))
        let second = try store.endedRuns(after: first.last, live: first.live, limit: 10)
        #expect(second.ended.count == 1 && second.live == first.live)
        _ = try store.finish(claim, RunOutcome(.gaveUp, attempt: "gave-up", reason: "no"), at: later, actor: "test")
        let third = try store.endedRuns(after: second.last, live: second.live, limit: 10)
        #expect(third.ended.map(\.state) == [.failed] && third.live == [])
        #expect(try store.endedRuns(after: third.last, live: third.live, limit: 10).ended == [])
    }

    @Test func `a long history is read in portions`() throws {
        for hour in 1...5 {
            let at = StoreFixture.start + .hours(Int64(hour))
            let run = fixture.run(state: .missed, scheduledFor: at, reason: "past-deadline")
            try store.record([fixture.decision(run, .missed)], plannedThrough: [:], at: at, actor: "test")
        }
        var seen: [Int] = []
        var (last, live, isCutShort) = (0, Set<Int>(), true)
        while isCutShort {
            let look = try store.endedRuns(after: last, live: live, limit: 2)
            (last, live, isCutShort) = (look.last, look.live, look.isCutShort)
            seen += look.ended.map(\.sequence)
        }
        #expect(seen == Array(Set(seen)).sorted() && seen.count == 5)
    }

    @Test func `the ledger is added up by dataflow, outcome and reason, each entry once`() throws {
        for hour in 1...3 {
            let at = StoreFixture.start + .hours(Int64(hour))
            let run = fixture.run(state: .missed, scheduledFor: at, reason: "past-deadline")
            try store.record(
                [fixture.decision(run, .missed, reason: .pastDeadline)], plannedThrough: [:], at: at, actor: "test")
        }
        let (totals, last) = try store.ledgerTotals(after: 0)
        let total = try #require(totals.first)
        #expect(totals.count == 1 && total.occurrences == 3 && total.kind.dataflow == "nightly")
        #expect(total.kind.outcome == .missed && total.kind.reason == .pastDeadline)
        #expect(try store.ledgerTotals(after: last).totals == [])
    }

    @Test func `live runs are counted by dataflow and state, with the oldest of them`() throws {
        _ = try fixture.claimed(fixture.run())
        let waiting = fixture.run(segment: "lapsed")
        try store.record([fixture.decision(waiting)], plannedThrough: [:], at: later, actor: "test")
        let totals = try store.liveTotals()
        #expect(totals.map(\.state) == [.processing, .queued] && totals.allSatisfy { $0.runs == 1 })
        #expect(totals.last?.oldest == StoreFixture.start)
    }

    @Test func `a declared dataflow has the instant of its first application`() throws {
        _ = try store.apply(
            StoreFixture.spec(at: "07:00"), from: ScheduleCursor(instant: later, snapshot: nil), actor: "test")
        let dataflows = try store.declaredDataflows()
        #expect(dataflows.map(\.name) == ["nightly"] && dataflows.map(\.appliedAt) == [StoreFixture.start])
    }
}
