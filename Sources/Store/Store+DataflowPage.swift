import Foundation
import GRDB
import TidegateModel

/// How many runs of one state were scheduled for one quarter of an hour: the largest unit that every zone's days consist of.
package struct StateTally: Hashable, Sendable {
    /// Where the quarter begins.
    package let at: Instant
    package let state: RunState
    package let runs: Int

    package init(at: Instant, state: RunState, runs: Int) {
        self.at = at
        self.state = state
        self.runs = runs
    }
}

/// What was delivered for one nominal instant of a dataflow.
package struct DeliveredSize: Hashable, Sendable {
    package let scheduledFor: Instant
    package let exported: Int
    /// Of the files, or of the bodies of calls.
    package let bytes: Int
}

/// What an object said from one application on.
package struct ObjectRevision: Hashable, Sendable {
    package let revision: Int
    package let digest: String
    /// Canonical JSON, with secrets as references.
    package let spec: String
    package let appliedAt: Instant
}

extension Store {
    /// The states of a dataflow's runs, by when they were scheduled for.
    package func tallies(of dataflow: UUID, since: Instant) throws -> [StateTally] {
        try database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT scheduled_for / 900000 AS quarter, state, COUNT(*) AS runs FROM run
                    WHERE dataflow = ? AND scheduled_for >= ?
                    GROUP BY quarter, state ORDER BY quarter
                    """,
                arguments: [dataflow.text, since.milliseconds]
            )
            .compactMap { row in
                guard let state = RunState(rawValue: row["state"]) else { return nil }
                let quarter: Int64 = row["quarter"]
                return StateTally(at: Instant(milliseconds: quarter * 900_000), state: state, runs: row["runs"])
            }
        }
    }

    /// What the last scheduled exports of a dataflow brought, the oldest first: all segments of one instant together.
    ///
    /// - Parameter runs: how many deliveries are looked at.
    package func deliveredSizes(of dataflow: UUID, runs: Int) throws -> [DeliveredSize] {
        try database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT scheduled_for, SUM(exported) AS exported, SUM(
                        COALESCE((SELECT SUM(size) FROM run_file WHERE run_file.run = run.id), 0)
                        + COALESCE((SELECT SUM(bytes) FROM carried_batch WHERE carried_batch.run = run.id), 0)
                    ) AS bytes
                    FROM (
                        SELECT id, scheduled_for, exported FROM run
                        WHERE dataflow = ? AND state IN ('completed', 'partial') AND "trigger" <> 'ad-hoc'
                        ORDER BY sequence DESC LIMIT ?
                    ) AS run
                    GROUP BY scheduled_for ORDER BY scheduled_for
                    """,
                arguments: [dataflow.text, runs]
            )
            .map { row in
                DeliveredSize(
                    scheduledFor: Instant(milliseconds: row["scheduled_for"]), exported: row["exported"],
                    bytes: row["bytes"]
                )
            }
        }
    }

    /// What an object said, the newest first.
    package func revisions(of object: UUID, limit: Int) throws -> [ObjectRevision] {
        try database.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT * FROM object_revision WHERE object = ? ORDER BY revision DESC LIMIT ?",
                arguments: [object.text, limit]
            )
            .map { row in
                ObjectRevision(
                    revision: row["revision"], digest: row["digest"], spec: row["spec"],
                    appliedAt: Instant(milliseconds: row["applied_at"])
                )
            }
        }
    }

    /// The runs that try the given one again, the oldest first.
    package func retries(of run: Run) throws -> [UUID] {
        try database.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT id FROM run
                    WHERE dataflow = :dataflow AND sequence > (SELECT sequence FROM run WHERE id = :run)
                        AND parent = :run
                    ORDER BY sequence
                    """,
                arguments: ["dataflow": run.dataflow.text, "run": run.id.text]
            )
            .compactMap(UUID.init(stored:))
        }
    }
}
