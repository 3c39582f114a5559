import Foundation
import GRDB
import TidegateModel

/// A batch as it is cut, before anything is sent.
package struct PlannedBatch: Sendable {
    package var number: Int
    package var kind: BatchKind
    package var page: Int
    /// The last key that it speaks for; nil for a removal.
    package var through: [UInt8]?
    package var contacts: Int
    package var bytes: Int
    package var digest: String
    /// Profiles since the batch before that are not sent, by reason.
    package var skipped: [String: Int]

    package init(
        number: Int, kind: BatchKind = .upsert, page: Int, through: [UInt8]?, contacts: Int, bytes: Int,
        digest: String, skipped: [String: Int] = [:]
    ) {
        self.number = number
        self.kind = kind
        self.page = page
        self.through = through
        self.contacts = contacts
        self.bytes = bytes
        self.digest = digest
        self.skipped = skipped
    }
}

/// What became of a batch.
package struct BatchSettlement: Sendable {
    package struct Rejection: Sendable {
        package var key: String
        /// In the profile store; nil where it is not known.
        package var profile: UInt32?
        package var code: String
        package var message: String

        package init(key: String, profile: UInt32?, code: String, message: String) {
            self.key = key
            self.profile = profile
            self.code = code
            self.message = message
        }
    }

    package var number: Int
    package var event: BatchEvent
    package var job: String?
    package var rejections: [Rejection]
    /// Refused contacts that the receiver did not name.
    package var unnamed: Int
    package var figures: [String: Int]
    package var message: String?
    /// What it means for the list's members.
    package var members: MemberChange?

    package init(
        _ number: Int, _ event: BatchEvent, job: String? = nil, rejections: [Rejection] = [], unnamed: Int = 0,
        figures: [String: Int] = [:], message: String? = nil, members: MemberChange? = nil
    ) {
        self.number = number
        self.event = event
        self.job = job
        self.rejections = rejections
        self.unnamed = unnamed
        self.figures = figures
        self.message = message
        self.members = members
    }
}

extension Store {
    /// Journals batches that are to be sent, in place of those that an earlier attempt planned and did not send. What it
    /// sent without an answer becomes lost.
    ///
    /// - Returns: false where the claim is no longer valid.
    package func plan(_ batches: [PlannedBatch], _ claim: Claim, at now: Instant) throws -> Bool {
        try database.write { db in
            guard try Self.state(heldBy: claim, db) != nil else { return false }
            try db.execute(sql: "DELETE FROM batch WHERE run = ? AND state = 'planned'", arguments: [claim.run.text])
            try db.execute(
                sql: """
                    UPDATE batch SET state = 'lost', settled_at = ?, message = COALESCE(message, 'process was lost')
                    WHERE run = ? AND state = 'sent'
                    """,
                arguments: [now.milliseconds, claim.run.text]
            )
            for batch in batches { try Self.insert(batch, claim, db) }
            return true
        }
    }

    /// Journals parts in place of the batch that was refused because of some of its contacts.
    package func split(_ settlement: BatchSettlement, into parts: [PlannedBatch], _ claim: Claim, at now: Instant)
        throws
        -> Bool
    {
        try database.write { db in
            guard try Self.state(heldBy: claim, db) != nil else { return false }
            try Self.settle(settlement, claim, at: now, db)
            for part in parts { try Self.insert(part, claim, db) }
            return true
        }
    }

    /// Records what became of batches and that the next are on their way, in one transaction.
    ///
    /// - Returns: false where the claim is no longer valid.
    package func advance(
        settling settled: [BatchSettlement], sending next: [Int] = [], _ claim: Claim, at now: Instant
    ) throws -> Bool {
        try database.write { db in
            guard try Self.state(heldBy: claim, db) != nil else { return false }
            for settlement in settled { try Self.settle(settlement, claim, at: now, db) }
            for number in next { try Self.move(batch: number, .sent, claim, at: now, db) }
            return true
        }
    }

    /// Journals how many contacts of a batch are carried through.
    package func noteProgress(of number: Int, done: Int, _ claim: Claim) throws -> Bool {
        try database.write { db in
            guard try Self.state(heldBy: claim, db) != nil else { return false }
            try db.execute(
                sql: "UPDATE batch SET done = ? WHERE run = ? AND number = ? AND state = 'sent'",
                arguments: [done, claim.run.text, number]
            )
            return true
        }
    }

    /// The batches whose jobs are still to be asked about.
    package func acceptedBatches(of run: UUID) throws -> [Batch] {
        try database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM batch WHERE run = ? AND state = 'accepted' ORDER BY number",
                arguments: [run.text]
            ).compactMap(Batch.init)
        }
    }

    package func batches(of run: UUID) throws -> [Batch] {
        try database.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM batch WHERE run = ? ORDER BY number", arguments: [run.text])
                .compactMap(Batch.init)
        }
    }

    /// What the next attempt goes on from: the last key that is carried, and how far the batches were that were on their way.
    package func pushState(of run: UUID) throws -> PushState {
        try database.read { db in
            let through = try Data.fetchOne(
                db,
                sql: """
                    SELECT MAX(through) FROM carried_batch WHERE run = ? AND kind = 'upsert'
                    """,
                arguments: [run.text]
            )
            // An attempt that ended before it came as far as the one before it takes nothing back.
            let interrupted = try Row.fetchAll(
                db,
                sql: """
                    SELECT digest, MAX(done) AS done FROM batch
                    WHERE run = ? AND kind = 'upsert' AND state IN ('sent', 'lost') AND done > 0 GROUP BY digest
                    """,
                arguments: [run.text]
            )
            let numbers = try Row.fetchOne(
                db,
                sql: """
                    SELECT COALESCE(MAX(number), 0) AS number, COALESCE((
                        SELECT MAX(page) FROM carried_batch WHERE run = :run AND kind = 'upsert'
                    ), 0) AS page
                    FROM batch WHERE run = :run AND state <> 'planned'
                    """,
                arguments: ["run": run.text]
            )
            // In the order of their numbers: of two that end at the same profile the later one counts.
            let open = try Row.fetchAll(
                db,
                sql: """
                    SELECT through, page FROM batch
                    WHERE run = :run AND kind = 'upsert' AND state IN ('planned', 'sent', 'lost')
                        AND (:through IS NULL OR through > :through)
                    ORDER BY through, number
                    """,
                arguments: ["run": run.text, "through": through]
            )
            return PushState(
                through: through.map(Array.init), lastNumber: numbers?["number"] ?? 0, lastPage: numbers?["page"] ?? 0,
                ends: open.map { PushState.End(through: Array($0["through"] as Data), page: $0["page"]) },
                done: Dictionary(uniqueKeysWithValues: interrupted.map { ($0["digest"] as String, $0["done"] as Int) })
            )
        }
    }

    package func rejectedProfiles(of run: UUID) throws -> [RejectedProfile] {
        try database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM rejected_profile WHERE run = ? ORDER BY batch, key", arguments: [run.text]
            )
            .map { RejectedProfile(key: $0["key"], code: $0["code"], message: $0["message"], batch: $0["batch"]) }
        }
    }

    /// The numbers in the profile store of those that the receiver refused, as far as they are known.
    package func rejectedProfileNumbers(of run: UUID) throws -> Set<UInt32> {
        try database.read { db in
            try Set(
                UInt32.fetchAll(
                    db, sql: "SELECT profile FROM rejected_profile WHERE run = ? AND profile IS NOT NULL",
                    arguments: [run.text]
                )
            )
        }
    }
}

/// What a connector run goes on from.
package struct PushState: Hashable, Sendable {
    package struct End: Hashable, Sendable {
        package let through: [UInt8]
        package let page: Int
    }

    /// Everything up to this key is carried; nil before the first batch.
    package let through: [UInt8]?
    package let lastNumber: Int
    /// Of what is carried.
    package let lastPage: Int
    /// Where the batches ended that earlier attempts cut and did not bring through, in order: who cuts there again sends the
    /// same batches again.
    package let ends: [End]
    /// How many contacts at the front of batches that earlier attempts were sending are carried through, by digest.
    package let done: [String: Int]
}
