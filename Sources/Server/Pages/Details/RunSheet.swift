import Reports
import Store
import TidegateModel

/// Runs as a table.
struct RunSheet {
    let runs: [Run]
    let times: Times

    var html: HTML {
        guard !runs.isEmpty else { return "<p class=\"none\">No runs yet.</p>\n" }
        let rows = runs.map(row)
        return """
            <div class="sheet" tabindex="0" role="region" aria-label="Runs">
            <table><thead><tr><th scope="col">Scheduled for</th><th scope="col">State</th><th scope="col">Segment</th>\
            <th scope="col">Made by</th><th scope="col" class="number">Took</th>\
            <th scope="col" class="number">Exported</th><th scope="col" class="number">Not exported</th>\
            <th scope="col" class="number">Size</th><th scope="col">Reason</th></tr></thead>
            <tbody>
            \(rows)</tbody></table>
            </div>

            """
    }

    private func row(_ run: Run) -> HTML {
        let took: HTML? = run.startedAt.flatMap { started in
            run.finishedAt.map { finished in "\(Figures.span(finished - started))" }
        }
        let others = run.counts.accounted - run.counts.exported
        let size = run.files.map(\.size).reduce(0, +)
        return """
            <tr><th scope="row" class="tight"><a href="\(RunPage.path(run.id.text))">\(times.short(run.scheduledFor))</a></th>\
            <td class="tight">\(StateMark(run.state).badge)</td><td>\(DataflowWords.list(run.segments.map(\.name)))</td>\
            <td class="tight">\(TriggerMark(run.trigger).badge)</td><td class="number">\(took)</td>\
            <td class="number">\(Figures.count(run.counts.exported))</td>\
            <td class="number">\(others == 0 ? "" : Figures.count(others))</td>\
            <td class="number">\(size == 0 ? "" : Figures.bytes(size))</td>\
            <td class="text reason">\(run.reason ?? "")</td></tr>

            """
    }
}
