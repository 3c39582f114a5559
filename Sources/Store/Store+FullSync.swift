import Foundation
import GRDB
import TidegateModel

/// The last run of a dataflow that delivered everyone.
package struct FullSync: Hashable, Sendable {
    package let run: UUID
    package let scheduledFor: Instant

    package init(run: UUID, scheduledFor: Instant) {
        self.run = run
        self.scheduledFor = scheduledFor
    }

    /// What clocks are put forward by at most: a day of the calendar may be so much shorter than 24 hours. Occurrences are
    /// never so close that one more of them would count as a day because of it.
    private static let clockChange = Span.hours(2)

    /// Whether a run for `instant` delivers everyone again, where that is done every so many days of the calendar.
    package static func isDue(at instant: Instant, every days: Int, last: FullSync?) -> Bool {
        guard let last else { return true }
        return instant >= last.scheduledFor + .days(Int64(days)) - clockChange
    }
}

extension Store {
    /// The last run, by its nominal instant, that delivered everyone by the schedule; nil before the first.
    package func fullSync(of dataflow: UUID) throws -> FullSync? {
        try database.read { db in
            guard
                let row = try Row.fetchOne(
                    db, sql: "SELECT run, scheduled_for FROM full_sync WHERE dataflow = ?", arguments: [dataflow.text]
                ), let run = UUID(stored: row["run"])
            else { return nil }
            return FullSync(run: run, scheduledFor: Instant(milliseconds: row["scheduled_for"]))
        }
    }

    /// Counts days to the next full sync from this run; never back to an older occurrence.
    static func moveFullSync(to run: UUID, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO full_sync (dataflow, run, scheduled_for)
                SELECT dataflow, id, scheduled_for FROM run WHERE id = ? AND snapshot IS NOT NULL
                ON CONFLICT (dataflow) DO UPDATE SET run = excluded.run, scheduled_for = excluded.scheduled_for
                WHERE excluded.scheduled_for >= full_sync.scheduled_for
                """,
            arguments: [run.text]
        )
    }
}
