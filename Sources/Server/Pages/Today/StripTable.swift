import Reports
import Store
import TidegateModel

/// What the strip draws, as a table.
struct StripTable {
    let today: Today
    let lanes: [StripLane]
    let times: Times

    private struct Entry {
        let at: Instant
        let what: HTML
        let state: HTML
        let note: String
    }

    var part: HTML {
        let rows: [HTML] = entries.sorted { $0.at < $1.at }.map {
            """
            <tr><td class="tight">\(times.both($0.at))</td><th scope="row">\($0.what)</th>\
            <td class="tight">\($0.state)</td><td>\($0.note)</td></tr>

            """
        }
        guard !rows.isEmpty else { return "" }
        return """
            <details class="as-table" data-keep="as-table"><summary>The same as a table</summary>
            <div class="sheet" role="region" aria-label="The day around now, as a table" tabindex="0">
            <table><caption>What was done in the last 12 hours, and what comes in the next 12</caption>
            <thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">State</th>\
            <th scope="col">How long, how many</th></tr></thead><tbody>
            \(rows)</tbody></table></div></details>

            """
    }

    private var entries: [Entry] {
        cycles + lanes.flatMap(entries)
    }

    private var cycles: [Entry] {
        let window = today.window
        let past = today.cycles.filter { ($0.finishedAt ?? window.now) >= window.start }.map { cycle in
            Entry(
                at: cycle.startedAt, what: "Segmentation", state: StateMark(cycle.state).badge,
                note: cycle.finishedAt.map { Figures.span($0 - cycle.startedAt) } ?? "goes on"
            )
        }
        let coming = today.nextCycles.filter { $0 < window.end }.map {
            Entry(at: $0, what: "Segmentation", state: Self.coming, note: "")
        }
        return past + coming
    }

    private func entries(_ lane: StripLane) -> [Entry] {
        let name: HTML = "<a href=\"\(lane.path)\">\(lane.name)</a>"
        let past = lane.blocks.map { block in
            Entry(
                at: block.start, what: name, state: StateMark(block.state).badge,
                note: Figures.span(block.end - block.start)
                    + (block.runs.count > 1 ? ", \(Figures.count(block.runs.count, "run"))" : "")
            )
        }
        let late = lane.late.map {
            Entry(at: $0, what: name, state: StateMark.late.badge, note: "due, nothing made yet")
        }
        let coming = lane.ghosts.map {
            Entry(at: $0, what: name, state: Self.coming, note: lane.followsSegmentation ? "after segmentation" : "")
        }
        return past + late + coming
    }

    private static let coming: HTML = "<span class=\"soft\">Coming</span>"
}
