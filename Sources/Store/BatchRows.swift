import Foundation
import GRDB
import TidegateModel

// The statements that Store's questions about batches are made of; each runs inside the caller's transaction.
extension Store {
    static func insert(_ batch: PlannedBatch, _ claim: Claim, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO batch (run, number, kind, state, attempt, page, through, contacts, bytes, digest)
                VALUES (:run, :number, :kind, 'planned', :attempt, :page, :through, :contacts, :bytes, :digest)
                """
        ).execute(arguments: [
            "run": claim.run.text, "number": batch.number, "kind": batch.kind.rawValue, "attempt": claim.attempt,
            "page": batch.page, "through": batch.through.map { Data($0) }, "contacts": batch.contacts,
            "bytes": batch.bytes, "digest": batch.digest,
        ])
        for (code, profiles) in batch.skipped {
            try db.execute(
                sql: "INSERT INTO batch_skip (run, number, code, profiles) VALUES (?, ?, ?, ?)",
                arguments: [claim.run.text, batch.number, code, profiles]
            )
        }
    }

    /// Takes one step of a batch's life.
    static func move(
        batch number: Int, _ event: BatchEvent, _ claim: Claim, at now: Instant, _ db: Database
    ) throws {
        let steps = BatchStep.all[event] ?? []
        for step in steps {
            try db.cachedStatement(
                sql: """
                    UPDATE batch SET
                        state = ?1, attempt = ?2,
                        sent_at = CASE ?1 WHEN 'sent' THEN ?3 WHEN 'planned' THEN NULL ELSE sent_at END,
                        settled_at = CASE WHEN ?1 IN ('sent', 'planned') THEN NULL ELSE ?3 END
                    WHERE run = ?4 AND number = ?5 AND state = ?6
                    """
            ).execute(arguments: [
                step.to.rawValue, claim.attempt, now.milliseconds, claim.run.text, number, step.from.rawValue,
            ])
            if db.changesCount == 1 { return }
        }
        throw StoreError.illegalBatch(run: claim.run, number: number, event: event)
    }

    /// What an event does to a batch, of each state that it may come in.
    private struct BatchStep: Sendable {
        let from: BatchState
        let to: BatchState

        /// Most come in `sent`, which is therefore tried before `accepted`.
        static let all: [BatchEvent: [BatchStep]] = Dictionary(
            uniqueKeysWithValues: BatchEvent.allCases.map { event in
                (
                    event,
                    BatchState.allCases.compactMap { from in from.after(event).map { BatchStep(from: from, to: $0) } }
                )
            }
        )
    }

    static func settle(_ settlement: BatchSettlement, _ claim: Claim, at now: Instant, _ db: Database) throws {
        try move(batch: settlement.number, settlement.event, claim, at: now, db)
        if let members = settlement.members { try apply(members, db) }
        for rejection in settlement.rejections {
            try db.execute(
                sql: """
                    INSERT INTO rejected_profile (run, key, profile, batch, code, message) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (run, key) DO UPDATE SET
                        batch = excluded.batch, code = excluded.code, message = excluded.message
                    """,
                arguments: [
                    claim.run.text, rejection.key, rejection.profile.map { Int($0) }, settlement.number, rejection.code,
                    rejection.message,
                ]
            )
        }
        let rejected = settlement.rejections.count + settlement.unnamed
        guard rejected > 0 || settlement.job != nil || !settlement.figures.isEmpty || settlement.message != nil else {
            return
        }
        let figures = String(decoding: try JSONEncoder().encode(settlement.figures), as: UTF8.self)
        try db.cachedStatement(
            sql: """
                UPDATE batch SET
                    rejected = rejected + :rejected, job = COALESCE(:job, job), message = :message,
                    figures = CASE WHEN :figures = '{}' THEN figures ELSE :figures END
                WHERE run = :run AND number = :number
                """
        ).execute(arguments: [
            "rejected": rejected, "job": settlement.job, "message": settlement.message, "figures": figures,
            "run": claim.run.text, "number": settlement.number,
        ])
    }
}

extension Batch {
    init?(_ row: Row) {
        guard let kind = BatchKind(rawValue: row["kind"]), let state = BatchState(rawValue: row["state"]) else {
            return nil
        }
        let stored: String = row["figures"]
        // Mostly there are none, and a push has a thousand batches.
        let figures = stored == "{}" ? nil : try? JSONDecoder().decode([String: Int].self, from: Data(stored.utf8))
        self.init(
            number: row["number"], kind: kind, state: state, attempt: row["attempt"], page: row["page"],
            contacts: row["contacts"], bytes: row["bytes"], done: row["done"], job: row["job"],
            rejected: row["rejected"], figures: figures ?? [:],
            sentAt: (row["sent_at"] as Int64?).map(Instant.init(milliseconds:)),
            settledAt: (row["settled_at"] as Int64?).map(Instant.init(milliseconds:)), message: row["message"]
        )
    }
}
