import Foundation
import Store
import TidegateModel

/// One run with everything that is known of it.
struct RunDetails: Encodable {
    private let run: Run
    private let transitions: [Transition]
    private let attempts: [Attempt]
    /// Empty for a run to a destination that takes files.
    private let batches: [Batch]

    init(_ run: Run, _ store: Store) throws {
        self.run = run
        transitions = try store.transitions(of: run.id)
        attempts = try store.attempts(of: run.id)
        batches = try store.batches(of: run.id)
    }

    private enum CodingKeys: String, CodingKey { case transitions, tries, batches, receipts }

    private struct Receipt: Encodable {
        let name: String
        let path: String
        let sha256: String
        let size: Int
    }

    /// The run's own keys, and beside them its transitions, attempts, batches and receipts.
    func encode(to encoder: any Encoder) throws {
        try RunDocument(run).encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(transitions.map(TransitionDocument.init), forKey: .transitions)
        try container.encode(attempts.map(AttemptDocument.init), forKey: .tries)
        try container.encode(batches.map(BatchDocument.init), forKey: .batches)
        // A file's receipt is what the destination holds; a batch's is what the receiver said to it.
        var receipts = container.nestedUnkeyedContainer(forKey: .receipts)
        for file in run.files {
            try receipts.encode(Receipt(name: file.name, path: file.path, sha256: file.sha256, size: file.size))
        }
        for batch in batches where batch.state.isCarried { try receipts.encode(BatchReceiptDocument(batch)) }
    }

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
                "  \($0.path)/\($0.name)  \(Words.count($0.rows, "row"))  \(Words.bytes($0.size))  sha256 \($0.sha256)"
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
