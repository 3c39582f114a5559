import Foundation
import GRDB
import TidegateModel

/// One 24-hour cycle: ingest, segmentation, publication.
package struct Cycle: Hashable, Sendable {
    package enum Trigger: String, CaseIterable, Sendable {
        case scheduled
        case firstStart = "first-start"
        case onDemand = "on-demand"
    }

    package enum State: String, CaseIterable, Sendable { case processing, retrying, completed, failed }

    package let sequence: Int
    package let nominal: Instant
    package let trigger: Trigger
    package let state: State
    package let attempts: Int
    package let startedAt: Instant
    package let finishedAt: Instant?
    package let retryAt: Instant?
    package let snapshot: UUID?
    package let reason: String?
}

/// Why no cycle was started.
package enum CycleRefusal: Error, CustomStringConvertible {
    /// Another one began within the same second.
    case notNow
    case goingDown

    package var description: String {
        switch self {
        case .notNow: "a cycle was started within this second already"
        case .goingDown: "scheduler is stopping, and starts no cycle any more"
        }
    }
}

extension Store {
    /// Opens a cycle; nil where the nominal instant has had its scheduled cycle already.
    ///
    /// An older one that waits for its next try is given up: its snapshot would come after the newer one's.
    ///
    /// - Parameter request: what asks for it; remembered with it, so that it starts no second one.
    package func beginCycle(
        nominal: Instant, trigger: Cycle.Trigger, for request: ClientRequest? = nil, at now: Instant
    ) throws -> Cycle? {
        try database.write { db in
            let sequence = try Int.fetchOne(
                db,
                sql: """
                    INSERT INTO cycle (nominal, "trigger", state, attempts, started_at)
                    VALUES (?, ?, 'processing', 1, ?)
                    ON CONFLICT DO NOTHING RETURNING sequence
                    """,
                arguments: [nominal.milliseconds, trigger.rawValue, now.milliseconds]
            )
            guard let sequence else { return nil }
            try Self.giveUpCycles(before: nominal, at: now, db)
            if let request { try Self.remember(request, answeredWith: sequence, at: now, db) }
            return try Self.cycle(sequence, db)
        }
    }

    /// Takes a retrying cycle up again.
    package func resumeCycle(_ sequence: Int) throws -> Cycle? {
        try database.write { db in
            try db.execute(
                sql: """
                    UPDATE cycle SET state = 'processing', retry_at = NULL, attempts = attempts + 1
                    WHERE sequence = ? AND state = 'retrying'
                    """,
                arguments: [sequence]
            )
            return db.changesCount == 1 ? try Self.cycle(sequence, db) : nil
        }
    }

    package func completeCycle(_ sequence: Int, snapshot: UUID, at now: Instant) throws {
        try close(sequence, .completed, snapshot: snapshot, reason: nil, retryAt: nil, at: now)
    }

    package func failCycle(_ sequence: Int, reason: String, at now: Instant) throws {
        try close(sequence, .failed, snapshot: nil, reason: reason, retryAt: nil, at: now)
    }

    package func deferCycle(_ sequence: Int, reason: String, until retryAt: Instant, at now: Instant) throws {
        try close(sequence, .retrying, snapshot: nil, reason: reason, retryAt: retryAt, at: now)
    }

    /// The cycles, newest first.
    package func cycles(limit: Int) throws -> [Cycle] {
        try database.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM cycle ORDER BY sequence DESC LIMIT ?", arguments: [limit])
                .compactMap(Self.cycle)
        }
    }

    /// The newest nominal instant of a cycle, of whatever kind, that is not after `now`; a clock that ran ahead leaves others.
    package func lastNominal(upTo now: Instant) throws -> Instant? {
        try database.read { db in
            try Int64.fetchOne(
                db, sql: "SELECT MAX(nominal) FROM cycle WHERE nominal <= ?", arguments: [now.milliseconds]
            )
            .map(Instant.init(milliseconds:))
        }
    }

    /// Cycles that a killed process left open.
    package func openCycles() throws -> [Cycle] {
        try database.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM cycle WHERE state IN ('processing', 'retrying') ORDER BY sequence")
                .compactMap(Self.cycle)
        }
    }

    private static func giveUpCycles(before nominal: Instant, at now: Instant, _ db: Database) throws {
        try db.execute(
            sql: """
                UPDATE cycle SET state = 'failed', finished_at = :now, retry_at = NULL,
                    reason = 'superseded by a newer cycle'
                WHERE state = 'retrying' AND nominal < :nominal
                """,
            arguments: ["now": now.milliseconds, "nominal": nominal.milliseconds]
        )
    }

    private func close(
        _ sequence: Int, _ state: Cycle.State, snapshot: UUID?, reason: String?, retryAt: Instant?, at now: Instant
    ) throws {
        try database.write { db in
            try db.execute(
                sql: """
                    UPDATE cycle SET state = :state, finished_at = :finishedAt, retry_at = :retryAt,
                        snapshot = :snapshot, reason = :reason
                    WHERE sequence = :sequence AND state = 'processing'
                    """,
                arguments: [
                    "state": state.rawValue, "finishedAt": state == .retrying ? nil : now.milliseconds,
                    "retryAt": retryAt?.milliseconds, "snapshot": snapshot?.text, "reason": reason,
                    "sequence": sequence,
                ]
            )
        }
    }

    /// The cycle with this sequence.
    package func cycle(_ sequence: Int) throws -> Cycle? {
        try database.read { db in try Self.cycle(sequence, db) }
    }

    static func cycle(_ sequence: Int, _ db: Database) throws -> Cycle? {
        try Row.fetchOne(db, sql: "SELECT * FROM cycle WHERE sequence = ?", arguments: [sequence]).flatMap(cycle)
    }

    static func cycle(_ row: Row) -> Cycle? {
        guard let trigger = Cycle.Trigger(rawValue: row["trigger"]), let state = Cycle.State(rawValue: row["state"])
        else { return nil }
        func instant(_ column: String) -> Instant? { (row[column] as Int64?).map(Instant.init(milliseconds:)) }
        return Cycle(
            sequence: row["sequence"], nominal: Instant(milliseconds: row["nominal"]), trigger: trigger, state: state,
            attempts: row["attempts"], startedAt: Instant(milliseconds: row["started_at"]),
            finishedAt: instant("finished_at"), retryAt: instant("retry_at"),
            snapshot: (row["snapshot"] as String?).flatMap(UUID.init(stored:)), reason: row["reason"]
        )
    }
}
