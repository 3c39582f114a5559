import Foundation

/// Segments to a destination, with mapping, export mode and schedule.
package struct Dataflow: Hashable, Codable, Sendable {
    package enum ExportMode: String, CaseIterable, Codable, Sendable { case full, incremental }

    package var id: UUID
    package var name: String
    package var destination: String
    /// Names of segments, each once, in the order of the job file.
    package var segments: [String]
    package var export: ExportMode
    package var schedule: Schedule
    package var mapping: [MappedColumn]
    /// One or two attributes; empty where profiles are not de-duplicated.
    package var deduplicateBy: [String]
    package var file: FileLayout
    /// How a connector's list is treated; nil for a batch destination.
    package var push: PushOptions?
    /// Kept, but its schedule does not fire and ad-hoc runs are refused.
    package var isEnabled: Bool
    /// Kept without its destination, which the job files need not declare; it does not run.
    package var isDetached: Bool

    /// As job files spell them.
    private enum CodingKeys: String, CodingKey {
        case id, name, destination, segments, export, schedule, mapping, deduplicateBy, file, push
        case isEnabled = "enabled"
        case isDetached = "detached"
    }

    package init(
        id: UUID, name: String, destination: String, segments: [String], export: ExportMode = .full,
        schedule: Schedule, mapping: [MappedColumn], deduplicateBy: [String] = [], file: FileLayout = FileLayout(),
        push: PushOptions? = nil, isEnabled: Bool = true, isDetached: Bool = false
    ) {
        self.id = id
        self.name = name
        self.destination = destination
        self.segments = segments
        self.export = export
        self.schedule = schedule
        self.mapping = mapping
        self.deduplicateBy = deduplicateBy
        self.file = file
        self.push = push
        self.isEnabled = isEnabled
        self.isDetached = isDetached
    }
}

/// One column of an export.
package struct MappedColumn: Hashable, Codable, Sendable {
    package enum Origin: Hashable, Codable, Sendable {
        case attribute(String)
        /// `realized` for members and joiners, `exited` for leavers.
        case segmentStatus
    }

    /// The name by which a mapping asks for the segment status.
    package static let segmentStatusName = "segment_status"

    package var origin: Origin
    /// As delivered: dots are underscores already.
    package var header: String
    /// A profile without a value is skipped and counted.
    package var isRequired: Bool

    private enum CodingKeys: String, CodingKey {
        case origin
        case header = "as"
        case isRequired = "required"
    }

    package init(_ origin: Origin, header: String, required: Bool = false) {
        self.origin = origin
        self.header = header
        self.isRequired = required
    }
}

/// How the files of an export look.
package struct FileLayout: Hashable, Codable, Sendable {
    package enum Format: String, CaseIterable, Codable, Sendable { case csv, jsonl }
    package enum Compression: String, CaseIterable, Codable, Sendable { case none, gzip, zstd }
    package enum Level: String, CaseIterable, Codable, Sendable {
        /// Least time; gzip is one member that every reader takes.
        case fast
        /// Fewest bytes; gzip is a row of independent members, as RFC 1952 allows.
        case small
    }

    package static let defaultName = "%DESTINATION_NAME%_%SEGMENT_NAME%_%DATETIME(yyyyMMdd_HHmmss)%"

    /// With macros and without extension, see `FileName`.
    package var name: String
    package var format: Format
    package var compression: Compression
    package var level: Level
    /// Rows per file before the export goes on in `name_2`.
    package var maxRows: Int
    package var csv: CSVWriting
    /// Attributes to sort by before the key; empty for key order.
    package var orderBy: [String]
    /// Rows per id in place of rows per profile; nil for the usual rows, which are all that is above.
    package var audienceManager: AudienceManagerLayout?

    package init(
        name: String = FileLayout.defaultName, format: Format = .csv, compression: Compression = .none,
        level: Level = .fast, maxRows: Int = 5_000_000, csv: CSVWriting = CSVWriting(), orderBy: [String] = [],
        audienceManager: AudienceManagerLayout? = nil
    ) {
        self.name = name
        self.format = format
        self.compression = compression
        self.level = level
        self.maxRows = maxRows
        self.csv = csv
        self.orderBy = orderBy
        self.audienceManager = audienceManager
    }

    /// `.csv`, `.jsonl.gz` and so on.
    package var fileExtension: String {
        let compressed =
            switch compression {
            case .none: ""
            case .gzip: ".gz"
            case .zstd: ".zst"
            }
        return (audienceManager == nil ? "." + format.rawValue : "") + compressed
    }
}

/// How CSV is written; the defaults are RFC 4180 with `\n`, NULL as nothing and the empty string as `""`.
package struct CSVWriting: Hashable, Codable, Sendable {
    package enum Escape: String, CaseIterable, Codable, Sendable { case double, backslash }
    package enum LineEnd: String, CaseIterable, Codable, Sendable { case lf, crlf }

    /// One ASCII byte.
    package var delimiter: UInt8
    /// One ASCII byte.
    package var quote: UInt8
    /// How a quote inside a quoted field is written; with `backslash`, a backslash is escaped too.
    package var escape: Escape
    /// Written unquoted for NULL. A value that equals it is quoted.
    package var null: String
    package var hasHeader: Bool
    package var lineEnd: LineEnd

    private enum CodingKeys: String, CodingKey {
        case delimiter, quote, escape, null, lineEnd
        case hasHeader = "header"
    }

    package init(
        delimiter: UInt8 = UInt8(ascii: ","), quote: UInt8 = UInt8(ascii: "\""), escape: Escape = .double,
        null: String = "", hasHeader: Bool = true, lineEnd: LineEnd = .lf
    ) {
        self.delimiter = delimiter
        self.quote = quote
        self.escape = escape
        self.null = null
        self.hasHeader = hasHeader
        self.lineEnd = lineEnd
    }
}
