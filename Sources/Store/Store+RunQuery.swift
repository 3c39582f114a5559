import Foundation
import GRDB
import TidegateModel

/// A run as a list has it.
package struct ListedRun: Hashable, Sendable {
    package var run: Run
    /// Grows with every run that is made.
    package var sequence: Int
    /// Who made it: `planner`, `api:trigger`, …
    package var madeBy: String
    /// Of its last step.
    package var changedAt: Instant
    package var changedBy: String
    /// How many steps it has taken.
    package var steps: Int
    /// In calls of a connector; zero where it delivers files.
    package var sentBytes: Int
    /// What the list's order goes by.
    package var key: RunQuery.Value
}

extension Store {
    /// The first runs after `position`, at most `limit`.
    package func runs(_ query: RunQuery, after position: RunQuery.Position? = nil, limit: Int) throws -> [ListedRun] {
        try database.read { db in
            let isRare = try Self.isRare(query, db)
            let page: SQL = """
                SELECT run.id, \(literal: query.order.key) AS "key" FROM run
                WHERE \(literal: query.condition(isRare: isRare)) AND \(literal: query.after(position))
                ORDER BY \(literal: query.ordering) LIMIT \(limit)
                """
            let (statement, arguments) = try page.build(db)
            let rows = try Row.fetchAll(db, sql: statement, arguments: arguments)
            let ids: [String] = rows.map { $0[0] }
            let listed = try Self.listed(ids, db)
            return rows.compactMap { row in
                guard var run = listed[row[0]] else { return nil }
                run.key = query.order == .id ? .text(row[1]) : .number(row[1])
                return run
            }
        }
    }

    /// How many runs there are of the kind.
    package func count(_ query: RunQuery) throws -> Int {
        try database.read { db in
            let isRare = try Self.isRare(query, db)
            let all: SQL = "SELECT COUNT(*) FROM run WHERE \(literal: query.condition(isRare: isRare))"
            let (statement, arguments) = try all.build(db)
            return try Int.fetchOne(db, sql: statement, arguments: arguments) ?? 0
        }
    }

    /// Whether so few runs export the segments asked for that they are better found one by one.
    private static func isRare(_ query: RunQuery, _ db: Database) throws -> Bool {
        let segments = query.leadingSegments
        guard !segments.isEmpty else { return false }
        let few = 2000
        let some: SQL = """
            SELECT COUNT(*) FROM (SELECT 1 FROM run_segment WHERE segment IN \(segments) LIMIT \(few))
            """
        let (statement, arguments) = try some.build(db)
        return try Int.fetchOne(db, sql: statement, arguments: arguments) ?? 0 < few
    }

    /// Each run with its first and last step, by the text of its id.
    private static func listed(_ ids: [String], _ db: Database) throws -> [String: ListedRun] {
        guard !ids.isEmpty else { return [:] }
        let wanted = String(decoding: try JSONEncoder().encode(ids), as: UTF8.self)
        let runs = try runs(withIDs: ids, db)
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT run.id, run.sequence, first.actor AS made_by,
                    COALESCE(run.finished_at, last.at) AS changed_at, last.actor AS changed_by,
                    last.sequence AS steps, COALESCE((
                        SELECT SUM(carried_batch.bytes) FROM carried_batch WHERE carried_batch.run = run.id
                    ), 0) AS sent_bytes
                FROM json_each(:wanted) AS wanted
                JOIN run ON run.id = wanted.value
                JOIN run_transition AS first ON first.run = run.id AND first.sequence = 1
                JOIN run_transition AS last ON last.run = run.id AND last.sequence = (
                    SELECT MAX(step.sequence) FROM run_transition AS step WHERE step.run = run.id
                )
                """,
            arguments: ["wanted": wanted]
        )
        let histories = Dictionary(uniqueKeysWithValues: rows.map { ($0["id"] as String, $0) })
        let listed = runs.compactMap { run -> (String, ListedRun)? in
            guard let history = histories[run.id.text] else { return nil }
            let listed = ListedRun(
                run: run, sequence: history["sequence"], madeBy: history["made_by"],
                changedAt: Instant(milliseconds: history["changed_at"]), changedBy: history["changed_by"],
                steps: history["steps"], sentBytes: history["sent_bytes"], key: .number(history["sequence"])
            )
            return (run.id.text, listed)
        }
        return Dictionary(uniqueKeysWithValues: listed)
    }
}
