import AudienceManager
import Profiles
import TidegateModel

/// What reading a source came to.
package enum SourceReading: Sendable {
    case rows(IngestReport)
    case files(DropOffReport)
}

/// What one look at a drop-off came to: a receipt for each file that was new or still waits, by name.
package struct DropOffReport: Hashable, Codable, Sendable {
    package var source: String
    package var environment: DropOff.Environment
    package var files: [FileReceipt]
}
