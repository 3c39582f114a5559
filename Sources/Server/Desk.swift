import Foundation
import Logging
import Store
import TidegateModel

/// What the server works with; put together once, in Commands.
package struct Desk: Sendable {
    package let store: Store
    package let clock: any WallClock
    package let logger: Logger
    package let sights: Sights
    package let controls: Controls
    /// What this process counts.
    package let tally: Tally
    /// Of the program.
    package let version: String
    /// What the job files declare, for every request the same reading.
    let declared: DeclaredObjects

    package init(
        store: Store, clock: any WallClock, logger: Logger, sights: Sights, controls: Controls, tally: Tally = Tally(),
        version: String
    ) {
        self.store = store
        self.clock = clock
        self.logger = logger
        self.sights = sights
        self.controls = controls
        self.tally = tally
        self.version = version
        declared = DeclaredObjects(store)
    }
}

/// What can be seen besides the store. Calls block for a short read.
package struct Sights: Sendable {
    /// The newest first.
    package var snapshots: @Sendable (_ limit: Int) throws -> [Snapshot]
    /// Nil where there is none, or it is not kept any more.
    package var snapshot: @Sendable (_ id: UUID) throws -> Snapshot?
    /// What became of a segment in the snapshots that are kept, the newest first.
    package var history: @Sendable (_ segment: UUID, _ limit: Int) throws -> [SegmentSize]
    /// How many profiles are in both segments of a snapshot; nil where it does not have both.
    package var overlap: @Sendable (_ first: UUID, _ second: UUID, _ snapshot: UUID) throws -> Int?
    /// What goes on in this process now.
    package var work: @Sendable () -> [WorkProgress]
    /// Whether this process takes no more work because it is to end.
    package var isGoingDown: @Sendable () -> Bool
    /// The databases.
    package var files: @Sendable () -> [StoreFile]

    package init(
        snapshots: @escaping @Sendable (Int) throws -> [Snapshot],
        snapshot: @escaping @Sendable (UUID) throws -> Snapshot?,
        history: @escaping @Sendable (UUID, Int) throws -> [SegmentSize],
        overlap: @escaping @Sendable (UUID, UUID, UUID) throws -> Int?,
        work: @escaping @Sendable () -> [WorkProgress],
        isGoingDown: @escaping @Sendable () -> Bool = { false },
        files: @escaping @Sendable () -> [StoreFile] = { [] }
    ) {
        self.snapshots = snapshots
        self.snapshot = snapshot
        self.history = history
        self.overlap = overlap
        self.work = work
        self.isGoingDown = isGoingDown
        self.files = files
    }
}

/// How large a database is, in bytes.
package struct StoreFile: Hashable, Sendable {
    package var name: String
    package var size: Int
    /// Of its write-ahead log.
    package var log: Int

    package init(name: String, size: Int, log: Int) {
        self.name = name
        self.size = size
        self.log = log
    }
}

/// A segment in one snapshot of its history.
package struct SegmentSize: Hashable, Sendable {
    package var snapshot: UUID
    package var nominal: Instant
    package var counts: SnapshotSegment

    package init(snapshot: UUID, nominal: Instant, counts: SnapshotSegment) {
        self.snapshot = snapshot
        self.nominal = nominal
        self.counts = counts
    }
}

/// What can be done besides what the store does by itself. `actor` is who wants it, as transitions and the audit name it.
package struct Controls: Sendable {
    /// Checks every guardrail and queues the runs, all or none.
    ///
    /// Throws `AdHocRefusal`.
    package var force: @Sendable (_ order: AdHocOrder, _ actor: String) async throws -> [Run]
    /// What each guardrail would say to the order.
    package var guardrails: @Sendable (_ order: AdHocOrder) async throws -> [GuardrailAnswer]
    /// Throws `RetryRefusal` or `AdHocRefusal`.
    package var retry: @Sendable (_ run: Run, _ actor: String) async throws -> Run
    /// Starts a whole cycle now, unless one goes on; the cycle that goes on then, and whether it is a new one.
    package var startCycle: @Sendable () async throws -> (cycle: Cycle, isNew: Bool)
    /// The same for a request that may be repeated, which is then answered with the cycle of the first time.
    ///
    /// Throws `CycleRefusal` or `KeyUsedOtherwise`.
    package var startCycleFor: @Sendable (_ request: ClientRequest) async throws -> (cycle: Cycle, isNew: Bool)

    package init(
        force: @escaping @Sendable (AdHocOrder, String) async throws -> [Run],
        guardrails: @escaping @Sendable (AdHocOrder) async throws -> [GuardrailAnswer],
        retry: @escaping @Sendable (Run, String) async throws -> Run,
        startCycle: @escaping @Sendable () async throws -> (cycle: Cycle, isNew: Bool),
        startCycleFor: @escaping @Sendable (ClientRequest) async throws -> (cycle: Cycle, isNew: Bool) = { _ in
            throw CycleRefusal.goingDown
        }
    ) {
        self.force = force
        self.guardrails = guardrails
        self.retry = retry
        self.startCycle = startCycle
        self.startCycleFor = startCycleFor
    }
}
