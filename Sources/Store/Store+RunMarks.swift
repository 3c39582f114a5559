import Foundation
import GRDB
import TidegateModel

/// A run, as much of it as pages show of many at once.
package struct RunMark: Hashable, Sendable {
    /// Grows with every run that is made.
    package var sequence: Int
    package var id: UUID
    package var dataflow: UUID
    package var state: RunState
    package var trigger: Run.Trigger
    package var snapshot: UUID?
    package var scheduledFor: Instant
    package var queuedAt: Instant
    package var startedAt: Instant?
    package var finishedAt: Instant?

    package init(
        sequence: Int, id: UUID, dataflow: UUID, state: RunState, trigger: Run.Trigger, snapshot: UUID? = nil,
        scheduledFor: Instant, queuedAt: Instant, startedAt: Instant? = nil, finishedAt: Instant? = nil
    ) {
        self.sequence = sequence
        self.id = id
        self.dataflow = dataflow
        self.state = state
        self.trigger = trigger
        self.snapshot = snapshot
        self.scheduledFor = scheduledFor
        self.queuedAt = queuedAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}

/// What is different whenever a page that shows runs, cycles, pauses or job files would be.
package struct Pulse: Hashable, Sendable {
    package var lastRun: Int
    /// Of the runs that are not at their end: how many are in which state, and which.
    package var live: String
    package var application: Int
    package var cycle: String
    package var pauses: String
}

extension Store {
    /// The newest `limit` runs of every dataflow that there is or was, in the order in which they were made.
    package func runMarks(ofEach limit: Int) throws -> [RunMark] {
        try marks(
            """
            -- CROSS, so that SQLite goes through the dataflows and not through every run there is.
            FROM object CROSS JOIN run ON run.sequence IN (
                SELECT sequence FROM run AS newest WHERE newest.dataflow = object.id ORDER BY sequence DESC LIMIT ?
            )
            WHERE object.kind = 'Dataflow'
            ORDER BY run.sequence
            """,
            [limit]
        )
    }

    /// The runs that were made after the one with that sequence, and the given ones, in the order in which they were made.
    package func runMarks(after sequence: Int, and others: some Collection<Int>) throws -> [RunMark] {
        let others = "[" + others.map(String.init).joined(separator: ",") + "]"
        return try marks(
            """
            FROM run WHERE sequence > ? OR sequence IN (SELECT value FROM json_each(?)) ORDER BY sequence
            """,
            [sequence, others]
        )
    }

    /// The runs that were made since `instant`, the newest first; no more than the newest `limit`.
    ///
    /// Goes back from the newest run until one was made earlier, so that the history behind it is not read.
    package func runMarks(since instant: Instant, limit: Int) throws -> [RunMark] {
        try marks("FROM run ORDER BY sequence DESC LIMIT ?", [limit]) { $0.queuedAt >= instant }
    }

    /// When each dataflow delivered last.
    package func lastDeliveries() throws -> [UUID: Instant] {
        try database.read { db in
            var found: [UUID: Instant] = [:]
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT object.id, (
                        SELECT finished_at FROM run
                        WHERE run.dataflow = object.id AND run.state IN ('completed', 'partial')
                        ORDER BY run.sequence DESC LIMIT 1
                    )
                    FROM object WHERE object.kind = 'Dataflow'
                    """
            )
            while let row = try rows.next() {
                guard let at = row[1] as Int64?, let dataflow = UUID(stored: row[0]) else { continue }
                found[dataflow] = Instant(milliseconds: at)
            }
            return found
        }
    }

    /// Reads no more than the ends of a few indexes, and the index of the live runs.
    package func pulse() throws -> Pulse {
        try database.read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT
                        (SELECT COALESCE(MAX(sequence), 0) FROM run),
                        (SELECT COALESCE(GROUP_CONCAT(state || ':' || runs || ':' || which), '') FROM (
                            SELECT state, COUNT(*) AS runs, SUM(sequence) AS which FROM run INDEXED BY run_live
                            WHERE state IN ('queued', 'processing', 'retrying', 'cancelling') GROUP BY state
                        )),
                        (SELECT COALESCE(MAX(sequence), 0) FROM application),
                        (SELECT sequence || ':' || state || ':' || attempts FROM cycle ORDER BY sequence DESC LIMIT 1),
                        (SELECT COALESCE(MAX(sequence), 0) FROM pause)
                            || ':' || (SELECT COUNT(*) FROM pause WHERE resumed_at IS NULL)
                    """
            )
            return Pulse(
                lastRun: row?[0] ?? 0, live: row?[1] ?? "", application: row?[2] ?? 0, cycle: row?[3] ?? "",
                pauses: row?[4] ?? ""
            )
        }
    }

    private func marks(
        _ sql: String, _ arguments: StatementArguments, while isWanted: (RunMark) -> Bool = { _ in true }
    ) throws -> [RunMark] {
        try database.read { db in
            var marks: [RunMark] = []
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT run.sequence, run.id, run.dataflow, run.state, run."trigger", run.snapshot,
                        run.scheduled_for, run.queued_at, run.started_at, run.finished_at
                    \(sql)
                    """,
                arguments: arguments
            )
            while let row = try rows.next() {
                guard let mark = RunMark(row) else { continue }
                guard isWanted(mark) else { break }
                marks.append(mark)
            }
            return marks
        }
    }
}

extension RunMark {
    /// By position: names are looked up again for every row.
    fileprivate init?(_ row: Row) {
        guard let id = UUID(stored: row[1]), let dataflow = UUID(stored: row[2]),
            let state = RunState(rawValue: row[3]), let trigger = Run.Trigger(rawValue: row[4])
        else { return nil }
        self.init(
            sequence: row[0], id: id, dataflow: dataflow, state: state, trigger: trigger,
            snapshot: (row[5] as String?).flatMap(UUID.init(stored:)), scheduledFor: Instant(milliseconds: row[6]),
            queuedAt: Instant(milliseconds: row[7]), startedAt: (row[8] as Int64?).map(Instant.init(milliseconds:)),
            finishedAt: (row[9] as Int64?).map(Instant.init(milliseconds:))
        )
    }
}
