import Foundation
import GRDB
import TidegateModel

/// How a dataflow stands besides its job file.
package struct DataflowStanding: Hashable, Sendable {
    /// Of its job file.
    package var revision: Int
    /// How often it was paused and resumed, added up: with the revision, what tells one state from any other.
    package var changes: Int
    /// Since when and by whom; nil unless it is paused.
    package var pause: Pause?

    package struct Pause: Hashable, Sendable {
        package var since: Instant
        package var actor: String
    }
}

extension Store {
    /// How every declared dataflow stands.
    package func standings() throws -> [UUID: DataflowStanding] {
        try database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT object.id, object.revision,
                        COUNT(pause.sequence) + COUNT(pause.resumed_at) AS changes,
                        MAX(pause.paused_at) FILTER (WHERE pause.resumed_at IS NULL) AS paused_at,
                        MAX(pause.paused_by) FILTER (WHERE pause.resumed_at IS NULL) AS paused_by
                    FROM object LEFT JOIN pause ON pause.dataflow = object.id
                    WHERE object.kind = 'Dataflow' AND object.removed_at IS NULL
                    GROUP BY object.id
                    """
            )
            return Dictionary(
                uniqueKeysWithValues: rows.compactMap { row in
                    UUID(stored: row["id"]).map { ($0, Self.standing(row)) }
                }
            )
        }
    }

    /// The dataflows whose occurrences are skipped for now.
    package func pausedDataflows() throws -> Set<UUID> {
        try database.read { db in
            let ids = try String.fetchAll(db, sql: "SELECT dataflow FROM pause WHERE resumed_at IS NULL")
            return Set(ids.compactMap(UUID.init(stored:)))
        }
    }

    /// Pauses a declared dataflow, or lets it go on; one that stands so already is left alone.
    ///
    /// - Parameter changes: what ``DataflowStanding/changes`` the caller has seen; nil where any will do.
    /// - Returns: whether it stands as wanted now: false where somebody else was faster.
    package func setPaused(
        _ isPaused: Bool, _ dataflow: UUID, seen changes: Int? = nil, at now: Instant, actor: String
    ) throws -> Bool {
        try database.write { db in
            let seen = try Int.fetchOne(
                db, sql: "SELECT COUNT(*) + COUNT(resumed_at) FROM pause WHERE dataflow = ?", arguments: [dataflow.text]
            )
            if let changes, changes != seen { return false }
            if isPaused {
                try db.execute(
                    sql: """
                        INSERT INTO pause (dataflow, paused_at, paused_by) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
                        """,
                    arguments: [dataflow.text, now.milliseconds, actor]
                )
            } else {
                try db.execute(
                    sql: "UPDATE pause SET resumed_at = ?, resumed_by = ? WHERE dataflow = ? AND resumed_at IS NULL",
                    arguments: [now.milliseconds, actor, dataflow.text]
                )
            }
            return true
        }
    }

    private static func standing(_ row: Row) -> DataflowStanding {
        let since = (row["paused_at"] as Int64?).map(Instant.init(milliseconds:))
        return DataflowStanding(
            revision: row["revision"], changes: row["changes"],
            pause: since.map { DataflowStanding.Pause(since: $0, actor: row["paused_by"] ?? "") }
        )
    }
}
