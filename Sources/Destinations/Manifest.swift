import Foundation
import TidegateModel

/// The list of what one run delivered, published after everything that it lists.
package struct Manifest: Hashable, Sendable {
    package var dataflow: UUID
    package var run: UUID
    package var scheduledTime: Instant
    package var snapshot: UUID
    package var files: [DeliveredFile]

    package init(dataflow: UUID, run: UUID, scheduledTime: Instant, snapshot: UUID, files: [DeliveredFile]) {
        self.dataflow = dataflow
        self.run = run
        self.scheduledTime = scheduledTime
        self.snapshot = snapshot
        self.files = files
    }

    /// `manifest-<dataflow id>-<run id>.json`.
    package var name: String {
        "manifest-\(dataflow.uuidString.lowercased())-\(run.uuidString.lowercased()).json"
    }

    /// One line of JSON in UTF-8, with its line end; the same manifest is always the same bytes.
    package func encoded() -> [UInt8] {
        let results = files.map { file in
            """
            {"sinkPath":\(quoted(file.path)),"name":\(quoted(file.name)),"size":\(file.size),"rows":\(file.rows),\
            "sha256":\(quoted(file.sha256))}
            """
        }
        let text = """
            {"flowRunId":\(quoted(run.uuidString.lowercased())),"scheduledTime":\(quoted(scheduledTime.description)),\
            "snapshotId":\(quoted(snapshot.uuidString.lowercased())),"exportResults":[\(results.joined(separator: ","))]}

            """
        return Array(text.utf8)
    }

    /// `text` as a JSON string.
    private func quoted(_ text: String) -> String {
        var json = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: json.unicodeScalars.append(scalar)
            }
        }
        return json + "\""
    }
}
