import AudienceManager
import Engine
import Profiles
import TidegateModel

/// Ingest reports for people.
enum IngestText {
    static func text(_ reading: SourceReading) -> String {
        switch reading {
        case .rows(let report): text(report)
        case .files(let report): text(report)
        }
    }

    /// One line for each file.
    static func text(_ report: DropOffReport) -> String {
        guard !report.files.isEmpty else { return "\(report.source): no new file" }
        return report.files.map { receipt in
            "\(report.source): \(FileName.printable(receipt.file)) \(receipt.outcome.rawValue)" + tail(of: receipt)
        }.joined(separator: "\n")
    }

    private static func tail(of receipt: FileReceipt) -> String {
        if let reason = receipt.reason { return ": \(reason)" }
        if let data = receipt.data {
            return
                ", \(data.recordsReceived) records, \(data.storedRecords) stored, \(data.realizedTraits) traits realized, "
                + "\(data.removedTraits) removed"
        }
        if let ids = receipt.ids {
            return ", \(ids.recordsReceived) records, \(ids.storedRecords) stored, \(ids.newMappings) new mappings"
        }
        return ""
    }

    /// Every counter of a receipt, a line each.
    static func details(_ receipt: FileReceipt) -> String {
        var lines = [
            "\(FileName.printable(receipt.file))  \(receipt.source), \(receipt.environment.rawValue), \(receipt.outcome.rawValue)"
        ]
        func add(_ title: String, _ value: some CustomStringConvertible) { lines.append("  \(title): \(value)") }
        func add(_ title: String, _ counts: [String: Int]) {
            for (name, count) in counts.sorted(by: { $0.key < $1.key }) { add("\(title) \(name)", count) }
        }
        if let reason = receipt.reason { add("reason", reason) }
        if let counts = receipt.data {
            add("records received", counts.recordsReceived)
            add("excluded", counts.excluded)
            add("records processed", counts.recordsProcessed)
            add("format errors", counts.formatErrors)
            add("invalid AAM ids", counts.invalidAAMIDs)
            add("invalid device ids", counts.invalidDeviceIDs)
            add("no matching AAM id", counts.noMatchingAAMIDs)
            add("no trait realized", counts.noTraitRealized)
            add("stored records", counts.storedRecords)
            add("total devices", counts.totalDevices)
            add("total signals", counts.totalSignals)
            add("unused signals", counts.unusedSignals)
            add("realized traits", counts.realizedTraits)
            add("removed traits", counts.removedTraits)
            add("traits that failed validation", counts.traitsFailedValidation)
            add("users with such traits", counts.usersWithFailedTraits)
            add("rejected", counts.rejected)
        }
        if let counts = receipt.ids {
            add("records received", counts.recordsReceived)
            add("stored records", counts.storedRecords)
            add("rejected", counts.rejected)
            add("new ids", counts.newIDs)
            add("new mappings", counts.newMappings)
            add("known mappings", counts.knownMappings)
            add("evicted mappings", counts.evictedMappings)
        }
        add("looks personal:", receipt.warnings)
        for sample in receipt.samples { add("line \(sample.line)", sample.reason) }
        if let startedAt = receipt.startedAt { add("started", startedAt) }
        if let finishedAt = receipt.finishedAt { add("finished", finishedAt) }
        return lines.joined(separator: "\n")
    }

    static func text(_ report: IngestReport) -> String {
        let rejected = report.rejectedRows
        var text =
            "\(report.source): \(report.rowsRead) rows read, \(report.inserted) inserted, \(report.updated) updated, "
            + "\(report.unchanged) unchanged, \(report.removed) removed, \(rejected) rejected"
        for (code, count) in report.rejected.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            text += "\n  \(code.rawValue): \(count)"
        }
        if rejected > 0, let file = report.rejectsFile { text += "\n  see \(file)" }
        return text
    }
}
