import Foundation
import Reports
import Store
import TidegateModel

/// Every dataflow with its last runs.
struct DataflowsPage {
    let reading: Overview.Reading
    let filter: DataflowFilter
    let times: Times
    private let shown: [DataflowLine]

    init(_ reading: Overview.Reading, filter: DataflowFilter, times: Times) {
        self.reading = reading
        self.filter = filter
        self.times = times
        shown = reading.dataflows.filter(filter.lets)
    }

    var main: HTML {
        guard !reading.dataflows.isEmpty else { return Self.nothingDeclared }
        return
            "\(FilterBar(reading: reading, filter: filter).bar)<div data-live=\"grid\">\(count)\(sheet)\(legend)</div>"
    }

    static let nothingDeclared: HTML = """
        <div class="cards"><section class="card wide"><p class="big">No dataflows yet</p>
        <p>A dataflow says which segments go to which destination, when and with which columns. To have the first one:</p>
        <ol><li>Write a job file with a Segment, a Destination and a Dataflow into the jobs folder.</li>
        <li><code>tidegate validate</code> says what is wrong with it, and where.</li>
        <li><code>tidegate apply</code> puts it in force; it then shows up here.</li></ol></section></div>
        """

    private var count: HTML {
        let all = Figures.count(reading.dataflows.count, "dataflow")
        guard !filter.isEmpty else { return "<p class=\"soft\">\(all)</p>" }
        return """
            <p class="soft">\(Figures.count(shown.count)) of \(all) · <a href="/dataflows">Show all</a></p>
            """
    }

    private var sheet: HTML {
        guard !shown.isEmpty else {
            return "<p class=\"none\">No dataflow is like that. <a href=\"/dataflows\">Show all</a></p>"
        }
        var page: HTML = """
            <div class="sheet grid" role="region" aria-label="Dataflows and their last runs" tabindex="0">
            <table><caption class="hidden-text">Dataflows, their last \(RunGrid.width) runs and their next one</caption>
            <thead><tr><th scope="col">Dataflow</th><th scope="col">Last run</th>\
            <th scope="col">Last \(RunGrid.width) runs, the newest at the right</th>\
            <th scope="col" class="number">Took</th><th scope="col">Delivered</th><th scope="col">Next</th></tr></thead>
            <tbody>

            """
        let midnights = Midnights(times.zone, before: reading.now)
        for line in shown { page += row(line, midnights) }
        page += "</tbody></table></div>\n"
        return page
    }

    private func row(_ line: DataflowLine, _ midnights: Midnights) -> HTML {
        let flow = line.dataflow
        let bars = RunBars(line.past.runs, now: reading.now, midnights: midnights)
        return """
            <tr><th scope="row"><a href="/dataflows/\(flow.name)">\(flow.name)</a>\
            <span class="under">\(line.standingMark?.badge) \(flow.destination)</span></th>\
            <td>\(line.last.map { StateMark($0.state).badge } ?? "<span class=\"soft\">No runs</span>")</td>\
            <td class="bars">\(bars.drawing)</td>\
            <td class="number">\(typical(line))</td>\
            <td class="tight">\(line.past.lastDelivery.map(times.short) ?? "<span class=\"soft\">never</span>")</td>\
            <td class="tight">\(next(line))</td></tr>

            """
    }

    /// The middle of what its runs took.
    private func typical(_ line: DataflowLine) -> HTML {
        let spans = line.past.runs.compactMap { $0.state.isTerminal ? $0.duration(at: reading.now) : nil }.sorted()
        guard !spans.isEmpty else { return "" }
        return "\(Figures.span(spans[spans.count / 2]))"
    }

    private func next(_ line: DataflowLine) -> HTML {
        guard line.standing != .paused else { return "<span class=\"soft\">none while paused</span>" }
        guard let next = line.next else { return "<span class=\"soft\">none</span>" }
        guard line.dataflow.schedule.trigger == .afterSegmentation else { return times.short(next) }
        return "<span title=\"After segmentation\">◇</span> \(times.short(next))"
    }

    private var legend: HTML {
        let states: [HTML] = RunState.allCases.map { "<li>\(StateMark($0).badge)</li>" }
        return """
            <ul class="legend" aria-label="Signs">\(states)\
            <li><span class="trigger">▶ Ad hoc</span></li><li><span class="trigger">⟳ Retry</span></li>\
            <li><span class="trigger">◇ After segmentation</span></li>\
            <li class="soft">A bar is as high as its run took long beside the longest of its row; lines are midnights, \
            or Mondays where each day has one run.</li></ul>

            """
    }
}
