import Foundation
import Store
import Testing
import TidegateModel

@testable import Server

@Suite struct DataflowsPageTests {
    private func page(_ reading: Overview.Reading, _ filter: DataflowFilter = DataflowFilter()) -> String {
        let times = PageSamples.times(reading)
        let layout = Layout(title: "Dataflows", place: .dataflows, times: times, asOf: reading.now, version: "test")
        return String(
            decoding: layout.page(DataflowsPage(reading, filter: filter, times: times).main).bytes, as: UTF8.self)
    }

    @Test(arguments: [0, 1, 1000]) func `a grid of any size is well formed`(_ count: Int) {
        let page = page(PageSamples.reading(count))
        #expect(Markup(page).faults == [])
        #expect(page.components(separatedBy: "<svg class=\"runs\"").count - 1 == count)
    }

    @Test func `a dataflow without runs has a row`() {
        let page = page(PageSamples.reading(1, runs: 0))
        #expect(Markup(page).faults == [])
        #expect(page.contains("No runs"))
        #expect(page.contains("aria-label=\"no runs yet\""))
    }

    @Test func `a row has one link and not one for each run`() {
        let links = Markup(page(PageSamples.reading(20))).links.filter { $0.hasPrefix("/dataflows/") }
        #expect(links.count == 20)
    }

    @Test func `every state but completed has its sign beside its colour`() {
        let page = page(PageSamples.reading(1))
        for state in RunState.allCases {
            #expect(page.contains("<path class=\"\(state.rawValue)\""))
            let hasSign = page.contains("<text class=\"\(state.rawValue)\"")
            #expect(hasSign == (state != .completed))
        }
    }

    @Test func `no two states have the same sign`() {
        #expect(Set(RunState.allCases.map { StateMark($0).sign }).count == RunState.allCases.count)
        #expect(Set(Run.Trigger.allCases.map { TriggerMark($0).sign }).count == Run.Trigger.allCases.count)
    }

    @Test func `what was searched for comes back escaped`() {
        var filter = DataflowFilter()
        filter.name = PageSamples.hostile
        let page = page(PageSamples.reading(3), filter)
        #expect(Markup(page).faults == [])
        #expect(!page.contains("<script>"))
        #expect(page.contains("No dataflow is like that."))
    }
}

@Suite struct DataflowFilterTests {
    private let reading = PageSamples.reading(30)

    private func names(_ query: [String: String]) -> [String] {
        reading.dataflows.filter(DataflowFilter { query[$0] }.lets).map(\.dataflow.name)
    }

    @Test func `no filter lets everything through`() {
        #expect(names([:]).count == 30)
        #expect(names(["state": "on fire", "kind": "", "standing": "?"]).count == 30)
    }

    @Test func `filters add up`() {
        let destination = names(["destination": "mail"])
        #expect(destination.count == 10)
        #expect(
            names(["destination": "mail", "name": "FLOW-2"]) == ["flow-2", "flow-20", "flow-23", "flow-26", "flow-29"])
        #expect(names(["standing": "paused"]) == ["flow-9", "flow-19", "flow-29"])
        #expect(Set(names(["kind": "push"])) == Set(destination))
    }

    @Test(arguments: RunState.allCases) func `the newest run's state decides`(_ state: RunState) {
        let wanted = reading.dataflows.filter { $0.last?.state == state }.map(\.dataflow.name)
        #expect(names(["state": state.rawValue]) == wanted)
    }

    @Test func `an address brings its own filter back`() throws {
        var filter = DataflowFilter()
        filter.state = .failed
        filter.kind = .push
        filter.name = "a&b=c d"
        let parts = try #require(URLComponents(string: filter.address)?.queryItems)
        let values = Dictionary(uniqueKeysWithValues: parts.map { ($0.name, $0.value ?? "") })
        #expect(DataflowFilter { values[$0] } == filter)
    }
}

@Suite struct RunBarsTests {
    private let now = PageSamples.noon
    private var midnights: Midnights { Midnights(Zone("Europe/Stockholm") ?? .utc, before: now) }

    private func run(_ number: Int, took seconds: Int64, at: Instant) -> RunMark {
        RunMark(
            sequence: number, id: PageSamples.id(number), dataflow: PageSamples.id(0), state: .completed,
            trigger: .scheduled, scheduledFor: at, queuedAt: at, startedAt: at, finishedAt: at + .seconds(seconds)
        )
    }

    @Test func `the longest run has the tallest bar and every run has one`() {
        let runs = [run(1, took: 10, at: now), run(2, took: 100, at: now), run(3, took: 0, at: now)]
        let bars = RunBars(runs, now: now, midnights: midnights)
        #expect(bars.height(of: runs[1]) == RunBars.tallest)
        #expect(bars.height(of: runs[2]) == 2)
        #expect(2..<RunBars.tallest ~= bars.height(of: runs[0]))
    }

    @Test func `the newest run stands at the right edge however few there are`() {
        let few = RunBars([run(1, took: 1, at: now)], now: now, midnights: midnights)
        let many = RunBars((1...50).map { run($0, took: 1, at: now) }, now: now, midnights: midnights)
        #expect(few.place(of: 0) == many.place(of: 49))
        #expect(many.place(of: 49) < RunBars.width)
        #expect(many.place(of: 0) >= 0)
    }

    @Test func `lines stand where local days begin`() {
        let evening = now + .hours(10)
        let runs = [evening, evening + .minutes(59), evening + .minutes(61), evening + .minutes(90)]
        let marks = runs.enumerated().map { run($0, took: 1, at: $1) }
        #expect(RunBars(marks, now: now, midnights: midnights).separators == [2])
    }

    @Test func `lines are weeks where each day has one run`() {
        let marks = (0..<14).map { run($0, took: 1, at: now - .days(Int64(13 - $0))) }
        #expect(RunBars(marks, now: now, midnights: midnights).separators.count == 2)
    }

    @Test(arguments: ["Europe/Stockholm", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "UTC"])
    func `days are found as the zone has them`(_ name: String) throws {
        let zone = try #require(Zone(name))
        let midnights = Midnights(zone, before: now)
        for hours in stride(from: 0, to: 390 * 24, by: 5) {
            let instant = now - .hours(Int64(hours))
            let expected = zone.localDate(at: instant).daysSinceEpoch - zone.localDate(at: now).daysSinceEpoch
            #expect(midnights.day(of: instant) == Midnights.reach + expected)
        }
        #expect(midnights.day(of: now - .days(500)) == nil)
    }
}
