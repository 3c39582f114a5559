import Foundation
import GRDB
import TidegateModel

/// Which cycles are wanted, and in which order. Everything by default.
package struct CycleSearch: Hashable, Sendable {
    package enum Key: Sendable { case started, updated }

    package var states = Set(Cycle.State.allCases)
    package var triggers = Set(Cycle.Trigger.allCases)
    package var sequence: Int?
    /// The snapshots that they published; nil for whatever they did.
    package var snapshots: Set<UUID>?
    /// Where `snapshots` are wanted, also those that may still publish one.
    package var withOpen = false
    package var key = Key.started
    package var isAscending = false

    package init() {}
}

extension Store {
    /// A page of the wanted cycles, and how many are wanted in all.
    package func cycles(
        _ search: CycleSearch, limit: Int, offset: Int
    ) throws -> (cycles: [Cycle], total: Int) {
        let direction = search.isAscending ? "ASC" : "DESC"
        let key = search.key == .started ? "started_at" : "COALESCE(finished_at, started_at)"
        let wanted: StatementArguments = [
            "states": try Self.list(search.states.map(\.rawValue)),
            "triggers": try Self.list(search.triggers.map(\.rawValue)), "sequence": search.sequence,
            "snapshots": try search.snapshots.map { try Self.list($0.map(\.text)) }, "withOpen": search.withOpen,
        ]
        return try database.read { db in
            let total = try Int.fetchOne(
                db, sql: "SELECT COUNT(*) FROM cycle WHERE \(Self.isWanted)", arguments: wanted
            )
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM cycle WHERE \(Self.isWanted)
                    ORDER BY \(key) \(direction), sequence \(direction) LIMIT :limit OFFSET :offset
                    """,
                arguments: wanted + ["limit": limit, "offset": offset]
            )
            return (rows.compactMap(Self.cycle), total ?? 0)
        }
    }

    /// Cycles in one of `states`: first the newest that published its snapshot, then the others, newest first.
    ///
    /// - Parameter after: the cycle that the page follows in this order; nil for the first page.
    package func cyclesNewestPublishedFirst(
        in states: Set<Cycle.State>, after: Int?, limit: Int
    ) throws -> [Cycle] {
        try database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    WITH ranked AS (
                        SELECT *, sequence IS (SELECT MAX(sequence) FROM cycle WHERE state = 'completed') AS is_first
                        FROM cycle
                    )
                    SELECT * FROM ranked
                    WHERE state IN (SELECT value FROM json_each(:states))
                        AND (:after IS NULL OR (is_first, sequence) <
                            (SELECT is_first, sequence FROM ranked WHERE sequence = :after))
                    ORDER BY is_first DESC, sequence DESC LIMIT :limit
                    """,
                arguments: ["states": try Self.list(states.map(\.rawValue)), "after": after, "limit": limit]
            )
            .compactMap(Self.cycle)
        }
    }

    private static let isWanted = """
        state IN (SELECT value FROM json_each(:states)) AND "trigger" IN (SELECT value FROM json_each(:triggers))
            AND (:sequence IS NULL OR sequence = :sequence)
            AND (:snapshots IS NULL OR snapshot IN (SELECT value FROM json_each(:snapshots))
                OR (:withOpen AND state IN ('processing', 'retrying')))
        """

    /// As `json_each` takes it.
    static func list(_ texts: [String]) throws -> String {
        String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
    }
}
