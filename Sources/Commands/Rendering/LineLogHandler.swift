import Foundation
import Logging
import TidegateModel

/// One event a line on standard error, as text or as JSON.
struct LineLogHandler: LogHandler {
    let format: LogFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(format: LogFormat, logLevel: Logger.Level) {
        self.format = format
        self.logLevel = logLevel
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let at = SystemClock().now()
        Terminal.complain(
            format == .json
                ? json(at, event.level, event.message, facts) : text(at, event.level, event.message, facts)
        )
    }

    private func text(_ at: Instant, _ level: Logger.Level, _ message: Logger.Message, _ facts: Logger.Metadata)
        -> String
    {
        let pairs = facts.sorted { $0.key < $1.key }.map { " \($0.key)=\(quoted("\($0.value)"))" }.joined()
        return "\(at) \(level.rawValue.uppercased()) \(message)\(pairs)"
    }

    private func json(_ at: Instant, _ level: Logger.Level, _ message: Logger.Message, _ facts: Logger.Metadata)
        -> String
    {
        var fields = facts.mapValues { "\($0)" }
        fields["time"] = "\(at)"
        fields["level"] = level.rawValue
        fields["event"] = "\(message)"
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(fields) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    /// A value with blanks, quotes or line breaks is quoted, so that a line stays a line.
    private func quoted(_ value: String) -> String {
        guard value.isEmpty || value.contains(where: { $0.isWhitespace || $0 == "\"" || $0 == "=" }) else {
            return value
        }
        let escaped = value.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\n": "\\n"
            case _ where scalar.value < 32 || scalar.value == 127: " "
            default: "\(scalar)"
            }
        }
        return "\"\(escaped.joined())\""
    }
}
