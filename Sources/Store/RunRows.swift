import Foundation
import GRDB
import TidegateModel

// The statements that Store's questions about runs are made of; each runs inside the caller's transaction.
extension Store {
    /// Takes one step of the lifecycle without a fence.
    @discardableResult
    static func step(
        _ run: UUID, _ event: RunEvent, at now: Instant, actor: String, reason: String? = nil, _ db: Database
    ) throws -> RunState {
        let row = try Row.fetchOne(db, sql: "SELECT state, attempts FROM run WHERE id = ?", arguments: [run.text])
        guard let row, let from = RunState(rawValue: row["state"]) else { throw StoreError.unknownRun(run) }
        guard let to = from.after(event) else { throw StoreError.illegal(run: run, state: from, event: event) }
        try move(run, to: to, reason: reason, retryAt: nil, at: now, db)
        try append(
            Transition(from: from, to: to, event: event.rawValue, at: now, actor: actor, reason: reason),
            to: run, fence: row["attempts"], db
        )
        return to
    }

    /// The state of the run that `claim` may write to, or nil where somebody else holds it.
    static func state(heldBy claim: Claim, _ db: Database) throws -> RunState? {
        let held = try db.cachedStatement(
            sql: """
                SELECT state FROM run
                WHERE id = ? AND owner = ? AND attempts = ? AND state IN ('processing', 'cancelling')
                """
        )
        return try String.fetchOne(held, arguments: [claim.run.text, claim.owner, claim.attempt])
            .flatMap(RunState.init(rawValue:))
    }

    static func move(
        _ run: UUID, to state: RunState, reason: String?, retryAt: Instant?, at now: Instant, _ db: Database
    ) throws {
        let isHeld = state == .processing || state == .cancelling
        try db.execute(
            sql: """
                UPDATE run SET
                    state = :state,
                    reason = :reason,
                    retry_at = :retryAt,
                    finished_at = :finishedAt,
                    owner = CASE WHEN :isHeld THEN owner END,
                    lease_expires_at = CASE WHEN :isHeld THEN lease_expires_at END
                WHERE id = :run
                """,
            arguments: [
                "state": state.rawValue, "reason": reason, "retryAt": retryAt?.milliseconds,
                "finishedAt": state.isTerminal ? now.milliseconds : nil, "isHeld": isHeld, "run": run.text,
            ]
        )
    }

    static func append(_ transition: Transition, to run: UUID, fence: Int, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO run_transition (run, sequence, event, from_state, to_state, at, actor, reason, fence)
                SELECT :run, COALESCE(MAX(sequence), 0) + 1, :event, :from, :to, :at, :actor, :reason, :fence
                FROM run_transition WHERE run = :run
                """,
            arguments: [
                "run": run.text, "event": transition.event, "from": transition.from?.rawValue,
                "to": transition.to.rawValue, "at": transition.at.milliseconds, "actor": transition.actor,
                "reason": transition.reason, "fence": fence,
            ]
        )
    }

    static func insert(_ run: Run, event: String, actor: String, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO run (
                    id, dataflow, dataflow_name, revision, "trigger", state, reason, snapshot, scheduled_for,
                    queued_at, finished_at, parent, forced
                ) VALUES (
                    :id, :dataflow, :dataflowName, :revision, :trigger, :state, :reason, :snapshot, :scheduledFor,
                    :queuedAt, :finishedAt, :parent, :forced
                )
                """,
            arguments: [
                "id": run.id.text, "dataflow": run.dataflow.text, "dataflowName": run.dataflowName,
                "revision": run.revision, "trigger": run.trigger.rawValue, "state": run.state.rawValue,
                "reason": run.reason, "snapshot": run.snapshot?.text, "scheduledFor": run.scheduledFor.milliseconds,
                "queuedAt": run.queuedAt.milliseconds, "finishedAt": run.finishedAt?.milliseconds,
                "parent": run.parent?.text, "forced": run.isForced,
            ]
        )
        for (position, segment) in run.segments.enumerated() {
            try db.execute(
                sql: "INSERT INTO run_segment (run, position, segment, name) VALUES (?, ?, ?, ?)",
                arguments: [run.id.text, position, segment.id.text, segment.name]
            )
        }
        try append(
            Transition(from: nil, to: run.state, event: event, at: run.queuedAt, actor: actor, reason: run.reason),
            to: run.id, fence: 0, db
        )
    }

    static func close(
        attempt: Int, of run: UUID, _ outcome: String, reason: String?, at now: Instant, _ db: Database
    ) throws {
        try db.execute(
            sql: "UPDATE attempt SET finished_at = ?, outcome = ?, reason = ? WHERE run = ? AND number = ?",
            arguments: [now.milliseconds, outcome, reason, run.text, attempt]
        )
    }

    static func replace(_ counts: RunCounts, of run: UUID, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE run SET selected = ?, exported = ? WHERE id = ?",
            arguments: [counts.selected, counts.exported, run.text]
        )
        try db.execute(sql: "DELETE FROM run_count WHERE run = ?", arguments: [run.text])
        for (kind, profiles) in [("skipped", counts.skipped), ("rejected", counts.rejected)] {
            for (code, count) in profiles {
                try db.execute(
                    sql: "INSERT INTO run_count (run, kind, code, profiles) VALUES (?, ?, ?, ?)",
                    arguments: [run.text, kind, code, count]
                )
            }
        }
    }

    /// Lets incremental files of the run's segments count from the run's snapshot; never back to an older occurrence.
    static func moveBaseline(to run: UUID, at now: Instant, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO baseline (dataflow, segment, snapshot, run, moved_at)
                SELECT run.dataflow, run_segment.segment, run.snapshot, run.id, :now
                FROM run JOIN run_segment ON run_segment.run = run.id
                WHERE run.id = :run AND run.snapshot IS NOT NULL
                ON CONFLICT (dataflow, segment) DO UPDATE SET
                    snapshot = excluded.snapshot, run = excluded.run, moved_at = excluded.moved_at
                WHERE (SELECT scheduled_for FROM run WHERE id = excluded.run)
                    >= (SELECT scheduled_for FROM run WHERE id = baseline.run)
                """,
            arguments: ["run": run.text, "now": now.milliseconds]
        )
    }
}
