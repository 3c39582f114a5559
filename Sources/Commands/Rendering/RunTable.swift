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
        return Words.span(finished - started)
    }

    private static func note(_ run: Run) -> String {
        if let reason = run.reason { return reason }
        guard let first = run.files.first else { return "" }
        return run.files.count == 1 ? first.name : "\(first.name) and \(run.files.count - 1) more"
    }
}

/// Numbers in words.
enum Words {
    /// `340 ms`, `12.4 s`, `3 min 20 s`, `5 h 12 min`, `3 d 4 h`.
    static func span(_ span: Span) -> String {
        let milliseconds = max(0, span.milliseconds)
        let seconds = milliseconds / 1000
        switch seconds {
        case ..<1: return "\(milliseconds) ms"
        case ..<60: return "\(seconds).\(milliseconds % 1000 / 100) s"
        case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
        case ..<86_400: return "\(seconds / 3600) h \(seconds / 60 % 60) min"
        default: return "\(seconds / 86_400) d \(seconds / 3600 % 24) h"
        }
    }

    /// `1 contact`, `2 contacts`.
    static func count(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    /// `812 B`, `41.6 MB`: in steps of 1000.
    static func bytes(_ count: Int) -> String {
        var value = Double(count)
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 1000 { return unit == "B" ? "\(count) B" : "\(rounded(value)) \(unit)" }
            value /= 1000
        }
        return "\(rounded(value)) TB"
    }

    private static func rounded(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
