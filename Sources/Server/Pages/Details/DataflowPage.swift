import Foundation
import Reports
import Store
import TidegateModel

/// One dataflow.
struct DataflowPage {
    let sight: DataflowSight
    let times: Times
    let call: Call

    private var dataflow: Dataflow { sight.dataflow }

    static func path(_ name: String) -> String { "/dataflows/\(name.escapedForURL)" }

    var main: HTML {
        """
        <p class="lead">\(DataflowWords(dataflow: dataflow, spec: sight.spec).sentence)</p>
        \(standing)<nav aria-label="On this page"><ul class="contents">\(contents)</ul></nav>
        \(RunNowPanel(sight: sight, call: call).section)\
        <h2 id="next">Next occurrences</h2>
        \(upcoming)\
        <h2 id="runs">Last runs</h2>
        <div data-live="runs">\(RunSheet(runs: sight.runs, times: times).html)</div>
        <h2 id="calendar">Calendar of the year</h2>
        \(sight.calendar.drawing)\
        <h2 id="sizes">Sizes over time</h2>
        \(sizes)\
        <h2 id="ledger">Ledger</h2>
        <div data-live="ledger">\(ledger)</div>
        <h2 id="job-file">Job file as applied</h2>
        \(JobFileText(revisions: sight.revisions, times: times).html)
        """
    }

    private var contents: [HTML] {
        let parts = [
            ("next", "Next"), ("runs", "Runs"), ("calendar", "Calendar"), ("sizes", "Sizes"), ("ledger", "Ledger"),
            ("job-file", "Job file"),
        ]
        return parts.map { "<li><a href=\"#\($0.0)\">\($0.1)</a></li>" }
    }

    private var standing: HTML {
        "<div class=\"badges\" data-live=\"standing\">\(mark)</div>\n\(switchForm)"
    }

    private var mark: HTML {
        if dataflow.isDetached {
            return
                "<span class=\"state skipped\"><b aria-hidden=\"true\">–</b> Detached</span> <span class=\"soft\">kept without its destination</span>"
        }
        if !dataflow.isEnabled {
            return "\(StateMark.disabled.badge) <span class=\"soft\">the job file has it switched off</span>"
        }
        guard let pause = sight.standing?.pause else {
            return "<span class=\"state completed\"><b aria-hidden=\"true\">✓</b> Enabled</span>"
        }
        return
            "\(StateMark.paused.badge) <span class=\"soft\">since \(times.both(pause.since)) by \(pause.actor); occurrences are skipped</span>"
    }

    /// For those who may: pause, or resume.
    private var switchForm: HTML {
        guard let caller = call.caller, caller.scope >= .admin, let standing = sight.standing else { return "" }
        let isPaused = standing.pause != nil
        let verb: HTML = isPaused ? "resume" : "pause"
        let label: HTML = isPaused ? "Resume the schedule" : "Pause the schedule"
        let note: HTML =
            isPaused
            ? "Occurrences from then on export again." : "Occurrences that come due are skipped until it is resumed."
        return """
            <div class="bar"><form method="post" action="\(Self.path(dataflow.name))/\(verb)">\(FormFields.hidden(call))\
            <input type="hidden" name="changes" value="\(standing.changes)"><button>\(label)</button></form>\
            <span class="soft">\(note)</span></div>

            """
    }

    private var upcoming: HTML {
        guard !sight.upcoming.isEmpty else { return "<p class=\"none\">\(noneComes)</p>\n" }
        let isPaused = sight.standing?.pause != nil
        let rows: [HTML] = sight.upcoming.map { line in
            let flag: HTML =
                line.note.map { note in
                    note.contains("clocks")
                        ? "<span class=\"state partial\"><b aria-hidden=\"true\">!</b> \(note)</span>" : "\(note)"
                } ?? ""
            return """
                <tr><th scope="row" class="tight">\(line.local)</th><td class="tight"><time datetime="\(line.scheduledFor)">\(line.scheduledFor)</time></td>\
                <td class="tight">\(times.distance(line.scheduledFor))</td><td class="wraps">\(flag)</td></tr>

                """
        }
        let note: HTML = isPaused ? "<caption>While the dataflow is paused, these are skipped.</caption>" : ""
        return """
            <div class="sheet" tabindex="0" role="region" aria-label="Next occurrences">
            <table>\(note)<thead><tr><th scope="col">Local time</th><th scope="col">UTC</th><th scope="col">When</th>\
            <th scope="col">To note</th></tr></thead>
            <tbody>
            \(rows)</tbody></table>
            </div>

            """
    }

    private var noneComes: HTML {
        if dataflow.isDetached { return "None: the dataflow is detached." }
        if !dataflow.isEnabled { return "None: the dataflow is switched off." }
        if dataflow.schedule.frequency == .once { return "None: it exports once, and has." }
        return "None: the schedule is over."
    }

    private var sizes: HTML {
        guard !sight.sizes.isEmpty else { return "<p class=\"none\">Nothing was delivered yet.</p>\n" }
        let rows = BarChart(
            title: "Profiles per occurrence", largest: Figures.count(sight.sizes.map(\.exported).max() ?? 0),
            bars: sight.sizes.map { size in
                let title = "\(times.shortText(size.scheduledFor)): \(Figures.count(size.exported)) profiles"
                return BarChart.Bar(value: size.exported, title: title)
            }
        )
        let bytes = BarChart(
            title: "Bytes per occurrence", largest: Figures.bytes(sight.sizes.map(\.bytes).max() ?? 0),
            bars: sight.sizes.map { size in
                BarChart.Bar(
                    value: size.bytes, title: "\(times.shortText(size.scheduledFor)): \(Figures.bytes(size.bytes))"
                )
            }
        )
        return "<div class=\"charts\">\(rows.drawing)\(bytes.drawing)</div>\n"
    }

    private var ledger: HTML {
        guard !sight.ledger.isEmpty else { return "<p class=\"none\">No occurrence has come due yet.</p>\n" }
        let names = Dictionary(sight.spec.segments.map { ($0.id, $0.name) }) { first, _ in first }
        let rows: [HTML] = sight.ledger.map { entry in
            let segment = entry.occurrence.segment.map { names[$0] ?? $0.text } ?? "all"
            let reason: HTML =
                entry.reason.map { "<code>\($0.rawValue)</code> <span class=\"soft\">\(Advice($0).meaning)</span>" }
                ?? ""
            return """
                <tr><th scope="row" class="tight">\(times.both(entry.occurrence.scheduledFor))</th><td>\(segment)</td>\
                <td class="tight">\(Self.mark(entry.outcome).badge)</td><td class="text">\(reason)</td>\
                <td class="tight mono"><a href="\(RunPage.path(entry.run.text))">\(String(entry.run.text.prefix(8)))</a></td></tr>

                """
        }
        return """
            <div class="sheet" tabindex="0" role="region" aria-label="Ledger">
            <table><caption>What became of each occurrence, the newest first.</caption>
            <thead><tr><th scope="col">Occurrence</th><th scope="col">Segment</th><th scope="col">Outcome</th>\
            <th scope="col">Reason</th><th scope="col">Run</th></tr></thead>
            <tbody>
            \(rows)</tbody></table>
            </div>

            """
    }

    static func mark(_ outcome: OccurrenceOutcome) -> StateMark {
        switch outcome {
        case .fired: StateMark(word: "Fired", sign: "✓", name: "completed")
        case .late: StateMark(word: "Late", sign: "!", name: "partial")
        case .missed: StateMark(.missed)
        case .skipped: StateMark(.skipped)
        }
    }
}
