import Foundation
import Store
import Testing
import TidegateModel
import TidegateTesting

@testable import Server

@Suite struct DrawingTests {
    private let zone = Zone("Europe/Stockholm") ?? .utc

    @Test func `a waterfall goes down by each reason, the largest first, and ends at what was exported`() {
        let counts = RunCounts(
            selected: 100, exported: 60, skipped: ["a": 5, "b": 20], rejected: ["c": 15]
        )
        let waterfall = Waterfall(counts)
        #expect(waterfall.addsUp)
        #expect(waterfall.steps.map(\.left) == [100, 80, 75, 60, 60])
        #expect(waterfall.steps.map(\.code) == [nil, "b", "a", "c", nil])
        #expect(waterfall.table.text.contains("100 selected = 60 exported + 25 skipped + 15 rejected"))
    }

    @Test func `counts that do not add up are told of`() {
        let waterfall = Waterfall(RunCounts(selected: 100, exported: 90, skipped: ["a": 5]))
        #expect(!waterfall.addsUp)
        #expect(waterfall.table.text.contains("does not add up"))
    }

    @Test func `a day shows the worst of its runs by the zone's own midnight, and a missed one is hollow`() {
        func tally(_ text: String, _ state: RunState) -> StateTally {
            StateTally(at: Instant(iso: text) ?? .distantPast, state: state, runs: 1)
        }
        let calendar = YearCalendar(
            [
                tally("2026-11-19T23:15:00Z", .failed), tally("2026-11-20T05:00:00Z", .completed),
                tally("2026-11-18T05:00:00Z", .completed), tally("2026-11-17T05:00:00Z", .missed),
                tally("2026-11-17T06:00:00Z", .completed),
            ], zone: zone, now: Sample.noon
        )
        func worst(_ text: String) -> RunState? { LocalDate(iso: text).flatMap(calendar.worst) }
        #expect(worst("2026-11-20") == .failed)
        #expect(worst("2026-11-19") == nil)
        #expect(worst("2026-11-18") == .completed)
        #expect(worst("2026-11-17") == .missed)
        let text = calendar.drawing.text
        #expect(text.contains("<g class=\"missed hollow-day\">"))
        #expect(text.contains("2026-11-17: 1 Missed, 1 Completed"))
        #expect(calendar.summary.contains("1 day Failed (last on 2026-11-20)"))
        #expect(Set(YearCalendar.severity) == Set(RunState.allCases))
    }

    @Test func `the year has 53 weeks that begin on Mondays and end today`() {
        let start = YearCalendar.start(zone: zone, now: Sample.noon)
        #expect(start.weekday == 1)
        #expect("\(start)" == "2025-11-17")
        let cells = YearCalendar([], zone: zone, now: Sample.noon).drawing.text.matches(of: /<rect class="empty"/).count
        #expect(cells == 52 * 7 + 6)
    }

    @Test func `phases follow each other without a gap, and the last goes on until now`() throws {
        let server = try StoreForDrawings()
        let run = server.make.run(1, of: Sample.spec().dataflows[0], ["vip"], at: Sample.noon - .minutes(10))
        try server.make.end(
            run, RunOutcome(.deferred, attempt: "deferred", reason: "x", retryAt: Sample.noon - .minutes(7))
        )
        try server.store.wakeRetries(at: Sample.noon - .minutes(7), actor: "scheduler")
        _ = try server.make.claim(run, at: Sample.noon - .minutes(6))
        let read = try #require(try server.store.run(run.id))
        let phases = Phases(read, try server.store.attempts(of: run.id), now: Sample.noon).phases
        #expect(
            phases.map(\.title) == ["Waiting in the queue", "Attempt 1", "Waiting for attempt 2", "Attempt 2"]
        )
        for (one, next) in zip(phases, phases.dropFirst()) { #expect(one.end == next.start) }
        #expect(phases.last?.end == Sample.noon)
        #expect(phases.map(\.isOpen) == [false, false, false, true])
    }

    @Test func `a bar of nothing has no width, and one of something always has some`() {
        #expect(
            ShareBar(start: 0, end: 0, whole: 10, name: "x").drawing.text.contains("width=\"0\" height=\"10\"/></g>"))
        #expect(
            ShareBar(start: 9_999_999, end: 10_000_000, whole: 10_000_000, name: "x").drawing.text.contains("x=\"996\"")
        )
        #expect(BarChart(title: "t", largest: "0", bars: []).drawing.text.contains("nothing yet"))
        #expect(Sparkline(values: [3, 3], label: "l").drawing.text.contains("2,13 118,13"))
    }
}

/// A store without a server.
struct StoreForDrawings {
    let folder: TemporaryFolder
    let store: Store

    init() throws {
        folder = try TemporaryFolder()
        store = try Store(path: folder.path("tidegate.sqlite"), role: .owner)
        try store.apply(
            Sample.spec(), from: ScheduleCursor(instant: Sample.noon - .days(30), snapshot: nil), actor: "test"
        )
    }

    var make: RunMaker { RunMaker(store: store) }
}
