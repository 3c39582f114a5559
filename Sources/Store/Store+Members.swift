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
    /// Its number in the profile store.
    package var profile: UInt32

    package init(identity: String, receiverID: String? = nil, profile: UInt32) {
        self.identity = identity
        self.receiverID = receiverID
        self.profile = profile
    }
}

/// What a settled batch means for the list's members.
package enum MemberChange: Sendable {
    /// They are on the list now, or will be when the batch's job has ended.
    case put([ManagedMember], on: ManagedList, run: UUID, batch: Int)
    /// The receiver did not put them there after all; who was on the list before that batch stays. Nil is the whole batch.
    case refused([String]?, run: UUID, batch: Int, on: ManagedList)
    /// A batch that takes them off is on its way.
    case leaving([String], from: ManagedList, run: UUID, batch: Int)
    /// That batch arrived: they are off the list, but for those whom the receiver named as still being on it. Where it
    /// named one whom the batch does not have, nobody knows who left, and all stay to be taken off again.
    case left(except: [String] = [], run: UUID, batch: Int)
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

    /// Journals a batch that takes members off a list, behind all other batches of the run, as being on its way.
    ///
    /// - Returns: its number, or nil where the claim is no longer valid.
    package func beginRemoval(
        of identities: [String], from list: ManagedList, _ claim: Claim, at now: Instant
    ) throws -> Int? {
        try database.write { db in
            guard try Self.state(heldBy: claim, db) != nil else { return nil }
            let last = try Int.fetchOne(
                db, sql: "SELECT MAX(number) FROM batch WHERE run = ?", arguments: [claim.run.text]
            )
            let number = (last ?? 0) + 1
            let planned = PlannedBatch(
                number: number, kind: .remove, page: 0, through: nil, contacts: identities.count, bytes: 0, digest: ""
            )
            try Self.insert(planned, claim, db)
            try Self.apply(.leaving(identities, from: list, run: claim.run, batch: number), db)
            try Self.move(batch: number, .sent, claim, at: now, db)
            return number
        }
    }

    /// How many members the receiver did not take off the list, or did not say so of, in this attempt, which has tried
    /// again whom the attempts before it did not get off.
    package func membersNotTakenOff(_ claim: Claim) throws -> Int {
        try database.read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT SUM(CASE WHEN state = 'unknown' THEN contacts ELSE rejected END) FROM batch
                    WHERE run = ? AND attempt = ? AND kind = 'remove'
                    """,
                arguments: [claim.run.text, claim.attempt]
            ) ?? 0
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
    ///
    /// - Parameter others: the dataflows that put people on the same list nowadays.
    package func leavers(
        of list: ManagedList, sharedWith others: Set<UUID>,
        isPresent: (_ identity: String, _ profile: UInt32) -> Bool
    ) throws -> [Leaver] {
        let others = String(decoding: try JSONEncoder().encode(others.map(\.text)), as: UTF8.self)
        return try database.read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT identity, receiver_id, profile, EXISTS (
                        SELECT 1 FROM managed_member AS other
                        WHERE other.destination = own.destination AND other.list = own.list
                            AND other.identity = own.identity
                            AND other.dataflow IN (SELECT value FROM json_each(?))
                    ) AS is_shared
                    FROM managed_member AS own
                    WHERE dataflow = ? AND destination = ? AND list = ? AND leaving_run IS NULL
                    """,
                arguments: [others, list.dataflow.text, list.destination.text, list.list]
            )
            var leavers: [Leaver] = []
            while let row = try rows.next() {
                let identity: String = row["identity"]
                let profile: UInt32 = row["profile"]
                guard !isPresent(identity, profile) else { continue }
                leavers.append(
                    Leaver(
                        member: ManagedMember(identity: identity, receiverID: row["receiver_id"], profile: profile),
                        isShared: row["is_shared"]
                    )
                )
            }
            return leavers
        }
    }

    /// Takes members for staying whose removal nobody waits for any more, also because the run that did has ended.
    package func recallLeaving(_ list: ManagedList) throws {
        try database.write { db in
            try db.execute(
                sql: """
                    UPDATE managed_member SET leaving_run = NULL, leaving_batch = NULL
                    WHERE dataflow = ? AND destination = ? AND list = ? AND leaving_run IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM batch JOIN run ON run.id = batch.run
                        WHERE batch.run = leaving_run AND batch.number = leaving_batch AND batch.state = 'accepted'
                            AND run.state IN ('queued', 'processing', 'retrying', 'cancelling')
                    )
                    """,
                arguments: [list.dataflow.text, list.destination.text, list.list]
            )
        }
    }

    static func apply(_ change: MemberChange, _ db: Database) throws {
        switch change {
        case .put(let members, let list, let run, let batch):
            try put(members, on: list, run: run, batch: batch, db)
        case .refused(let identities, let run, let batch, let list):
            try forget(identities, addedBy: run, batch: batch, on: list, db)
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
        case .left(let named, let run, let batch):
            let kept = Set(named)
            guard try keep(Array(kept), leavingIn: run, batch: batch, db) == kept.count else {
                try keep(nil, leavingIn: run, batch: batch, db)
                return
            }
            try db.execute(
                sql: "DELETE FROM managed_member WHERE leaving_run = ? AND leaving_batch = ?",
                arguments: [run.text, batch]
            )
        case .stayed(let run, let batch):
            try keep(nil, leavingIn: run, batch: batch, db)
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

    /// Takes for staying who was to leave by a batch; nil is all of them.
    ///
    /// - Returns: how many there were.
    @discardableResult
    private static func keep(
        _ identities: [String]?, leavingIn run: UUID, batch: Int, _ db: Database
    ) throws -> Int {
        let wanted = try identities.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        try db.execute(
            sql: """
                UPDATE managed_member SET leaving_run = NULL, leaving_batch = NULL
                WHERE leaving_run = :run AND leaving_batch = :batch
                    AND (:wanted IS NULL OR identity IN (SELECT value FROM json_each(:wanted)))
                """,
            arguments: ["run": run.text, "batch": batch, "wanted": wanted]
        )
        return db.changesCount
    }

    private static func put(
        _ members: [ManagedMember], on list: ManagedList, run: UUID, batch: Int, _ db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO managed_member
                    (dataflow, destination, list, identity, receiver_id, profile, added_run, added_batch)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (dataflow, destination, list, identity) DO UPDATE SET
                    receiver_id = COALESCE(excluded.receiver_id, receiver_id), profile = excluded.profile,
                    leaving_run = NULL, leaving_batch = NULL
                """
        )
        // Worked out once: a batch has up to 30,000 members.
        let (dataflow, destination, run) = (list.dataflow.text, list.destination.text, run.text)
        for member in members {
            try statement.execute(arguments: [
                dataflow, destination, list.list, member.identity, member.receiverID, Int(member.profile), run, batch,
            ])
        }
    }

    private static func forget(
        _ identities: [String]?, addedBy run: UUID, batch: Int, on list: ManagedList, _ db: Database
    ) throws {
        let wanted = try identities.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        try db.execute(
            sql: """
                DELETE FROM managed_member
                WHERE dataflow = :dataflow AND destination = :destination AND list = :list
                    AND (:wanted IS NULL OR identity IN (SELECT value FROM json_each(:wanted)))
                    AND added_run = :run AND added_batch = :batch
                """,
            arguments: [
                "dataflow": list.dataflow.text, "destination": list.destination.text, "list": list.list,
                "wanted": wanted, "run": run.text, "batch": batch,
            ]
        )
    }
}

/// One whom a dataflow has put on a list and would take off it.
package struct Leaver: Hashable, Sendable {
    package let member: ManagedMember
    /// Another dataflow has put the same one on the same list.
    package let isShared: Bool
}
