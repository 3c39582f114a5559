import Digests
import Foundation
import GRDB

/// Holds what the store remembers against what lies in the outbox, for job files whose file names contain the run's id.
struct StateCheck {
    private let site: Site
    private let database: DatabaseQueue

    init(_ site: Site) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        self.site = site
        database = try DatabaseQueue(path: site.folder.path("data/tidegate.sqlite"), configuration: configuration)
    }

    func count(_ rows: String) throws -> Int {
        try database.read { db in try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM \(rows)") ?? 0 }
    }

    func texts(_ sql: String) throws -> [String] {
        try database.read { db in try String.fetchAll(db, sql: sql) }
    }

    /// What is wrong at any moment, also right after a kill.
    ///
    /// Files of the runs in `verified` are not read again.
    func faults(verified: inout Set<String>) throws -> [String] {
        try damage() + brokenRuns() + wrongFiles(verified: &verified) + strangers()
    }

    /// What is wrong once everything was taken up again and finished.
    func unfinished() throws -> [String] {
        let live = try texts("SELECT id || ' is ' || state FROM run WHERE finished_at IS NULL")
        let failed = try texts(
            "SELECT id || ' failed: ' || reason FROM run WHERE state NOT IN ('completed', 'skipped')"
        )
        let cycles = try texts(
            """
            SELECT 'cycle ' || sequence || ' is ' || state || COALESCE(': ' || reason, '') FROM cycle
            WHERE state <> 'completed' AND reason IS NOT 'superseded by a newer cycle'
            """
        )
        let staging = try FileManager.default.contentsOfDirectory(atPath: site.folder.path("data/staging"))
        let hidden = site.outbox.filter { $0.hasPrefix(".") }
        return live + failed + cycles + staging.map { "left in staging: \($0)" }
            + hidden.map { "left in the outbox: \($0)" }
            + (try ledgerGaps()) + (try strangers(living: false))
    }

    private func damage() throws -> [String] {
        let profiles = try DatabaseQueue(
            path: site.folder.path("data/profiles.sqlite"),
            configuration: database.configuration
        )
        return try [database, profiles].flatMap { database in
            try database.read { db in try String.fetchAll(db, sql: "PRAGMA integrity_check") }.filter { $0 != "ok" }
        }
    }

    /// Every published snapshot made one ledger row for each segment of each dataflow that waits for it.
    private func ledgerGaps() throws -> [String] {
        try texts(
            """
            SELECT 'snapshot ' || cycle.snapshot || ' has ' || COUNT(occurrence.sequence) || ' ledger rows for ' || pair.segment
            FROM cycle JOIN (SELECT DISTINCT dataflow, segment FROM occurrence) AS pair
            LEFT JOIN occurrence ON occurrence.snapshot = cycle.snapshot
                AND occurrence.dataflow = pair.dataflow AND occurrence.segment = pair.segment
            WHERE cycle.state = 'completed'
            GROUP BY cycle.snapshot, pair.dataflow, pair.segment HAVING COUNT(occurrence.sequence) <> 1
            """
        )
            + texts(
                """
                SELECT 'ledger row ' || occurrence.sequence || ' says ' || outcome || ' of a run that is ' || run.state
                FROM occurrence JOIN run ON run.id = occurrence.run
                WHERE (outcome IN ('fired', 'late')) <> (run.state <> 'skipped')
                """
            )
    }

    private func brokenRuns() throws -> [String] {
        try texts(
            """
            SELECT 'run ' || id || ' counts ' || selected || ' but exported ' || exported FROM run
            WHERE selected <> exported + COALESCE((SELECT SUM(profiles) FROM run_count WHERE run = run.id), 0)
                OR state = 'completed'
                    AND exported <> COALESCE((SELECT SUM(rows) FROM run_file WHERE run_file.run = run.id), 0)
            """
        )
            + texts(
                """
                SELECT 'run ' || run || ' ended ' || COUNT(*) || ' times' FROM run_transition
                WHERE to_state IN ('completed', 'failed', 'skipped', 'cancelled') GROUP BY run HAVING COUNT(*) <> 1
                """
            )
            + texts(
                """
                SELECT 'run ' || id || ' is ' || state || ' and its last step says otherwise' FROM run
                WHERE state <> (SELECT to_state FROM run_transition WHERE run = run.id ORDER BY sequence DESC LIMIT 1)
                """
            )
    }

    /// Completed runs whose files or manifest are not as recorded.
    private func wrongFiles(verified: inout Set<String>) throws -> [String] {
        var faults: [String] = []
        for run in try completed() where !verified.contains(run.id) {
            let wrong = run.files.filter { file in
                guard let bytes = try? site.folder.read("outbox/" + file.name) else { return true }
                return bytes.count != file.size || sha256(of: Data(bytes)) != file.sha256
            }
            faults += wrong.map { "run \(run.id) completed, and '\($0.name)' is not as recorded" }
            let text = (try? site.delivered(run.manifest)) ?? "{}"
            let manifest = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
            let listed = manifest.objects("exportResults").compactMap { $0.text("name") }
            if listed != run.files.map(\.name) || manifest.text("flowRunId") != run.id {
                faults.append("run \(run.id) completed, and its manifest lists \(listed)")
            }
            if wrong.isEmpty { verified.insert(run.id) }
        }
        return faults
    }

    /// Names in the outbox that belong to no completed run, nor to one that will be taken up again.
    private func strangers(living: Bool = true) throws -> [String] {
        let named = Set(try completed().flatMap { $0.files.map(\.name) + [$0.manifest] })
        let live = living ? try texts("SELECT id FROM run WHERE finished_at IS NULL") : []
        return site.outbox.filter { name in !named.contains(name) && !live.contains { name.contains($0) } }
            .map { "nobody knows '\($0)' in the outbox" }
    }

    private struct Delivery {
        let id: String
        let manifest: String
        var files: [(name: String, size: Int, sha256: String)]
    }

    private func completed() throws -> [Delivery] {
        try database.read { db in
            let files = Dictionary(
                grouping: try Row.fetchAll(db, sql: "SELECT * FROM run_file ORDER BY run, position"),
                by: { $0["run"] as String }
            )
            return try Row.fetchAll(db, sql: "SELECT id, dataflow FROM run WHERE state = 'completed'").map { row in
                let id: String = row["id"]
                return Delivery(
                    id: id,
                    manifest: "manifest-\(row["dataflow"] as String)-\(id).json",
                    files: (files[id] ?? []).map { ($0["name"], $0["size"], $0["sha256"]) }
                )
            }
        }
    }
}
