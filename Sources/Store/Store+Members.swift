import Foundation
import GRDB
import TidegateModel

/// Whose members of which list.
package struct ManagedList: Hashable, Sendable {
    package var dataflow: UUID
    package var destination: UUID
    package var list: String

    package init(dataflow: UUID, destination: UUID, list: String) {
        self.dataflow = dataflow
        self.destination = destination
        self.list = list
    }
}

/// One whom a dataflow has put on a list.
package struct ManagedMember: Hashable, Sendable {
    package var identity: String
    package var receiverID: String?

    package init(identity: String, receiverID: String? = nil) {
        self.identity = identity
        self.receiverID = receiverID
    }
}

/// What a settled batch means for the list's members.
package enum MemberChange: Sendable {
    /// They are on the list now.
    case put([ManagedMember], on: ManagedList)
    /// A batch that takes them off is on its way.
    case leaving([String], from: ManagedList, run: UUID, batch: Int)
    /// That batch arrived: they are off the list.
    case left(run: UUID, batch: Int)
    /// It did not: they are still on it.
    case stayed(run: UUID, batch: Int)
    /// Somebody else keeps them on the list; they are this dataflow's no more.
    case released([String], from: ManagedList)
}

extension Store {
    package func change(_ members: MemberChange, _ claim: Claim) throws -> Bool {
        try database.write { db in
            guard try Self.state(heldBy: claim, db) != nil else { return false }
            try Self.apply(members, db)
            return true
        }
    }

    package func managedCount(_ list: ManagedList) throws -> Int {
        try database.read { db in
            try Int.fetchOne(
                db,
                sql: "SELECT COUNT(*) FROM managed_member WHERE dataflow = ? AND destination = ? AND list = ?",
                arguments: [list.dataflow.text, list.destination.text, list.list]
            ) ?? 0
        }
    }

    /// Those of the list's members whom `isPresent` does not know and who are not leaving yet.
    package func leavers(of list: ManagedList, isPresent: (String) -> Bool) throws -> [Leaver] {
        try database.read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT identity, receiver_id, EXISTS (
                        SELECT 1 FROM managed_member AS other
                        WHERE other.destination = own.destination AND other.list = own.list
                            AND other.identity = own.identity AND other.dataflow <> own.dataflow
                    ) AS is_shared
                    FROM managed_member AS own
                    WHERE dataflow = ? AND destination = ? AND list = ? AND leaving_run IS NULL
                    """,
                arguments: [list.dataflow.text, list.destination.text, list.list]
            )
            var leavers: [Leaver] = []
            while let row = try rows.next() {
                let identity: String = row["identity"]
                guard !isPresent(identity) else { continue }
                leavers.append(
                    Leaver(
                        member: ManagedMember(identity: identity, receiverID: row["receiver_id"]),
                        isShared: row["is_shared"]
                    )
                )
            }
            return leavers
        }
    }

    /// Takes members for staying whose removal nobody waits for any more.
    package func recallLeaving(_ list: ManagedList) throws {
        try database.write { db in
            try db.execute(
                sql: """
                    UPDATE managed_member SET leaving_run = NULL, leaving_batch = NULL
                    WHERE dataflow = ? AND destination = ? AND list = ? AND leaving_run IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM batch
                        WHERE batch.run = leaving_run AND batch.number = leaving_batch AND batch.state = 'accepted'
                    )
                    """,
                arguments: [list.dataflow.text, list.destination.text, list.list]
            )
        }
    }

    static func apply(_ change: MemberChange, _ db: Database) throws {
        switch change {
        case .put(let members, let list): try put(members, on: list, db)
        case .leaving(let identities, let list, let run, let batch):
            for identity in identities {
                try db.cachedStatement(
                    sql: """
                        UPDATE managed_member SET leaving_run = ?, leaving_batch = ?
                        WHERE dataflow = ? AND destination = ? AND list = ? AND identity = ?
                        """
                ).execute(arguments: [
                    run.text, batch, list.dataflow.text, list.destination.text, list.list, identity,
                ])
            }
        case .left(let run, let batch):
            try db.execute(
                sql: "DELETE FROM managed_member WHERE leaving_run = ? AND leaving_batch = ?",
                arguments: [run.text, batch]
            )
        case .stayed(let run, let batch):
            try db.execute(
                sql: """
                    UPDATE managed_member SET leaving_run = NULL, leaving_batch = NULL
                    WHERE leaving_run = ? AND leaving_batch = ?
                    """,
                arguments: [run.text, batch]
            )
        case .released(let identities, let list):
            for identity in identities {
                try db.cachedStatement(
                    sql: """
                        DELETE FROM managed_member
                        WHERE dataflow = ? AND destination = ? AND list = ? AND identity = ?
                        """
                ).execute(arguments: [list.dataflow.text, list.destination.text, list.list, identity])
            }
        }
    }

    private static func put(_ members: [ManagedMember], on list: ManagedList, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO managed_member (dataflow, destination, list, identity, receiver_id) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (dataflow, destination, list, identity) DO UPDATE SET
                    receiver_id = COALESCE(excluded.receiver_id, receiver_id), leaving_run = NULL, leaving_batch = NULL
                """
        )
        for member in members {
            try statement.execute(arguments: [
                list.dataflow.text, list.destination.text, list.list, member.identity, member.receiverID,
            ])
        }
    }
}

/// One whom a dataflow has put on a list and would take off it.
package struct Leaver: Hashable, Sendable {
    package let member: ManagedMember
    /// Another dataflow has put the same one on the same list.
    package let isShared: Bool
}
