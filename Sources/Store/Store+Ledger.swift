import Foundation
import GRDB
import TidegateModel

/// What the planner decided about one occurrence, for the store to record.
package struct LedgerDecision: Hashable, Sendable {
    package var occurrence: Occurrence
    package var outcome: OccurrenceOutcome
    package var reason: ReasonCode?
    /// The run that the occurrence makes; its state says the same as `outcome`.
    package var run: Run
    /// Whether an earlier run of the same dataflow and segment that still goes on turns this one into a skipped one.
    package var yieldsToLiveRun: Bool

    package init(
        occurrence: Occurrence, outcome: OccurrenceOutcome, reason: ReasonCode?, run: Run, yieldsToLiveRun: Bool
    ) {
        self.occurrence = occurrence
        self.outcome = outcome
        self.reason = reason
        self.run = run
        self.yieldsToLiveRun = yieldsToLiveRun
    }
}

/// How far a dataflow has been decided, inclusive.
package struct ScheduleCursor: Hashable, Sendable {
    /// For occurrences that the clock makes.
    package var instant: Instant
    /// For occurrences that snapshots make: the newest one looked at; nil where there was none yet.
    package var snapshot: UUID?

    package init(instant: Instant, snapshot: UUID?) {
        self.instant = instant
        self.snapshot = snapshot
    }
}

/// One row of the ledger.
package struct LedgerEntry: Hashable, Sendable {
    package let occurrence: Occurrence
    package let outcome: OccurrenceOutcome
    package let reason: ReasonCode?
    package let decidedAt: Instant
    package let run: UUID
}

extension Store {
    /// How far each declared dataflow has been decided.
    package func scheduleCursors() throws -> [UUID: ScheduleCursor] {
        try database.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT * FROM schedule_cursor")
            return Dictionary(
                uniqueKeysWithValues: rows.compactMap { row in
                    UUID(stored: row["dataflow"]).map { dataflow in
                        let instant = Instant(milliseconds: row["planned_through"])
                        return (
                            dataflow,
                            ScheduleCursor(
                                instant: instant,
                                snapshot: (row["planned_snapshot"] as String?).flatMap(UUID.init(stored:))
                            )
                        )
                    }
                }
            )
        }
    }

    /// Records decisions with their runs and moves the cursors, all in one transaction.
    ///
    /// An occurrence that the ledger has already is left alone, whatever the clock did meanwhile: deciding twice is
    /// harmless. Cursors never move back.
    ///
    /// - Returns: the runs that are queued now.
    @discardableResult
    package func record(
        _ decisions: [LedgerDecision], plannedThrough: [UUID: ScheduleCursor], at now: Instant, actor: String
    ) throws -> [UUID] {
        guard !decisions.isEmpty || !plannedThrough.isEmpty else { return [] }
        return try database.write { db in
            var queued: [UUID] = []
            for decision in decisions {
                try Self.overrule(decision.occurrence, at: now, db)
                guard try !Self.isDecided(decision.occurrence, db) else { continue }
                let settled = try Self.settled(decision, at: now, db)
                try Self.insert(settled.run, event: settled.outcome.rawValue, actor: actor, db)
                try Self.insert(settled, at: now, db)
                if settled.run.state == .queued { queued.append(settled.run.id) }
            }
            for (dataflow, cursor) in plannedThrough { try Self.moveCursor(of: dataflow, to: cursor, db) }
            return queued
        }
    }

    /// The ledger of one dataflow, newest first.
    package func ledger(of dataflow: UUID, limit: Int) throws -> [LedgerEntry] {
        try database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT * FROM occurrence WHERE dataflow = ? ORDER BY sequence DESC LIMIT ?",
                arguments: [dataflow.text, limit]
            )
            return rows.compactMap(Self.entry)
        }
    }

    /// Whether any occurrence of the dataflow ever made an export; tells whether a `once` is spent.
    package func hasFired(_ dataflow: UUID) throws -> Bool {
        try database.read { db in
            try Bool.fetchOne(
                db,
                sql: "SELECT EXISTS (SELECT 1 FROM occurrence WHERE dataflow = ? AND outcome IN ('fired', 'late'))",
                arguments: [dataflow.text]
            ) ?? false
        }
    }

    private static func isDecided(_ occurrence: Occurrence, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM occurrence
                    WHERE dataflow = :dataflow AND segment = :segment
                        AND (
                            (:snapshot IS NULL AND snapshot IS NULL AND scheduled_for = :scheduledFor)
                            OR snapshot = :snapshot
                        )
                )
                """,
            arguments: [
                "dataflow": occurrence.dataflow.text, "segment": occurrence.segment?.text ?? "",
                "snapshot": occurrence.snapshot?.text, "scheduledFor": occurrence.scheduledFor.milliseconds,
            ]
        ) ?? false
    }

    /// Takes back what a clock that ran ahead decided without an export: that instant had not come. The run that
    /// says so stays in the history.
    private static func overrule(_ occurrence: Occurrence, at now: Instant, _ db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM occurrence
                WHERE dataflow = :dataflow AND segment = :segment AND snapshot IS NULL AND :snapshot IS NULL
                    AND scheduled_for = :scheduledFor AND decided_at > :tolerated AND outcome IN ('missed', 'skipped')
                """,
            arguments: [
                "dataflow": occurrence.dataflow.text, "segment": occurrence.segment?.text ?? "",
                "snapshot": occurrence.snapshot?.text, "scheduledFor": occurrence.scheduledFor.milliseconds,
                "tolerated": (now + .minutes(1)).milliseconds,
            ]
        )
    }

    /// Brings cursors back that a clock which ran ahead has moved into the future. What was exported meanwhile stays
    /// decided.
    ///
    /// - Returns: how many there were.
    @discardableResult
    package func rewindCursors(to now: Instant) throws -> Int {
        try database.write { db in
            try db.execute(
                sql: "UPDATE schedule_cursor SET planned_through = :now WHERE planned_through > :now",
                arguments: ["now": now.milliseconds]
            )
            return db.changesCount
        }
    }

    /// The decision, turned into a skip where an earlier export of the same segment still goes on.
    private static func settled(_ decision: LedgerDecision, at now: Instant, _ db: Database) throws -> LedgerDecision {
        guard decision.yieldsToLiveRun, decision.run.state == .queued,
            try hasLiveScheduledRun(of: decision.run, db)
        else { return decision }
        var skipped = decision
        skipped.outcome = .skipped
        skipped.reason = .overlap
        skipped.run.state = .skipped
        skipped.run.reason = ReasonCode.overlap.rawValue
        skipped.run.finishedAt = now
        return skipped
    }

    private static func hasLiveScheduledRun(of run: Run, _ db: Database) throws -> Bool {
        try run.segments.contains { segment in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (
                        SELECT 1 FROM run INDEXED BY run_live JOIN run_segment ON run_segment.run = run.id
                        WHERE run.dataflow = :dataflow AND run_segment.segment = :segment
                            AND run.state IN ('queued', 'processing', 'retrying', 'cancelling')
                            AND run."trigger" IN ('scheduled', 'after-segmentation')
                    )
                    """,
                arguments: ["dataflow": run.dataflow.text, "segment": segment.id.text]
            ) ?? false
        }
    }

    private static func insert(_ decision: LedgerDecision, at now: Instant, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO occurrence (dataflow, segment, scheduled_for, snapshot, outcome, reason, decided_at, run)
                VALUES (:dataflow, :segment, :scheduledFor, :snapshot, :outcome, :reason, :now, :run)
                """,
            arguments: [
                "dataflow": decision.occurrence.dataflow.text,
                "segment": decision.occurrence.segment?.text ?? "",
                "scheduledFor": decision.occurrence.scheduledFor.milliseconds,
                "snapshot": decision.occurrence.snapshot?.text,
                "outcome": decision.outcome.rawValue,
                "reason": decision.reason?.rawValue,
                "now": now.milliseconds,
                "run": decision.run.id.text,
            ]
        )
    }

    private static func moveCursor(of dataflow: UUID, to cursor: ScheduleCursor, _ db: Database) throws {
        try db.execute(
            sql: """
                UPDATE schedule_cursor SET
                    planned_through = MAX(planned_through, :instant),
                    planned_snapshot = COALESCE(:snapshot, planned_snapshot)
                WHERE dataflow = :dataflow
                """,
            arguments: [
                "dataflow": dataflow.text, "instant": cursor.instant.milliseconds, "snapshot": cursor.snapshot?.text,
            ]
        )
    }

    private static func entry(_ row: Row) -> LedgerEntry? {
        guard let dataflow = UUID(stored: row["dataflow"]), let run = UUID(stored: row["run"]),
            let outcome = OccurrenceOutcome(rawValue: row["outcome"])
        else { return nil }
        return LedgerEntry(
            occurrence: Occurrence(
                dataflow: dataflow,
                segment: UUID(stored: row["segment"]),
                scheduledFor: Instant(milliseconds: row["scheduled_for"]),
                snapshot: (row["snapshot"] as String?).flatMap(UUID.init(stored:))
            ),
            outcome: outcome,
            reason: (row["reason"] as String?).flatMap(ReasonCode.init(rawValue:)),
            decidedAt: Instant(milliseconds: row["decided_at"]),
            run: run
        )
    }
}
