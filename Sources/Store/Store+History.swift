import Foundation
import GRDB
import TidegateModel

/// One try of a run.
package struct Attempt: Hashable, Sendable {
    package let number: Int
    package let startedAt: Instant
    package let finishedAt: Instant?
    package let outcome: String?
    package let reason: String?
}

extension Store {
    package func run(_ id: UUID) throws -> Run? {
        try database.read { db in try Self.runs(withIDs: [id.text], db).first }
    }

    /// The runs whose id begins with `prefix`, two at most: enough to tell none, one and many apart.
    package func runs(withPrefix prefix: String) throws -> [Run] {
        try database.read { db in
            let ids = try String.fetchAll(
                db,
                sql: "SELECT id FROM run WHERE substr(id, 1, length(:prefix)) = :prefix LIMIT 2",
                arguments: ["prefix": prefix.lowercased()]
            )
            return try Self.runs(withIDs: ids, db)
        }
    }

    package func runs(_ ids: [UUID]) throws -> [Run] {
        try database.read { db in try Self.runs(withIDs: ids.map(\.text), db) }
    }

    /// Runs, newest first.
    package func runs(dataflow: UUID? = nil, state: RunState? = nil, limit: Int) throws -> [Run] {
        try database.read { db in
            let ids = try String.fetchAll(
                db,
                sql: """
                    SELECT id FROM run
                    WHERE (:dataflow IS NULL OR dataflow = :dataflow) AND (:state IS NULL OR state = :state)
                    ORDER BY sequence DESC LIMIT :limit
                    """,
                arguments: ["dataflow": dataflow?.text, "state": state?.rawValue, "limit": limit]
            )
            return try Self.runs(withIDs: ids, db)
        }
    }

    /// The runs that were made after the one with that sequence, newest first.
    package func runs(madeAfter sequence: Int) throws -> [Run] {
        try database.read { db in
            let ids = try String.fetchAll(
                db, sql: "SELECT id FROM run WHERE sequence > ? ORDER BY sequence DESC", arguments: [sequence]
            )
            return try Self.runs(withIDs: ids, db)
        }
    }

    package func lastRunSequence() throws -> Int {
        try database.read { db in try Int.fetchOne(db, sql: "SELECT MAX(sequence) FROM run") ?? 0 }
    }

    /// Runs that are not at their end, oldest first.
    package func liveRuns() throws -> [Run] {
        try database.read { db in
            let ids = try String.fetchAll(
                db,
                sql: """
                    SELECT id FROM run WHERE state IN ('queued', 'processing', 'retrying', 'cancelling')
                    ORDER BY sequence
                    """
            )
            return try Self.runs(withIDs: ids, db).reversed()
        }
    }

    /// The newest run of each dataflow and segment, the newest first.
    package func lastRuns() throws -> [Run] {
        try database.read { db in
            let ids = try String.fetchAll(
                db,
                sql: """
                    SELECT id FROM run WHERE sequence IN (
                        SELECT MAX(run.sequence) FROM run JOIN run_segment ON run_segment.run = run.id
                        GROUP BY run.dataflow, run_segment.segment
                    )
                    """
            )
            return try Self.runs(withIDs: ids, db)
        }
    }

    package func transitions(of run: UUID) throws -> [Transition] {
        try database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM run_transition WHERE run = ? ORDER BY sequence", arguments: [run.text]
            )
            .compactMap { row in
                guard let to = RunState(rawValue: row["to_state"]) else { return nil }
                return Transition(
                    from: (row["from_state"] as String?).flatMap(RunState.init(rawValue:)), to: to,
                    event: row["event"], at: Instant(milliseconds: row["at"]), actor: row["actor"],
                    reason: row["reason"]
                )
            }
        }
    }

    package func attempts(of run: UUID) throws -> [Attempt] {
        try database.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM attempt WHERE run = ? ORDER BY number", arguments: [run.text])
                .map { row in
                    Attempt(
                        number: row["number"], startedAt: Instant(milliseconds: row["started_at"]),
                        finishedAt: (row["finished_at"] as Int64?).map(Instant.init(milliseconds:)),
                        outcome: row["outcome"], reason: row["reason"]
                    )
                }
        }
    }

    /// The snapshot that an incremental run of this dataflow and segment counts from; nil before the first delivery.
    package func baseline(dataflow: UUID, segment: UUID) throws -> UUID? {
        try database.read { db in
            try String.fetchOne(
                db,
                sql: "SELECT snapshot FROM baseline WHERE dataflow = ? AND segment = ?",
                arguments: [dataflow.text, segment.text]
            ).flatMap(UUID.init(stored:))
        }
    }

    /// What made the run, or the run that it tries again, through any number of retries.
    package func originalTrigger(of run: Run) throws -> Run.Trigger {
        try database.read { db in
            let trigger = try String.fetchOne(
                db,
                sql: """
                    WITH RECURSIVE line (id, parent, "trigger") AS (
                        SELECT id, parent, "trigger" FROM run WHERE id = :run
                        UNION ALL
                        SELECT run.id, run.parent, run."trigger" FROM run JOIN line ON run.id = line.parent
                    )
                    SELECT "trigger" FROM line WHERE parent IS NULL
                    """,
                arguments: ["run": run.id.text]
            )
            return trigger.flatMap(Run.Trigger.init(rawValue:)) ?? run.trigger
        }
    }

    /// The snapshots that something still counts from or exports, and that must be kept.
    package func snapshotsInUse() throws -> Set<UUID> {
        try database.read { db in
            let ids = try String.fetchAll(
                db,
                sql: """
                    SELECT snapshot FROM baseline
                    UNION
                    SELECT snapshot FROM run
                    WHERE snapshot IS NOT NULL AND state IN ('queued', 'processing', 'retrying', 'cancelling')
                    """
            )
            return Set(ids.compactMap(UUID.init(stored:)))
        }
    }

    /// The last run, other than the given one, by which the dataflow delivered a file of that name at that path.
    package func lastDelivery(of name: String, at path: String, dataflow: UUID, before run: UUID) throws -> Run? {
        try database.read { db in
            let id = try String.fetchOne(
                db,
                sql: """
                    SELECT run.id FROM run JOIN run_file ON run_file.run = run.id
                    WHERE run.dataflow = ? AND run_file.name = ? AND run_file.path = ?
                        AND run.state IN ('completed', 'partial') AND run.id <> ?
                    ORDER BY run.finished_at DESC, run.sequence DESC LIMIT 1
                    """,
                arguments: [dataflow.text, name, path, run.text]
            )
            return try id.flatMap { try Self.runs(withIDs: [$0], db).first }
        }
    }

    /// The newest scheduled run, or retry of one, that delivered one of the run's segments for a later occurrence, or for
    /// the same one unless the run is outside the schedule. What the run would export counts from there, or is there already.
    package func delivery(overtaking run: Run) throws -> Run? {
        let isAdHoc = try originalTrigger(of: run) == .adHoc
        return try database.read { db in
            let id = try String.fetchOne(
                db,
                sql: """
                    SELECT later.id FROM baseline
                    JOIN run AS later ON later.id = baseline.run
                    JOIN run_segment ON run_segment.run = :run AND run_segment.segment = baseline.segment
                    WHERE baseline.dataflow = :dataflow AND later.id <> :run
                        AND (later.scheduled_for > :scheduledFor OR later.scheduled_for = :scheduledFor AND NOT :isAdHoc)
                    ORDER BY later.sequence DESC LIMIT 1
                    """,
                arguments: [
                    "run": run.id.text, "dataflow": run.dataflow.text, "scheduledFor": run.scheduledFor.milliseconds,
                    "isAdHoc": isAdHoc,
                ]
            )
            return try id.flatMap { try Self.runs(withIDs: [$0], db).first }
        }
    }

    /// Runs with everything that belongs to them, newest first, in a handful of statements however many they are.
    static func runs(withIDs ids: [String], _ db: Database) throws -> [Run] {
        guard !ids.isEmpty else { return [] }
        let wanted = String(decoding: try JSONEncoder().encode(ids), as: UTF8.self)
        func rows(_ sql: String) throws -> [String: [Row]] {
            Dictionary(grouping: try Row.fetchAll(db, sql: sql, arguments: ["wanted": wanted])) { $0["run"] as String }
        }
        let segments = try rows(
            "SELECT * FROM run_segment WHERE run IN (SELECT value FROM json_each(:wanted)) ORDER BY run, position"
        )
        let counts = try rows("SELECT * FROM run_count WHERE run IN (SELECT value FROM json_each(:wanted))")
        let files = try rows(
            "SELECT * FROM run_file WHERE run IN (SELECT value FROM json_each(:wanted)) ORDER BY run, position"
        )
        let runs = try Row.fetchAll(
            db,
            sql: "SELECT * FROM run WHERE id IN (SELECT value FROM json_each(:wanted)) ORDER BY sequence DESC",
            arguments: ["wanted": wanted]
        )
        return runs.compactMap { row in
            let id: String = row["id"]
            return Run(row, segments: segments[id] ?? [], counts: counts[id] ?? [], files: files[id] ?? [])
        }
    }
}

extension Run {
    fileprivate init?(_ row: Row, segments: [Row], counts: [Row], files: [Row]) {
        guard let id = UUID(stored: row["id"]), let dataflow = UUID(stored: row["dataflow"]),
            let trigger = Trigger(rawValue: row["trigger"]), let state = RunState(rawValue: row["state"])
        else { return nil }
        func instant(_ column: String) -> Instant? { (row[column] as Int64?).map(Instant.init(milliseconds:)) }
        func profiles(_ kind: String) -> [String: Int] {
            Dictionary(uniqueKeysWithValues: counts.filter { $0["kind"] == kind }.map { ($0["code"], $0["profiles"]) })
        }
        self.init(
            id: id, dataflow: dataflow, dataflowName: row["dataflow_name"], revision: row["revision"],
            segments: segments.compactMap { segment in
                UUID(stored: segment["segment"]).map { SegmentReference(id: $0, name: segment["name"]) }
            },
            trigger: trigger, state: state, reason: row["reason"],
            snapshot: (row["snapshot"] as String?).flatMap(UUID.init(stored:)),
            scheduledFor: Instant(milliseconds: row["scheduled_for"]),
            queuedAt: Instant(milliseconds: row["queued_at"]), startedAt: instant("started_at"),
            finishedAt: instant("finished_at"), retryAt: instant("retry_at"), attempts: row["attempts"],
            counts: RunCounts(
                selected: row["selected"], exported: row["exported"], skipped: profiles("skipped"),
                rejected: profiles("rejected")
            ),
            files: files.map { file in
                DeliveredFile(
                    path: file["path"], name: file["name"], rows: file["rows"], size: file["size"],
                    sha256: file["sha256"]
                )
            },
            parent: (row["parent"] as String?).flatMap(UUID.init(stored:)), isForced: row["forced"]
        )
    }
}
