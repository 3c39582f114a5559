import TidegateModel

/// What became of one file of a drop-off: the JSON beside it, and a line of `tidegate ingest --report`.
///
/// Holds no id and no value of anybody.
package struct FileReceipt: Hashable, Codable, Sendable {
    package enum Outcome: String, CaseIterable, Codable, Sendable {
        case taken
        /// Moved to `rejected/`: no setting would make it good.
        case rejected
        /// Left where it is until a person acts, such as declares a data source or gives a key.
        case refused
        /// Still arriving.
        case waiting
    }

    package enum Kind: String, CaseIterable, Codable, Sendable {
        case data
        case ids
    }

    /// Where the first rows that were rejected for a reason stand.
    package struct Sample: Hashable, Codable, Sendable {
        package var line: Int
        package var reason: String

        package init(line: Int, reason: String) {
            self.line = line
            self.reason = reason
        }
    }

    package var source: String
    package var environment: DropOff.Environment
    /// Below the drop-off, `date=…/` included.
    package var file: String
    package var outcome: Outcome
    /// Why it was not taken; nil where it was.
    package var reason: String?
    /// Where it was moved to, below the drop-off; nil where it stays or was removed.
    package var movedTo: String?
    package var kind: Kind?
    /// Of the bytes as they arrived.
    package var size: Int64?
    package var sha256: String?
    package var startedAt: Instant?
    package var finishedAt: Instant?
    package var data: DataCounts?
    package var ids: IDCounts?
    /// Ids that look personal, by what they look like: `e-mail`, `phone`.
    package var warnings: [String: Int] = [:]
    /// At most ten for each reason.
    package var samples: [Sample] = []

    package init(source: String, environment: DropOff.Environment, file: String, outcome: Outcome) {
        self.source = source
        self.environment = environment
        self.file = file
        self.outcome = outcome
    }
}

/// The counters of a data file, named after those of the vendor's onboarding status report.
///
/// They add up: `recordsReceived = recordsProcessed +` all of `excluded`, and `storedRecords = recordsProcessed -
/// formatErrors - invalidAAMIDs - invalidDeviceIDs - noMatchingAAMIDs - noTraitRealized`.
package struct DataCounts: Hashable, Codable, Sendable {
    package var recordsReceived = 0
    /// `line-too-long`, `user-line-limit`.
    package var excluded: [String: Int] = [:]
    package var recordsProcessed = 0
    package var formatErrors = 0
    package var invalidAAMIDs = 0
    package var invalidDeviceIDs = 0
    package var noMatchingAAMIDs = 0
    package var noTraitRealized = 0
    package var storedRecords = 0
    /// Distinct ids of stored records.
    package var totalDevices = 0
    package var totalSignals = 0
    /// Signals that no trait asks for.
    package var unusedSignals = 0
    package var realizedTraits = 0
    package var removedTraits = 0
    /// Traits by number that the file's data source does not own, or nobody declares.
    package var traitsFailedValidation = 0
    package var usersWithFailedTraits = 0
    /// The reasons behind `formatErrors`, `invalidAAMIDs`, `invalidDeviceIDs`, `noMatchingAAMIDs`, `noTraitRealized`.
    package var rejected: [String: Int] = [:]

    package init() {}

    package var addUp: Bool {
        let excluded = excluded.values.reduce(0, +)
        let rejected = formatErrors + invalidAAMIDs + invalidDeviceIDs + noMatchingAAMIDs + noTraitRealized
        return recordsReceived == recordsProcessed + excluded && storedRecords == recordsProcessed - rejected
            && rejected == self.rejected.values.reduce(0, +)
    }
}

/// The counters of an ID synchronisation file.
///
/// They add up: `recordsReceived = storedRecords +` all of `rejected`.
package struct IDCounts: Hashable, Codable, Sendable {
    package var recordsReceived = 0
    package var storedRecords = 0
    package var rejected: [String: Int] = [:]
    package var newIDs = 0
    package var newMappings = 0
    package var knownMappings = 0
    /// Oldest mappings that a cap pushed out.
    package var evictedMappings = 0

    package init() {}

    package var addUp: Bool { recordsReceived == storedRecords + rejected.values.reduce(0, +) }
}
