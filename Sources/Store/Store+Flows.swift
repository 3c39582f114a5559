import Foundation
import GRDB
import TidegateModel

/// When a declared dataflow came, and when its job file last changed.
package struct DataflowRecord: Hashable, Sendable {
    package var revision: Int
    package var createdAt: Instant
    /// As `application` names who applied the job files; nil where that is not known.
    package var createdBy: String?
    package var appliedAt: Instant
    package var appliedBy: String?
}

/// What was done to a dataflow besides its job file.
package struct PauseRecord: Hashable, Sendable {
    /// How often it was paused and resumed, added up.
    package var changes: Int
    package var isPaused: Bool
    /// Of the last change.
    package var changedAt: Instant
    package var changedBy: String
}

/// The newest run of a dataflow, without its counts and files.
package struct LastRun: Hashable, Sendable {
    package var id: UUID
    package var state: RunState
    /// For a run that ended without being taken up, when it ended.
    package var startedAt: Instant?
    package var finishedAt: Instant?
}

extension Store {
    /// The declared dataflows.
    package func dataflowRecords() throws -> [UUID: DataflowRecord] {
        try database.read { db in
            let actors = try Row.fetchAll(db, sql: "SELECT applied_at, actor FROM application").map { row in
                (row["applied_at"] as Int64, row["actor"] as String)
            }
            let actor = Dictionary(actors) { first, _ in first }
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT object.id, object.revision, first.applied_at, last.applied_at
                    FROM object
                    JOIN object_revision AS first ON first.object = object.id AND first.revision = 1
                    JOIN object_revision AS last ON last.object = object.id AND last.revision = object.revision
                    WHERE object.kind = 'Dataflow' AND object.removed_at IS NULL
                    """
            )
            var records: [UUID: DataflowRecord] = [:]
            while let row = try rows.next() {
                guard let id = UUID(stored: row[0]) else { continue }
                let (created, applied): (Int64, Int64) = (row[2], row[3])
                records[id] = DataflowRecord(
                    revision: row[1], createdAt: Instant(milliseconds: created), createdBy: actor[created],
                    appliedAt: Instant(milliseconds: applied), appliedBy: actor[applied]
                )
            }
            return records
        }
    }

    /// The dataflows that were ever paused.
    package func pauseRecords() throws -> [UUID: PauseRecord] {
        try database.read { db in
            // SQLite takes the bare columns from the row that has the maximum.
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT dataflow, COUNT(*) + COUNT(resumed_at) AS changes, MAX(sequence),
                        resumed_at IS NULL AS paused, COALESCE(resumed_at, paused_at) AS at,
                        COALESCE(resumed_by, paused_by) AS actor
                    FROM pause GROUP BY dataflow
                    """
            )
            let records = rows.compactMap { row in
                UUID(stored: row["dataflow"]).map { id in
                    let record = PauseRecord(
                        changes: row["changes"], isPaused: row["paused"], changedAt: Instant(milliseconds: row["at"]),
                        changedBy: row["actor"]
                    )
                    return (id, record)
                }
            }
            return Dictionary(uniqueKeysWithValues: records)
        }
    }

    /// The newest run of each of these dataflows that has any; of all declared ones where `ids` is nil.
    package func lastRuns(of ids: [UUID]?) throws -> [UUID: LastRun] {
        let wanted = try ids.map(Self.jsonArray(of:))
        return try database.read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT run.dataflow, run.id, run.state, COALESCE(run.started_at, run.finished_at), run.finished_at
                    FROM run WHERE run.sequence IN (
                        SELECT (
                            SELECT newest.sequence FROM run AS newest
                            WHERE newest.dataflow = object.id ORDER BY newest.sequence DESC LIMIT 1
                        )
                        FROM object
                        WHERE object.kind = 'Dataflow' AND object.removed_at IS NULL
                            AND (:wanted IS NULL OR object.id IN (SELECT value FROM json_each(:wanted)))
                    )
                    """,
                arguments: ["wanted": wanted]
            )
            var runs: [UUID: LastRun] = [:]
            while let row = try rows.next() {
                guard let dataflow = UUID(stored: row[0]), let id = UUID(stored: row[1]),
                    let state = RunState(rawValue: row[2])
                else { continue }
                runs[dataflow] = LastRun(
                    id: id, state: state, startedAt: (row[3] as Int64?).map(Instant.init(milliseconds:)),
                    finishedAt: (row[4] as Int64?).map(Instant.init(milliseconds:))
                )
            }
            return runs
        }
    }

    /// When each segment of these dataflows was first applied in it: dataflow, then segment.
    package func activations(of dataflows: [UUID]) throws -> [UUID: [UUID: Instant]] {
        let wanted = try Self.jsonArray(of: dataflows)
        return try database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT dataflow, segment, activated_at FROM activation
                    WHERE dataflow IN (SELECT value FROM json_each(:wanted))
                    """,
                arguments: ["wanted": wanted]
            )
            var activations: [UUID: [UUID: Instant]] = [:]
            for row in rows {
                guard let dataflow = UUID(stored: row[0]), let segment = UUID(stored: row[1]) else { continue }
                activations[dataflow, default: [:]][segment] = Instant(milliseconds: row[2])
            }
            return activations
        }
    }

    /// For `json_each`.
    static func jsonArray(of ids: some Collection<UUID>) throws -> String {
        String(decoding: try JSONEncoder().encode(ids.map(\.text)), as: UTF8.self)
    }
}
