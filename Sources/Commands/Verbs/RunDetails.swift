import Reports
import Store
import TidegateModel

extension RunDetails {
    /// For people.
    var text: String {
        var lines = [
            "run         \(run.id.text)",
            "dataflow    \(run.dataflowName) (revision \(run.revision))",
            "segments    \(run.segments.map(\.name).joined(separator: ", "))",
            "trigger     \(run.trigger.rawValue)\(run.isForced ? " (forced)" : "")",
            "state       \(run.state.title)\(run.reason.map { ": \($0)" } ?? "")",
            "scheduled   \(run.scheduledFor)",
            "snapshot    \(run.snapshot?.text ?? "none")",
        ]
        if let parent = run.parent { lines.append("parent      \(parent.text)") }
        lines.append("counts      \(counts)")
        lines += ["", "transitions"]
        lines += transitions.map { "  \($0.at)  \($0.to.title)  by \($0.actor)\($0.reason.map { ": \($0)" } ?? "")" }
        lines += ["", "attempts"]
        lines += attempts.map { attempt in
            "  \(attempt.number)  \(attempt.startedAt)  \(attempt.outcome ?? "goes on")\(attempt.reason.map { ": \($0)" } ?? "")"
        }
        if batches.isEmpty {
            lines += ["", "files"]
            lines += run.files.map {
                "  \($0.path)/\($0.name)  \(Words.count($0.rows, "row"))  \(Figures.bytes($0.size))  sha256 \($0.sha256)"
            }
        } else {
            lines += ["", "batches"]
            lines += BatchLines(batches).texts
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var counts: String {
        let counts = run.counts
        let reasons = (counts.skipped.map { ("skipped", $0) } + counts.rejected.map { ("rejected", $0) })
            .sorted { ($0.0, $0.1.key) < ($1.0, $1.1.key) }
            .map { kind, entry in " + \(entry.value) \(kind) (\(entry.key))" }
        return "\(counts.selected) selected = \(counts.exported) exported" + reasons.joined()
    }
}
