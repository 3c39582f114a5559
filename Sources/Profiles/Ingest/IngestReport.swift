import TidegateModel

/// What an ingest read and what that changed.
///
/// The counts add up: `rowsRead = inserted + updated + unchanged + superseded +` all of `rejected`.
package struct IngestReport: Hashable, Codable, Sendable {
    /// One file as it was read: `size` and `sha256` are of its bytes on disk, compressed where they are.
    package struct File: Hashable, Codable, Sendable {
        package var path: String
        package var size: Int64
        package var sha256: String
    }

    package var source: String
    package var startedAt: Instant
    package var finishedAt: Instant
    package var files: [File]
    package var rowsRead: Int
    package var inserted: Int
    package var updated: Int
    package var unchanged: Int
    package var removed: Int
    /// Rows whose key came again later in the same ingest.
    package var superseded: Int
    package var rejected: [RejectionCode: Int]
    /// Where the rejected rows are kept; nil where there are none. Readable by the owner only: it holds personal data.
    package var rejectsFile: String?
    /// Attributes that no file delivered: they stay as they were.
    package var undelivered: [String]

    package var rejectedRows: Int { rejected.values.reduce(0, +) }
}

/// How far an ingest is.
package struct IngestProgress: Hashable, Sendable {
    package enum Phase: String, Sendable {
        /// Rows are read, and written at once where they come in key order.
        case reading
        /// Rows that did not come in key order are written, sorted.
        case writing
    }

    package var phase: Phase
    /// Bytes on disk, over all files.
    package var bytesRead: Int64
    package var bytesTotal: Int64
    package var rowsRead: Int
    package var rowsWritten: Int
}

/// Why a row was not taken.
package enum RejectionCode: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    /// The row has more or fewer fields than the header.
    case wrongColumnCount = "wrong-column-count"
    /// Something follows a closing quote that is neither delimiter nor line end.
    case strayQuote = "stray-quote"
    /// A line of JSON Lines that is no JSON object.
    case invalidJSON = "invalid-json"
    case invalidUTF8 = "invalid-utf8"
    case nulByte = "nul-byte"
    case missingKey = "missing-key"
    case invalidInteger = "invalid-integer"
    case invalidReal = "invalid-real"
    case invalidBoolean = "invalid-boolean"
    case invalidDate = "invalid-date"
    case invalidTimestamp = "invalid-timestamp"
    /// A JSON value of a kind that the attribute cannot hold, such as an array.
    case wrongType = "wrong-type"
}
