import Foundation
import Reports
import Store
import TidegateModel

/// The day around now, drawn: the segmentation's lane, and one for each dataflow that did or will do something.
///
/// Places across are shares of the width, so that the drawing fills any screen; places down are pixels.
struct Strip {
    static let head = 40
    static let lane = 34

    let today: Today
    let times: Times
    private let lanes: [StripLane]
    private let further: Int

    init(_ today: Today, times: Times) {
        self.today = today
        self.times = times
        (lanes, further) = today.lanes
    }

    private var window: TimeWindow { today.window }
    private var height: Int { Self.head + Self.lane * (lanes.count + 1) + 6 }

    /// Where a lane begins; the segmentation's is the first.
    private func top(of lane: Int) -> Int { Self.head + Self.lane * lane }

    var part: HTML {
        let names: [HTML] = lanes.map { "<li><a href=\"\($0.path)\" title=\"\($0.name)\">\($0.name)</a></li>" }
        return """
            <div class="strip">
            <ol class="lanes" aria-label="Lanes"><li>Segmentation</li>\(names)</ol>
            <div class="course" role="region" aria-label="The day around now" tabindex="0">\(drawing)</div>
            </div>
            \(more)\(StripTable(today: today, lanes: lanes, times: times).part)
            """
    }

    private var more: HTML {
        guard further > 0 else { return "" }
        return """
            <p class="soft">\(Figures.count(further)) more with something in these 24 hours: \
            <a href="/dataflows">all dataflows</a></p>

            """
    }

    private var summary: String {
        "From \(times.shortText(window.start)) to \(times.shortText(window.end)): segmentation and "
            + "\(Figures.count(lanes.count, "dataflow")); a table with the same follows"
    }

    private var drawing: HTML {
        var page: HTML = """
            <svg width="100%" height="\(height)" role="img" aria-label="\(summary)">
            <rect class="future" x="50%" y="0" width="50%" height="100%"/>
            """
        page += ticks
        for number in 0...lanes.count {
            page += "<line class=\"line\" x1=\"0\" x2=\"100%\" y1=\"\(top(of: number))\" y2=\"\(top(of: number))\"/>"
        }
        // Below what was done, so that the newest of that can be read.
        page += """
            <line class="now" x1="50%" x2="50%" y1="\(Self.head)" y2="100%"/><text class="now" x="50%" y="12">now</text>
            """
        page += cycleLane
        for (number, lane) in lanes.enumerated() { page += drawn(lane, top: top(of: number + 1)) }
        page += arrows
        page += "</svg>"
        return page
    }

    private var ticks: HTML {
        var page: HTML = ""
        for tick in window.ticks(in: times.zone) {
            let place = TimeWindow.percent(window.place(tick.at))
            let isMidnight = tick.time.minutesSinceMidnight == 0
            let label = isMidnight ? times.dateText(tick.date) : "\(tick.time)"
            let utc = "\(Zone.utc.localDateAndTime(at: tick.at).time) UTC"
            page += """
                <line class="\(isMidnight ? "midnight" : "line")" x1="\(place)" x2="\(place)" y1="16" y2="100%"/>\
                <text x="\(place)" dx="4" y="26">\(label)</text>
                """
            if times.zone != .utc { page += "<text class=\"utc\" x=\"\(place)\" dx=\"4\" y=\"37\">\(utc)</text>" }
        }
        return page
    }

    private var cycleLane: HTML {
        let top = top(of: 0)
        var page: HTML = ""
        for cycle in today.cycles.reversed() where (cycle.finishedAt ?? window.now) >= window.start {
            let mark = StateMark(cycle.state)
            page += bar(cycle.startedAt, cycle.finishedAt ?? window.now, mark, top: top, name: "fill \(mark.name)")
            page += sign(cycle.startedAt, mark, count: 1, top: top)
        }
        for next in today.nextCycles where next < window.end { page += ghost(next, lasting: .minutes(5), top: top) }
        return page
    }

    private func drawn(_ lane: StripLane, top: Int) -> HTML {
        var page: HTML = ""
        for block in lane.blocks {
            let mark = StateMark(block.state)
            page += bar(block.start, block.end, mark, top: top, name: "fill \(mark.name)")
            page += sign(block.start, mark, count: block.runs.count, top: top)
        }
        for instant in lane.late where window.contains(instant) {
            page += ghost(instant, lasting: lane.typical, top: top, name: "late")
            page += sign(instant, .late, count: 1, top: top)
        }
        for instant in lane.ghosts { page += ghost(instant, lasting: lane.typical, top: top) }
        return page
    }

    private func bar(_ start: Instant, _ end: Instant, _ mark: StateMark, top: Int, name: String) -> HTML {
        let from = window.place(start)
        return """
            <rect class="\(name)" x="\(TimeWindow.percent(from))" y="\(top + 8)" \
            width="\(TimeWindow.percent(max(0, window.place(end) - from)))" height="10" rx="1"/>
            """
    }

    private func sign(_ at: Instant, _ mark: StateMark, count: Int, top: Int) -> HTML {
        let text = String(mark.sign) + (count > 1 ? " \(count)" : "")
        return """
            <text class="sign-text \(mark.name)" x="\(TimeWindow.percent(window.place(at)))" y="\(top + 30)">\(text)</text>
            """
    }

    private func ghost(_ at: Instant, lasting span: Span, top: Int, name: String = "ghost") -> HTML {
        let from = window.place(at)
        // Wide enough to be seen as a frame.
        let width = max(110, window.place(at + span) - from)
        return """
            <rect class="\(name)" x="\(TimeWindow.percent(from))" y="\(top + 8)" \
            width="\(TimeWindow.percent(width))" height="10" rx="2"/>
            """
    }

    /// From each snapshot to the runs that it made: a trunk down from the segmentation's lane, a branch into each lane.
    private var arrows: HTML {
        var page: HTML = ""
        for cycle in today.cycles {
            guard let snapshot = cycle.snapshot, let published = cycle.finishedAt, window.contains(published) else {
                continue
            }
            let hit = lanes.indices.filter { lanes[$0].isMade(by: snapshot) }
            page += arrow(at: published, to: hit, name: "arrow")
        }
        for next in today.nextCycles where next < window.end {
            let hit = lanes.indices.filter { lanes[$0].ghosts.contains(next) && lanes[$0].followsSegmentation }
            page += arrow(at: next, to: hit, name: "arrow ghostly")
        }
        return page
    }

    private func arrow(at instant: Instant, to lanes: [Int], name: String) -> HTML {
        guard let last = lanes.last else { return "" }
        var path = "M-7 \(top(of: 0) + 13)V\(top(of: last + 1) + 7)"
        for lane in lanes {
            let middle = top(of: lane + 1) + 13
            path += "M-7 \(middle - 7)q0 7 5 7M-5 \(middle - 3)l4 3-4 3"
        }
        return """
            <svg class="over" x="\(TimeWindow.percent(window.place(instant)))"><path class="\(name)" d="\(path)"/></svg>
            """
    }
}

extension StateMark {
    init(_ state: Cycle.State) {
        switch state {
        case .processing: self.init(RunState.processing)
        case .retrying: self.init(RunState.retrying)
        case .completed: self.init(RunState.completed)
        case .failed: self.init(RunState.failed)
        }
    }
}
