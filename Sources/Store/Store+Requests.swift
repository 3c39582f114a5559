import Foundation
import GRDB
import TidegateModel

/// The request has started its runs before.
package struct RepeatedRequest: Error, Hashable, Sendable {}

/// The request's key was given to another request.
package struct KeyUsedOtherwise: Error, Hashable, Sendable {}

extension Store {
    /// How long a request with a key is known again.
    package static let keyLifetime = Span.hours(24)
    /// How long a request without one is known again after it was made, once its runs have ended. While they go on,
    /// the guardrails name them.
    package static let repeatWindow = Span.seconds(60)

    /// The runs that the same request has started before, in the order of their job; empty where it is new.
    ///
    /// - Throws: ``KeyUsedOtherwise``.
    package func runs(startedBy request: ClientRequest, at now: Instant) throws -> [Run] {
        try database.read { db in
            guard let earlier = try Self.earlier(request, at: now, db) else { return [] }
            let ids = try String.fetchAll(
                db, sql: "SELECT run FROM request_run WHERE request = ?", arguments: [earlier]
            )
            return try Self.runs(withIDs: ids, db).reversed()
        }
    }

    /// Throws where the same request has started its runs before.
    static func checkIsNew(_ request: ClientRequest, at now: Instant, _ db: Database) throws {
        guard try earlier(request, at: now, db) == nil else { throw RepeatedRequest() }
    }

    /// Remembers what a request has started, and forgets requests that nobody may repeat any more.
    static func remember(_ request: ClientRequest, _ runs: [Run], at now: Instant, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM request WHERE at <= ?", arguments: [(now - keyLifetime).milliseconds]
        )
        let sequence = try Int.fetchOne(
            db, sql: "INSERT INTO request (caller, key, digest, at) VALUES (?, ?, ?, ?) RETURNING sequence",
            arguments: [request.caller, request.key, request.digest, now.milliseconds]
        )
        for run in runs {
            try db.execute(
                sql: "INSERT INTO request_run (request, run) VALUES (?, ?)", arguments: [sequence, run.id.text]
            )
        }
    }

    static func earlier(_ request: ClientRequest, at now: Instant, _ db: Database) throws -> Int? {
        guard let key = request.key else { return try earlierWithoutKey(request, at: now, db) }
        guard let known = try named(key, by: request.caller, at: now, db) else { return nil }
        guard known["digest"] == request.digest else { throw KeyUsedOtherwise() }
        return known["sequence"]
    }

    private static func named(_ key: String, by caller: String, at now: Instant, _ db: Database) throws -> Row? {
        try Row.fetchOne(
            db, sql: "SELECT sequence, digest FROM request WHERE caller = ? AND key = ? AND at > ?",
            arguments: [caller, key, (now - keyLifetime).milliseconds]
        )
    }

    private static func earlierWithoutKey(_ request: ClientRequest, at now: Instant, _ db: Database) throws -> Int? {
        try Int.fetchOne(
            db,
            sql: """
                SELECT sequence FROM request
                WHERE caller = :caller AND key IS NULL AND digest = :digest
                    -- No further ahead either, where a clock that ran ahead was set back.
                    AND at > :from AND at < :to
                    AND NOT EXISTS (
                        SELECT 1 FROM request_run JOIN run ON run.id = request_run.run
                        WHERE request_run.request = request.sequence AND run.finished_at IS NULL
                    )
                ORDER BY sequence DESC LIMIT 1
                """,
            arguments: [
                "caller": request.caller, "digest": request.digest, "from": (now - repeatWindow).milliseconds,
                "to": (now + repeatWindow).milliseconds,
            ]
        )
    }
}
