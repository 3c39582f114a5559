import Foundation
import GRDB
import TidegateModel

extension Store {
    /// The cycle that the same request was answered with before; nil where it is new.
    ///
    /// - Throws: ``KeyUsedOtherwise``.
    package func cycle(answering request: ClientRequest, at now: Instant) throws -> Cycle? {
        try database.read { db in
            guard let earlier = try Self.earlier(request, at: now, db) else { return nil }
            let sequence = try Int.fetchOne(
                db, sql: "SELECT cycle FROM request_cycle WHERE request = ?", arguments: [earlier]
            )
            return try sequence.flatMap { try Self.cycle($0, db) }
        }
    }

    /// Remembers that a request was answered with a cycle that it did not start.
    package func remember(_ request: ClientRequest, answeredWith cycle: Int, at now: Instant) throws {
        try database.write { db in try Self.remember(request, answeredWith: cycle, at: now, db) }
    }

    static func remember(
        _ request: ClientRequest, answeredWith cycle: Int, at now: Instant, _ db: Database
    ) throws {
        try remember(request, [], at: now, db)
        try db.execute(
            sql: "INSERT INTO request_cycle (request, cycle) VALUES (?, ?)", arguments: [db.lastInsertedRowID, cycle]
        )
    }
}
