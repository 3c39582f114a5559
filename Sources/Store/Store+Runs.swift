import Foundation
import GRDB
import TidegateModel

/// Proof that its holder may still write to a run: the owner and the attempt that claimed it.
package struct Claim: Hashable, Sendable {
    package let run: UUID
    package let owner: String
    package let attempt: Int

    package init(run: UUID, owner: String, attempt: Int) {
        self.run = run
        self.owner = owner
        self.attempt = attempt
    }
}

/// How a claimed run ends, or goes back.
package struct RunOutcome: Sendable {
    package var event: RunEvent
    /// For the `attempt` row: `delivered`, `deferred`, `parked`, …
    package var attempt: String
    package var reason: String?
    package var counts: RunCounts?
    package var retryAt: Instant?
    /// Whether incremental files count from this run's snapshot now.
    package var movesBaseline: Bool
    /// Whether the run delivered everyone, so that the days to the next full sync count from it.
    package var movesFullSync: Bool

    package init(
        _ event: RunEvent, attempt: String, reason: String? = nil, counts: RunCounts? = nil, retryAt: Instant? = nil,
        movesBaseline: Bool = false, movesFullSync: Bool = false
    ) {
        self.event = event
        self.attempt = attempt
        self.reason = reason
        self.counts = counts
        self.retryAt = retryAt
        self.movesBaseline = movesBaseline
        self.movesFullSync = movesFullSync
    }
}

extension Store {
    /// Takes up the oldest queued run whose dataflow and segments no other run exports or is to export before it.
    ///
    /// Runs of one dataflow and segment keep their order, also while the older one waits for its next try: an incremental
    /// file counts from the one before it.
    ///
    /// - Parameters:
    ///   - only: where given, no other run is taken.
    ///   - dataflows: no run of these is taken; those of others do not wait for them.
    /// - Returns: the run as claimed, or nil where nothing waits.
    package func claim(
        owner: String, lease: Span, at now: Instant, only: Set<UUID>? = nil, excluding dataflows: Set<UUID> = []
    ) throws -> Run? {
        let wanted = try only.map(Self.jsonArray(of:))
        let excluded = try Self.jsonArray(of: dataflows)
        return try database.write { db in
            let claimed = try String.fetchOne(
                db,
                sql: """
                    UPDATE run SET
                        state = 'processing', owner = :owner, lease_expires_at = :expires, attempts = attempts + 1,
                        started_at = COALESCE(started_at, :now), reason = NULL
                    WHERE sequence = (
                        SELECT waiting.sequence FROM run AS waiting
                        WHERE waiting.state = 'queued'
                            -- As the index of the live runs has it; else the whole history would be read.
                            AND waiting.state IN ('queued', 'processing', 'retrying', 'cancelling')
                            AND (:only IS NULL OR waiting.id IN (SELECT value FROM json_each(:only)))
                            AND waiting.dataflow NOT IN (SELECT value FROM json_each(:excluded))
                            AND NOT EXISTS (
                                SELECT 1
                                FROM run AS busy INDEXED BY run_live
                                JOIN run_segment AS held ON held.run = busy.id
                                JOIN run_segment AS needed ON needed.segment = held.segment
                                WHERE busy.state IN ('queued', 'processing', 'retrying', 'cancelling')
                                    AND (busy.state IN ('processing', 'cancelling') OR busy.sequence < waiting.sequence)
                                    AND busy.dataflow = waiting.dataflow AND needed.run = waiting.id
                            )
                        ORDER BY waiting.sequence LIMIT 1
                    )
                    RETURNING id
                    """,
                arguments: [
                    "owner": owner, "expires": (now + lease).milliseconds, "now": now.milliseconds, "only": wanted,
                    "excluded": excluded,
                ]
            )
            guard let claimed, let run = try Self.runs(withIDs: [claimed], db).first else { return nil }
            try Self.append(
                Transition(from: .queued, to: .processing, event: RunEvent.claimed.rawValue, at: now, actor: owner),
                to: run.id, fence: run.attempts, db
            )
            try db.execute(
                sql: "INSERT INTO attempt (run, number, started_at) VALUES (?, ?, ?)",
                arguments: [claimed, run.attempts, now.milliseconds]
            )
            return run
        }
    }

    /// Keeps this owner's runs from being taken for orphans.
    package func renewLeases(owner: String, until expiry: Instant) throws {
        try database.write { db in
            try db.execute(
                sql: "UPDATE run SET lease_expires_at = ? WHERE owner = ? AND state IN ('processing', 'cancelling')",
                arguments: [expiry.milliseconds, owner]
            )
        }
    }

    /// Records how an attempt ended: state, transition, attempt, counts, baseline and full sync in one transaction.
    ///
    /// - Returns: the state the run is in now, or nil where the claim is no longer valid and nothing was changed.
    package func finish(_ claim: Claim, _ outcome: RunOutcome, at now: Instant, actor: String) throws -> RunState? {
        try database.write { db in
            guard let from = try Self.state(heldBy: claim, db) else { return nil }
            guard let to = from.after(outcome.event) else {
                throw StoreError.illegal(run: claim.run, state: from, event: outcome.event)
            }
            try Self.move(claim.run, to: to, reason: outcome.reason, retryAt: outcome.retryAt, at: now, db)
            try Self.append(
                Transition(
                    from: from, to: to, event: outcome.event.rawValue, at: now, actor: actor, reason: outcome.reason),
                to: claim.run, fence: claim.attempt, db
            )
            try Self.close(attempt: claim.attempt, of: claim.run, outcome.attempt, reason: outcome.reason, at: now, db)
            if let counts = outcome.counts { try Self.replace(counts, of: claim.run, db) }
            if to == .completed || to == .partial {
                if outcome.movesBaseline { try Self.moveBaseline(to: claim.run, at: now, db) }
                if outcome.movesFullSync { try Self.moveFullSync(to: claim.run, db) }
            }
            return to
        }
    }

    /// Records a file that has reached the destination.
    ///
    /// - Returns: false where the claim is no longer valid.
    package func recordDelivery(of file: DeliveredFile, position: Int, _ claim: Claim) throws -> Bool {
        try database.write { db in
            guard try Self.state(heldBy: claim, db) != nil else { return false }
            try db.execute(
                sql: """
                    INSERT INTO run_file (run, name, position, path, rows, size, sha256) VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (run, name) DO UPDATE SET
                        position = excluded.position, path = excluded.path, rows = excluded.rows,
                        size = excluded.size, sha256 = excluded.sha256
                    """,
                arguments: [claim.run.text, file.name, position, file.path, file.rows, file.size, file.sha256]
            )
            return true
        }
    }

    /// Forgets a file of an earlier attempt that the present one no longer delivers.
    package func forgetDelivery(of name: String, _ claim: Claim) throws {
        try database.write { db in
            guard try Self.state(heldBy: claim, db) != nil else { return }
            try db.execute(sql: "DELETE FROM run_file WHERE run = ? AND name = ?", arguments: [claim.run.text, name])
        }
    }

    /// Queues the retrying runs whose wait is over.
    package func wakeRetries(at now: Instant, actor: String) throws {
        try database.write { db in
            let due = try String.fetchAll(
                db,
                sql: """
                    SELECT id FROM run
                    WHERE state = 'retrying' AND retry_at <= ?
                        AND state IN ('queued', 'processing', 'retrying', 'cancelling')
                    """,
                arguments: [now.milliseconds]
            )
            for id in due.compactMap(UUID.init(stored:)) { try Self.step(id, .retryDue, at: now, actor: actor, db) }
        }
    }

    /// Gives up queued runs that a schedule made and nobody took up within the schedule's deadline.
    ///
    /// - Parameter deadlines: by dataflow.
    package func expireQueued(deadlines: [UUID: Span], at now: Instant, actor: String) throws {
        try database.write { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, dataflow, queued_at FROM run INDEXED BY run_live
                    WHERE state IN ('queued', 'processing', 'retrying', 'cancelling') AND state = 'queued'
                        AND attempts = 0 AND "trigger" IN ('scheduled', 'after-segmentation')
                    """
            )
            for row in rows {
                guard let run = UUID(uuidString: row["id"]), let dataflow = UUID(uuidString: row["dataflow"]),
                    let deadline = deadlines[dataflow], now - Instant(milliseconds: row["queued_at"]) > deadline
                else { continue }
                try Self.step(run, .expired, at: now, actor: actor, reason: ReasonCode.pastDeadline.rawValue, db)
            }
        }
    }

    /// Asks for a run to stop. A run that nobody holds is cancelled at once.
    package func requestCancel(of run: UUID, at now: Instant, actor: String) throws -> RunState {
        try database.write { db in
            try Self.step(run, .cancelRequested, at: now, actor: actor, reason: "asked for by \(actor)", db)
        }
    }

    /// The runs of this owner that somebody asked to stop.
    package func cancelling(owner: String) throws -> [UUID] {
        try database.read { db in
            try String.fetchAll(
                db, sql: "SELECT id FROM run WHERE state = 'cancelling' AND owner = ?", arguments: [owner]
            )
            .compactMap(UUID.init(stored:))
        }
    }

    /// Takes every run away from owners other than `owner`: only one process holds the data folder, so they are gone.
    ///
    /// A run that was lost `limit` times since it brought a batch through is given up, because it probably kills the process
    /// that exports it.
    ///
    /// - Returns: the runs that were taken up, with the claim they had.
    package func recoverOrphans(owner: String, limit: Int, at now: Instant) throws -> [Claim] {
        try database.write { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, owner, attempts, (attempts > brought_through) + (
                        SELECT COUNT(*) FROM attempt
                        WHERE attempt.run = id AND attempt.outcome = 'lost' AND attempt.number > brought_through
                    ) AS losses
                    FROM (
                        SELECT id, owner, attempts, sequence, COALESCE((
                            SELECT MAX(attempt) FROM carried_batch WHERE carried_batch.run = run.id
                        ), 0) AS brought_through
                        FROM run WHERE run.state IN ('processing', 'cancelling') AND owner <> ?
                    )
                    ORDER BY sequence
                    """,
                arguments: [owner]
            )
            return try rows.compactMap { row in
                guard let id = UUID(stored: row["id"]) else { return nil }
                let claim = Claim(run: id, owner: row["owner"], attempt: row["attempts"])
                let isPoison = (row["losses"] as Int) >= limit
                let reason =
                    isPoison ? "process was lost \(limit) times while exporting" : "process was lost while exporting"
                try Self.close(attempt: claim.attempt, of: id, "lost", reason: reason, at: now, db)
                try Self.step(id, isPoison ? .gaveUp : .released, at: now, actor: owner, reason: reason, db)
                return claim
            }
        }
    }

    /// How many attempts of a run ended in a fault since one brought a batch through. Attempts that were parked by a
    /// stopping process do not count.
    package func failures(of run: UUID) throws -> Int {
        try database.read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT COUNT(*) FROM attempt
                    WHERE run = :run AND outcome IN ('deferred', 'lost') AND number > COALESCE((
                        SELECT MAX(attempt) FROM carried_batch WHERE run = :run
                    ), 0)
                    """,
                arguments: ["run": run.text]
            ) ?? 0
        }
    }
}
