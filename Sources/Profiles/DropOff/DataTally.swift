import AudienceManager

/// Counts what becomes of a data file's rows.
final class DataTally {
    private(set) var counts = DataCounts()
    private(set) var samples = RowSamples()
    private(set) var warnings: [String: Int] = [:]

    func receive() {
        counts.recordsReceived += 1
    }

    /// Rows that count as not there.
    func exclude(_ fault: RowFault, rows: Int = 1) {
        guard rows > 0 else { return }
        counts.excluded[fault.rawValue, default: 0] += rows
    }

    func reject(_ fault: RowFault, rows: Int = 1) {
        guard rows > 0 else { return }
        counts.rejected[fault.rawValue, default: 0] += rows
        switch fault {
        case .invalidAAMID: counts.invalidAAMIDs += rows
        case .invalidDeviceID: counts.invalidDeviceIDs += rows
        case .noMatchingID: counts.noMatchingAAMIDs += rows
        case .noTraitRealized: counts.noTraitRealized += rows
        default: counts.formatErrors += rows
        }
    }

    func sample(_ fault: RowFault, _ line: Int64) {
        samples.add(fault, line)
    }

    /// The rows of one known id.
    func add(_ user: DataUsers.User) {
        exclude(.userLineLimit, rows: user.excluded)
        reject(.noTraitRealized, rows: user.withoutTrait)
        counts.storedRecords += user.stored
        counts.totalDevices += user.stored > 0 ? 1 : 0
        counts.totalSignals += user.signals
        counts.unusedSignals += user.unused
        counts.realizedTraits += user.realized
        counts.removedTraits += user.removed
        counts.traitsFailedValidation += user.failed
        counts.usersWithFailedTraits += user.failed > 0 ? 1 : 0
    }

    func warn(_ kind: String) {
        warnings[kind, default: 0] += 1
    }

    /// To be called once all rows were told of.
    func finish() {
        counts.recordsProcessed = counts.recordsReceived - counts.excluded.values.reduce(0, +)
    }
}
