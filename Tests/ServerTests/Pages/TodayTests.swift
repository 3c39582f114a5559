import Foundation
import Store
import Testing
import TidegateModel

@testable import Server

@Suite struct TodayPageTests {
    private func page(_ today: Today) -> String {
        let times = PageSamples.times(today.reading)
        let layout = Layout(title: "Today", place: .today, times: times, asOf: today.reading.now, version: "test")
        return String(decoding: layout.page(TodayPage(today: today, times: times).main).bytes, as: UTF8.self)
    }

    @Test(arguments: [0, 1, 1000]) func `a day of any size is well formed`(_ count: Int) {
        #expect(Markup(page(PageSamples.today(count))).faults == [])
    }

    @Test func `a strip has a limited number of lanes and says how many more there are`() {
        let page = page(PageSamples.today(1000))
        #expect(page.components(separatedBy: "<li><a href=\"/dataflows/flow-").count - 1 == Today.laneLimit)
        #expect(page.contains("\(1000 - Today.laneLimit) more with something in these 24 hours"))
    }

    @Test func `reasons and titles of work are text and nothing else`() {
        let page = page(PageSamples.today(1, reason: PageSamples.hostile))
        #expect(Markup(page).faults == [])
        #expect(!page.contains("<script>alert"))
        #expect(page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;so on&#39;"))
    }

    @Test func `what failed is shown with its reason and a link to its run`() {
        let today = PageSamples.today(1, reason: "disk is full")
        let page = page(today)
        #expect(page.contains("disk is full"))
        #expect(page.contains("<a href=\"/runs/\(today.failed[0].id.text)\">"))
        #expect(page.contains("3 more</a>"))
    }

    @Test func `work with an end has a bar that says how far it is`() {
        #expect(
            page(PageSamples.today(1)).contains("<progress aria-label=\"flow-0 / vip\" max=\"1000\" value=\"400\">"))
    }

    @Test func `what is late says since when and what it waits for`() {
        let page = page(PageSamples.today(1))
        #expect(page.contains("was due 1 h ago and has not begun"))
        #expect(page.contains("was due 20 min ago and nobody has decided about it"))
        #expect(page.contains("is not over, 4 min past its deadline of 6 h"))
    }

    @Test func `the table has every block and every ghost of the strip`() {
        let today = PageSamples.today(3)
        let lanes = today.lanes.shown
        let drawn = lanes.reduce(0) { $0 + $1.blocks.count + $1.ghosts.count + $1.late.count }
        let rows = page(today).components(separatedBy: "<tr><td").count - 1
        #expect(rows == drawn + today.cycles.count + today.nextCycles.count)
    }
}

@Suite struct TimeWindowTests {
    private let window = TimeWindow(around: PageSamples.noon)

    @Test func `now stands in the middle and what is outside at the edges`() {
        #expect(window.place(PageSamples.noon) == 5000)
        #expect(window.place(PageSamples.noon - .hours(6)) == 2500)
        #expect(window.place(PageSamples.noon - .days(3)) == 0)
        #expect(window.place(PageSamples.noon + .days(3)) == 10_000)
    }

    @Test(arguments: [(0, "0.00%"), (5, "0.05%"), (1234, "12.34%"), (10_000, "100.00%")])
    func `shares are written with two digits`(_ hundredths: Int, _ text: String) {
        #expect(TimeWindow.percent(hundredths) == text)
    }

    @Test(arguments: ["Europe/Stockholm", "Asia/Kathmandu", "UTC"])
    func `ticks stand at every third hour of the local clocks`(_ name: String) throws {
        let zone = try #require(Zone(name))
        let ticks = window.ticks(in: zone)
        #expect(ticks.count == 8)
        for tick in ticks {
            let local = zone.localDateAndTime(at: tick.at)
            #expect(local.time == tick.time)
            #expect(local.time.minutesSinceMidnight % 180 == 0)
        }
    }
}

@Suite struct StripLaneTests {
    private let now = PageSamples.noon
    private var window: TimeWindow { TimeWindow(around: now) }

    private func run(_ state: RunState, from start: Instant, to end: Instant?) -> RunMark {
        RunMark(
            sequence: 1, id: PageSamples.id(1), dataflow: PageSamples.id(0), state: state, trigger: .scheduled,
            scheduledFor: start, queuedAt: start, startedAt: start, finishedAt: end
        )
    }

    @Test func `runs that stand together are one block with the worst of their states`() {
        let runs = [
            run(.completed, from: now - .hours(2), to: now - .hours(2) + .minutes(5)),
            run(.failed, from: now - .hours(2) + .minutes(1), to: now - .hours(2) + .minutes(2)),
            run(.completed, from: now - .hours(1), to: now - .hours(1) + .minutes(5)),
        ]
        let blocks = StripLane.blocks(of: runs, in: window)
        #expect(blocks.map(\.state) == [.failed, .completed])
        #expect(blocks.map(\.runs.count) == [2, 1])
        #expect(blocks[0].end == now - .hours(2) + .minutes(5))
    }

    @Test func `a run that goes on reaches until now`() {
        let blocks = StripLane.blocks(of: [run(.processing, from: now - .hours(1), to: nil)], in: window)
        #expect(blocks.map(\.end) == [now])
    }

    @Test func `what ended before the window is not drawn`() {
        let old = run(.completed, from: now - .hours(20), to: now - .hours(19))
        let reaching = run(.completed, from: now - .hours(20), to: now - .hours(11))
        #expect(StripLane.blocks(of: [old], in: window).isEmpty)
        #expect(StripLane.blocks(of: [reaching], in: window).count == 1)
    }

    @Test func `ghosts are the coming occurrences of the window and no others`() throws {
        let today = PageSamples.today(24)
        for lane in today.lanes.shown {
            for ghost in lane.ghosts { #expect(now < ghost && ghost < today.window.end) }
        }
        let scheduled = try #require(today.lanes.shown.first { $0.name == "flow-16" })
        let zone = today.reading.zone
        #expect(scheduled.ghosts.map { zone.localDateAndTime(at: $0).time.description } == ["16:52"])
        #expect(today.lanes.shown.first { $0.name == "flow-9" }?.ghosts == [], "a paused one has none")
    }

    @Test func `what failed stands above what did not`() {
        let lanes = PageSamples.today(200).lanes.shown
        let troubles = lanes.map(\.trouble)
        #expect(troubles == troubles.sorted(by: >))
        #expect(lanes.first?.name == "flow-0", "whose occurrence is late")
    }
}
