import Foundation
import TidegateModel

extension ProfileStore {
    /// Writes what a run exports into its staging folder and keeps which profiles those are.
    ///
    /// All rows are of one state of the store; the same snapshot, store and request give the same bytes. Where it
    /// throws, no file of it is left. A second call for the same run replaces what the first one kept.
    /// `progress` counts selected profiles; `isCancelled` is asked every few thousand rows.
    package func stage(
        _ request: ExportRequest,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
        isCancelled: @escaping () -> Bool = { false }
    ) throws(ProfileError) -> StagedExport {
        try stage(request, opening: StagingFile.create, progress: progress, isCancelled: isCancelled)
    }

    func stage(
        _ request: ExportRequest,
        opening: @escaping StagingFile.Opening,
        progress: (_ done: Int, _ total: Int) -> Void,
        isCancelled: @escaping () -> Bool
    ) throws(ProfileError) -> StagedExport {
        let (staged, exported) = try withReader { connection throws(ProfileError) in
            try connection.interruptible(by: isCancelled) { () throws(ProfileError) in
                try Self.write(request, opening: opening, on: connection, progress: progress, isCancelled: isCancelled)
            }
        }
        do throws(ProfileError) {
            try keepDelivered(exported, by: request.run, from: request.snapshot)
        } catch {
            for file in staged.files { unlink(file.path) }
            throw error
        }
        return staged
    }

    /// The first `limit` rows that `stage` would write, and its exact counts, without writing anything.
    package func preview(
        _ request: ExportRequest,
        limit: Int,
        isCancelled: @escaping () -> Bool = { false }
    ) throws(ProfileError) -> ExportPreview {
        try withReader { connection throws(ProfileError) in
            try connection.interruptible(by: isCancelled) { () throws(ProfileError) in
                try ExportScan(request, on: connection).preview(limit: limit)
            }
        }
    }

    private static func write(
        _ request: ExportRequest,
        opening: @escaping StagingFile.Opening,
        on connection: Connection,
        progress: (_ done: Int, _ total: Int) -> Void,
        isCancelled: () -> Bool
    ) throws(ProfileError) -> (StagedExport, exported: ProfileSet) {
        let scan = try ExportScan(request, on: connection)
        let writer = try ExportWriter(request, columns: scan.plan.columns, opening: opening)
        do throws(ProfileError) {
            let outcome = try scan.run(progress: progress) { row, skip throws(ProfileError) in
                if skip == nil { try writer.write(row) }
            }
            if isCancelled() { throw ProfileError.cancelled }
            let files = try writer.finish()
            let written = files.reduce(0) { $0 + $1.rows }
            guard written == outcome.counts.exported, written == outcome.exported.count else {
                throw ProfileError.rejected(
                    "counts do not add up: \(outcome.counts.exported) profiles exported, \(written) rows written, "
                        + "\(outcome.exported.count) profiles told apart"
                )
            }
            return (StagedExport(files: files, counts: outcome.counts), outcome.exported)
        } catch {
            writer.discard()
            throw error
        }
    }
}

extension ExportScan {
    init(_ request: ExportRequest, on connection: Connection) throws(ProfileError) {
        let selection = try ExportSelection(request, on: connection)
        try self.init(RowTerms(request), of: selection, on: connection)
    }

    /// The first rows as they would be exported, and the counts of all of them.
    func preview(limit: Int) throws(ProfileError) -> ExportPreview {
        var rows: [[String?]] = []
        let outcome = try run(progress: { _, _ in }) { row, skip in
            if skip == nil, rows.count < limit { rows.append(plan.columns.map { row.text($0) }) }
        }
        return ExportPreview(header: plan.columns.map(\.header), rows: rows, counts: outcome.counts)
    }
}

extension ExportRow {
    fileprivate func text(_ column: ExportColumn) -> String? {
        guard column.form != .status else { return status.description }
        guard let value = value(column), !isNull(column) else { return nil }
        var text = ByteBuffer(capacity: 256)
        text.append(value, as: column.form)
        return String(decoding: text.bytes, as: UTF8.self)
    }
}
