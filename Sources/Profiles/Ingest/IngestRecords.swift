import Foundation
import TidegateModel

/// What an ingest remembers besides the profiles.
struct IngestRecords {
    let connection: Connection

    func hasProfiles() throws(ProfileError) -> Bool {
        try connection.prepare("SELECT 1 FROM profile LIMIT 1").step()
    }

    /// The next profile id to give.
    func nextProfileId() throws(ProfileError) -> Int64 {
        let statement = try connection.prepare("SELECT value FROM counter WHERE name = 'next_profile_id'")
        guard try statement.step() else { throw .rejected("profile store has lost its counter of profiles") }
        return statement.integer(at: 0)
    }

    func setNextProfileId(_ next: Int64) throws(ProfileError) {
        let statement = try connection.prepare("UPDATE counter SET value = ?1 WHERE name = 'next_profile_id'")
        statement.bind(next, at: 1)
        try statement.run()
    }

    /// The profiles that `source` holds, and those that any other declared source holds.
    func held(by source: UUID, declared: Set<UUID>) throws(ProfileError) -> (own: ProfileSet, others: ProfileSet) {
        var own = ProfileSet()
        var others = ProfileSet()
        let statement = try connection.prepare("SELECT source, profiles FROM source_profiles")
        while try statement.step() {
            let holder = try statement.uuid(at: 0)
            guard holder == source || declared.contains(holder) else { continue }
            guard let profiles = ProfileSet(serialized: statement.bytes(at: 1)) else {
                throw .rejected("profile store has a damaged set of profiles for source \(holder.stored)")
            }
            if holder == source { own = profiles } else { others = others.union(profiles) }
        }
        return (own, others)
    }

    func setHeld(_ profiles: ProfileSet, by source: UUID) throws(ProfileError) {
        let statement = try connection.prepare("REPLACE INTO source_profiles (source, profiles) VALUES (?1, ?2)")
        statement.bind(source.stored, at: 1)
        statement.bind(blob: profiles.serialized(), at: 2)
        try statement.run()
    }

    func remember(_ report: IngestReport) throws(ProfileError) {
        let id = try addIngest(report)
        for file in report.files { try add(file, to: id) }
        for (code, rows) in report.rejected { try addRejected(code, rows, to: id) }
    }

    private func addIngest(_ report: IngestReport) throws(ProfileError) -> Int64 {
        let statement = try connection.prepare(
            """
            INSERT INTO ingest
                (source, started_at, finished_at, rows_read, inserted, updated, unchanged, removed, superseded)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            RETURNING id
            """
        )
        statement.bind(report.source, at: 1)
        statement.bind(report.startedAt.milliseconds, at: 2)
        statement.bind(report.finishedAt.milliseconds, at: 3)
        let counts = [
            report.rowsRead, report.inserted, report.updated, report.unchanged, report.removed, report.superseded,
        ]
        for (index, count) in counts.enumerated() { statement.bind(Int64(count), at: Int32(index + 4)) }
        guard try statement.step() else { throw .rejected("profile store gives no number to the ingest") }
        let id = statement.integer(at: 0)
        try statement.run()
        return id
    }

    private func add(_ file: IngestReport.File, to ingest: Int64) throws(ProfileError) {
        let statement = try connection.prepare(
            "INSERT INTO ingest_file (ingest, path, size, sha256) VALUES (?1, ?2, ?3, ?4)"
        )
        statement.bind(ingest, at: 1)
        statement.bind(file.path, at: 2)
        statement.bind(file.size, at: 3)
        statement.bind(file.sha256, at: 4)
        try statement.run()
    }

    private func addRejected(_ code: RejectionCode, _ rows: Int, to ingest: Int64) throws(ProfileError) {
        let statement = try connection.prepare("INSERT INTO ingest_rejected (ingest, code, rows) VALUES (?1, ?2, ?3)")
        statement.bind(ingest, at: 1)
        statement.bind(code.rawValue, at: 2)
        statement.bind(Int64(rows), at: 3)
        try statement.run()
    }
}
