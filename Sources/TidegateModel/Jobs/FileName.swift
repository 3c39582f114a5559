import Foundation

/// The template of a file's name: text with macros between percent signs, without extension.
package struct FileName: Hashable, Sendable {
    enum Token: Hashable, Sendable {
        case text(String)
        case macro(Macro)
        /// Seconds since 1970, ten digits.
        case timestamp
        case dateTime(DatePattern)
    }

    enum Macro: String, CaseIterable, Hashable, Sendable {
        case destinationName = "DESTINATION_NAME"
        case destinationID = "DESTINATION_ID"
        case dataflowName = "DATAFLOW_NAME"
        case dataflowID = "DATAFLOW_ID"
        case destinationInstanceName = "DESTINATION_INSTANCE_NAME"
        case destinationInstanceID = "DESTINATION_INSTANCE_ID"
        case segmentName = "SEGMENT_NAME"
        case segmentID = "SEGMENT_ID"
        case runID = "RUN_ID"
        case snapshotID = "SNAPSHOT_ID"
        case exportMode = "EXPORT_MODE"
    }

    /// What a file is about, as far as job files say.
    package struct Subject: Hashable, Sendable {
        package var destination: Destination
        package var dataflow: Dataflow
        package var segment: SegmentReference

        package init(destination: Destination, dataflow: Dataflow, segment: SegmentReference) {
            self.destination = destination
            self.dataflow = dataflow
            self.segment = segment
        }
    }

    /// What is known only when a run exports.
    package struct Moment: Hashable, Sendable {
        package var run: UUID
        package var snapshot: UUID
        /// As this run exports, which for an ad-hoc run is full whatever the dataflow says.
        package var export: Dataflow.ExportMode
        /// The nominal instant, so that a retry writes the same name.
        package var scheduledFor: Instant

        package init(run: UUID, snapshot: UUID, export: Dataflow.ExportMode, scheduledFor: Instant) {
            self.run = run
            self.snapshot = snapshot
            self.export = export
            self.scheduledFor = scheduledFor
        }
    }

    let tokens: [Token]

    /// Reads a template; refuses what could never become a usable name.
    package init(template: String) throws(FileNameError) {
        tokens = try Self.tokens(of: template)
        let text = tokens.map { token in
            switch token {
            case .text(let text): text
            case .macro, .timestamp: "a"
            case .dateTime(let pattern): pattern.text(of: Instant(milliseconds: 0))
            }
        }.joined()
        if text.isEmpty { throw .malformed("file name is empty", at: 0) }
        if let problem = Self.problem(with: text + ".csv") {
            throw .malformed("file name '\(Self.printable(template))' \(problem)", at: 0)
        }
    }

    /// The names of one export's files, in UTC.
    package func render(
        _ subject: Subject,
        _ moment: Moment,
        fileExtension: String
    ) throws(FileNameError) -> ExportedNames {
        let stem = tokens.map { token in
            switch token {
            case .text(let text): text
            case .macro(let macro): macro.text(subject, moment)
            case .timestamp: padded(moment.scheduledFor.wholeSeconds, to: 10)
            case .dateTime(let pattern): pattern.text(of: moment.scheduledFor)
            }
        }.joined()
        let names = ExportedNames(stem: stem, fileExtension: fileExtension)
        let shown = Self.printable(names.part(1))
        if let problem = Self.problem(with: names.part(1)) { throw .unusable("file name '\(shown)' \(problem)") }
        if Self.problem(with: names.longest) != nil {
            throw .unusable("file name '\(shown)' leaves no room for the numbers of parts within 255 bytes")
        }
        return names
    }
}

/// The names of the files that one export may have to split into.
package struct ExportedNames: Hashable, Sendable {
    package let stem: String
    package let fileExtension: String

    package init(stem: String, fileExtension: String) {
        self.stem = stem
        self.fileExtension = fileExtension
    }

    /// `name.csv`, then `name_2.csv`, `name_3.csv`: parts are counted from 1.
    package func part(_ number: Int) -> String {
        stem + (number == 1 ? "" : "_\(number)") + fileExtension
    }

    /// As long as a name of these can get, with a million parts.
    var longest: String { part(1_000_000) }
}

extension FileName.Macro {
    func text(_ subject: FileName.Subject, _ moment: FileName.Moment) -> String {
        switch self {
        case .runID: moment.run.uuidString.lowercased()
        case .snapshotID: moment.snapshot.uuidString.lowercased()
        case .exportMode: moment.export.rawValue
        default: text(subject) ?? ""
        }
    }

    /// Nil for what differs from run to run.
    func text(_ subject: FileName.Subject) -> String? {
        switch self {
        case .destinationName: subject.destination.name
        case .destinationID: subject.destination.id.uuidString.lowercased()
        case .dataflowName, .destinationInstanceName: subject.dataflow.name
        case .dataflowID, .destinationInstanceID: subject.dataflow.id.uuidString.lowercased()
        case .segmentName: subject.segment.name
        case .segmentID: subject.segment.id.uuidString.lowercased()
        case .runID, .snapshotID, .exportMode: nil
        }
    }
}

/// Why there is no file name.
package enum FileNameError: Error, Hashable {
    /// The template cannot be read, counted from its first Unicode scalar.
    case malformed(String, at: Int)
    /// The template is fine, and what it became is not.
    case unusable(String)

    package var message: String {
        switch self {
        case .malformed(let message, _), .unusable(let message): message
        }
    }
}

extension FileName {
    /// What makes `name` unfit for a file in a folder, as the rest of a sentence, or nil where it is fit.
    ///
    /// A fit name stays in its folder, is not hidden, is no option of a command, and has at most 255 bytes.
    package static func problem(with name: String) -> String? {
        // By bytes: as characters, a slash with a combining accent behind it is no slash.
        let bytes = Array(name.utf8)
        guard let first = bytes.first else { return "is empty" }
        if bytes.contains(UInt8(ascii: "/")) || bytes.contains(UInt8(ascii: "\\")) {
            return "contains a slash or a backslash"
        }
        let dot = UInt8(ascii: ".")
        if zip(bytes, bytes.dropFirst()).contains(where: { $0 == dot && $1 == dot }) { return "contains '..'" }
        if first == dot { return "starts with a dot" }
        if first == UInt8(ascii: "-") { return "starts with a dash" }
        if name.unicodeScalars.contains(where: isUnprintable) { return "contains a control character" }
        if bytes.count > 255 { return "has more than 255 bytes" }
        return nil
    }

    static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// `name` for a message: control characters are replaced.
    package static func printable(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.map { isUnprintable($0) ? "\u{FFFD}" : $0 }))
    }
}
