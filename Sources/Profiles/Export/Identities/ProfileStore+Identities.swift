import Foundation
import TidegateModel

extension ProfileStore {
    /// Writes what a run exports as rows of ids into its staging folder and keeps which profiles those stand for.
    ///
    /// Promises what `stage` of rows of profiles does. The rows of files are ids, and the counts are of profiles.
    package func stage(
        _ request: IdentityExportRequest,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
        isCancelled: @escaping () -> Bool = { false }
    ) throws(ProfileError) -> StagedExport {
        try stage(request, opening: StagingFile.create, progress: progress, isCancelled: isCancelled)
    }

    func stage(
        _ request: IdentityExportRequest,
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

    /// The first `limit` lines that `stage` would write, and its exact counts, without writing anything.
    package func preview(
        _ request: IdentityExportRequest,
        limit: Int,
        isCancelled: @escaping () -> Bool = { false }
    ) throws(ProfileError) -> ExportPreview {
        try withReader { connection throws(ProfileError) in
            try connection.interruptible(by: isCancelled) { () throws(ProfileError) in
                let scan = try IdentityScan(request, on: connection)
                let rows = try IdentityRows(request, scan.reach, on: connection)
                var lines: [[String?]] = []
                let outcome = try scan.run(progress: { _, _ in }) { (group, telling) throws(ProfileError) in
                    let fate = try rows.render(group, telling)
                    if fate == .told, lines.count < limit {
                        lines.append([String(decoding: rows.line.dropLast(), as: UTF8.self)])
                    }
                    return fate
                }
                return ExportPreview(header: ["row"], rows: lines, counts: outcome.counts)
            }
        }
    }

    private static func write(
        _ request: IdentityExportRequest,
        opening: @escaping StagingFile.Opening,
        on connection: Connection,
        progress: (_ done: Int, _ total: Int) -> Void,
        isCancelled: () -> Bool
    ) throws(ProfileError) -> (StagedExport, exported: ProfileSet) {
        let scan = try IdentityScan(request, on: connection)
        let rows = try IdentityRows(request, scan.reach, on: connection)
        let writer = try IdentityWriter(request, opening: opening)
        do throws(ProfileError) {
            let outcome = try scan.run(progress: progress) { (group, telling) throws(ProfileError) in
                let fate = try rows.render(group, telling)
                if fate == .told { try writer.write(rows.line) }
                return fate
            }
            if isCancelled() { throw ProfileError.cancelled }
            return (StagedExport(files: try writer.finish(), counts: outcome.counts), outcome.exported)
        } catch {
            writer.discard()
            throw error
        }
    }
}
