import Foundation
import GRDB
import TidegateModel

/// What somebody did, or was refused.
package struct AuditEntry: Hashable, Sendable {
    package enum Action: String, CaseIterable, Sendable {
        case runNow = "run-now"
        case cancel, retry, pause, resume
        case startCycle = "start-cycle"
        /// Of what the job files declare.
        case change
    }

    package var at: Instant
    /// `cli`, `api:trigger`, `page:admin`, …
    package var actor: String
    package var action: Action
    /// The name of a dataflow, the id of a run.
    package var subject: String
    /// Nil where it was done.
    package var refusal: String?

    package init(at: Instant, actor: String, action: Action, subject: String, refusal: String? = nil) {
        self.at = at
        self.actor = actor
        self.action = action
        self.subject = subject
        self.refusal = refusal
    }
}

extension Store {
    package func note(_ entry: AuditEntry) throws {
        try database.write { db in
            try db.execute(
                sql: "INSERT INTO audit (at, actor, action, subject, refusal) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    entry.at.milliseconds, entry.actor, entry.action.rawValue, entry.subject, entry.refusal,
                ]
            )
        }
    }

    /// What was done, the newest first.
    ///
    /// - Parameter before: the number of the last entry that the caller has; nil for the newest.
    package func audit(limit: Int, before: Int? = nil) throws -> [(number: Int, entry: AuditEntry)] {
        try database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM audit WHERE :before IS NULL OR sequence < :before ORDER BY sequence DESC LIMIT :limit
                    """,
                arguments: ["before": before, "limit": limit]
            )
            .compactMap { row in
                guard let action = AuditEntry.Action(rawValue: row["action"]) else { return nil }
                let entry = AuditEntry(
                    at: Instant(milliseconds: row["at"]), actor: row["actor"], action: action,
                    subject: row["subject"], refusal: row["refusal"]
                )
                return (row["sequence"], entry)
            }
        }
    }
}
