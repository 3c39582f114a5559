import Foundation
import GRDB
import TidegateModel

/// The process that holds the data folder, or held it last.
package struct Instance: Hashable, Sendable {
    package let id: String
    package let process: Int
    package let host: String
    /// What it does there, as the user typed it: `run`, `run --once`, …
    package let duty: String
    package let startedAt: Instant
    package let heartbeatAt: Instant
    package let stoppedAt: Instant?

    package init(
        id: String, process: Int, host: String, duty: String, startedAt: Instant, heartbeatAt: Instant,
        stoppedAt: Instant? = nil
    ) {
        self.id = id
        self.process = process
        self.host = host
        self.duty = duty
        self.startedAt = startedAt
        self.heartbeatAt = heartbeatAt
        self.stoppedAt = stoppedAt
    }

    /// Three times the interval at which a scheduler signs.
    private static let patience = Span.seconds(60)

    /// Since its last sign of life; nil where it has given one lately enough.
    package func silence(at now: Instant) -> Span? {
        let silence = now - heartbeatAt
        return silence > Self.patience ? silence : nil
    }
}

extension Store {
    /// Signs the data folder's book.
    package func sign(_ instance: Instance) throws {
        try database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO instance (one, id, process, host, duty, started_at, heartbeat_at)
                    VALUES (1, :id, :process, :host, :duty, :startedAt, :heartbeatAt)
                    ON CONFLICT (one) DO UPDATE SET
                        id = excluded.id, process = excluded.process, host = excluded.host, duty = excluded.duty,
                        started_at = excluded.started_at, heartbeat_at = excluded.heartbeat_at, stopped_at = NULL
                    """,
                arguments: [
                    "id": instance.id, "process": instance.process, "host": instance.host, "duty": instance.duty,
                    "startedAt": instance.startedAt.milliseconds, "heartbeatAt": instance.heartbeatAt.milliseconds,
                ]
            )
        }
    }

    package func beat(_ instance: String, at now: Instant) throws {
        try database.write { db in
            try db.execute(
                sql: "UPDATE instance SET heartbeat_at = ? WHERE id = ?", arguments: [now.milliseconds, instance]
            )
        }
    }

    package func signOff(_ instance: String, at now: Instant) throws {
        try database.write { db in
            try db.execute(
                sql: "UPDATE instance SET stopped_at = ? WHERE id = ?", arguments: [now.milliseconds, instance]
            )
        }
    }

    package func instance() throws -> Instance? {
        try database.read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM instance").map { row in
                Instance(
                    id: row["id"], process: row["process"], host: row["host"], duty: row["duty"],
                    startedAt: Instant(milliseconds: row["started_at"]),
                    heartbeatAt: Instant(milliseconds: row["heartbeat_at"]),
                    stoppedAt: (row["stopped_at"] as Int64?).map(Instant.init(milliseconds:))
                )
            }
        }
    }
}

extension Store {
    /// How the writer waits for the disk, as SQLite numbers it: 2 is FULL.
    package func synchronous() throws -> Int {
        try database.writeWithoutTransaction { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1 }
    }
}
