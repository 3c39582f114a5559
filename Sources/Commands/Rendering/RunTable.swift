import Reports
import Store
import TidegateModel

/// Runs as a table for people.
enum RunTable {
    static func text(_ runs: [Run]) -> String {
        guard !runs.isEmpty else { return "no runs\n" }
        var table = Table([
            ("RUN", .left), ("DATAFLOW", .left), ("SEGMENT", .left), ("TRIGGER", .left), ("STATE", .left),
            ("SELECTED", .right), ("EXPORTED", .right), ("SKIPPED", .right), ("TOOK", .right),
            ("FILE OR REASON", .left),
        ])
        for run in runs {
            table.add([
                String(run.id.text.prefix(8)), run.dataflowName, run.segments.map(\.name).joined(separator: " "),
                run.trigger.rawValue, run.state.title, "\(run.counts.selected)", "\(run.counts.exported)",
                "\(run.counts.skipped.values.reduce(0, +))", took(run), note(run),
            ])
        }
        return table.text
    }

    /// A run's life in one line: `Queued → Processing → Completed`.
    static func path(_ transitions: [Transition]) -> String {
        transitions.map(\.to.title).joined(separator: " → ")
    }

    private static func took(_ run: Run) -> String {
        guard let started = run.startedAt, let finished = run.finishedAt else { return "" }
        return Figures.span(finished - started)
    }

    private static func note(_ run: Run) -> String {
        if let reason = run.reason { return reason }
        guard let first = run.files.first else { return "" }
        return run.files.count == 1 ? first.name : "\(first.name) and \(run.files.count - 1) more"
    }
}

/// Numbers in words.
enum Words {
    /// `1 contact`, `2 contacts`.
    static func count(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
