import Logging
import TidegateModel

/// Keeps what is logged, at every level.
final class RecordingLog: Sendable {
    private let kept = Locked<[String]>([])

    /// Each with its facts.
    var lines: [String] { kept.withLock { $0 } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(log: self) }
        logger.logLevel = .trace
        return logger
    }

    fileprivate func keep(_ line: String) {
        kept.withLock { $0.append(line) }
    }

    private struct Handler: LogHandler {
        let log: RecordingLog
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let facts = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
            log.keep("\(event.level) \(event.message)" + facts.map { " \($0.key)=\($0.value)" }.joined())
        }
    }
}

extension Logger {
    /// Tells nobody.
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
