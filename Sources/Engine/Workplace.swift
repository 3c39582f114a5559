import Destinations
import Foundation
import Logging
import Profiles
import Store
import TidegateModel

/// What every part of the engine works with; put together once, in Commands.
package struct Workplace: Sendable {
    package let folder: DataFolder
    package let store: Store
    package let profiles: ProfileStore
    package let clock: any WallClock
    package let logger: Logger
    package let progress: ProgressBoard
    /// What this process counts.
    package let tally: Tally
    package let limits: Limits
    /// Makes a resolved destination usable.
    package let opening: @Sendable (Destination, UploadJournal) -> OpenDestination
    /// Makes the place of a resolved source usable; nil where files do not arrive there.
    package let openingDropOff: @Sendable (Source, DropOff) -> (any DropOffPlace)?
    /// The name under which this process claims runs; new for every start.
    package let owner: String

    package init(
        folder: DataFolder, store: Store, profiles: ProfileStore, clock: any WallClock, logger: Logger,
        progress: ProgressBoard = ProgressBoard(), tally: Tally = Tally(), limits: Limits = Limits(),
        owner: String = UUID().text,
        opening: (@Sendable (Destination, UploadJournal) -> OpenDestination)? = nil,
        openingDropOff: (@Sendable (Source, DropOff) -> (any DropOffPlace)?)? = nil
    ) {
        self.folder = folder
        self.store = store
        self.profiles = profiles
        self.clock = clock
        self.logger = logger
        self.progress = progress
        self.tally = tally
        self.limits = limits
        let means = DeliveryMeans(clock: clock, tally: tally)
        self.opening = opening ?? { $0.open(means, uploads: $1) }
        self.openingDropOff = openingDropOff ?? { $1.place.openDropOff(means, named: $0.name) }
        self.owner = owner
    }

    /// Where a dataflow that is applied at `now` begins: at that instant, and after the newest snapshot.
    package func cursor(at now: Instant) throws -> ScheduleCursor {
        ScheduleCursor(instant: now, snapshot: try profiles.latestSnapshot()?.id)
    }

    /// The snapshot that a cycle published without being closed, because its process was killed in between.
    func snapshot(publishedBy cycle: Cycle) throws -> Snapshot? {
        guard let latest = try profiles.latestSnapshot(), latest.nominal == cycle.nominal,
            latest.publishedAt >= cycle.startedAt,
            // Two cycles started within one second have the same nominal instant.
            try !store.cycles(limit: 100).contains(where: { $0.snapshot == latest.id })
        else { return nil }
        return latest
    }

    /// The numbers that the engine works by.
    package struct Limits: Sendable {
        /// Attempts of a run, or of a cycle, before a passing fault is final.
        package var attempts = 5
        /// Runs that go on side by side and deliver files.
        package var concurrentRuns = 2
        /// Runs that go on side by side and push to connectors, besides those that deliver files: they mostly wait for
        /// their receivers, for hours if need be.
        package var concurrentPushes = 4
        /// How long a claim holds without being renewed.
        package var lease = Span.seconds(60)
        /// How often the store is asked for work that other processes left there.
        package var poll = Span.milliseconds(500)
        /// How long a stopping scheduler lets runs finish before it parks them.
        package var grace = Span.seconds(8)
        /// How long a receiver may take to tell what it made of a batch that it accepted.
        package var jobDeadline = Span.minutes(45)
        /// Snapshots kept besides those that something still counts from.
        package var snapshotsKept = 90

        package init() {}
    }
}

/// How far the work of this process is, for whoever draws progress bars.
package final class ProgressBoard: Sendable {
    private let entries = Locked<[String: WorkProgress]>([:])

    package init() {}

    /// What goes on now, by title.
    package var current: [WorkProgress] {
        entries.withLock { Array($0.values) }.sorted { $0.title < $1.title }
    }

    func show(_ title: String, done: Int, of total: Int?, unit: String, run: UUID? = nil) {
        entries.withLock { $0[title] = WorkProgress(title: title, done: done, total: total, unit: unit, run: run) }
    }

    func clear(_ title: String) {
        entries.withLock { $0[title] = nil }
    }
}

/// Runs `body` on a thread of its own, so that hours of blocking work never hold a thread of the task pool.
func onThread<Value: Sendable, Failure: Error>(
    _ name: String, _ body: @escaping @Sendable () throws(Failure) -> Value
) async throws(Failure) -> Value {
    let outcome: Result<Value, Failure> = await withCheckedContinuation { continuation in
        let thread = Thread {
            do throws(Failure) {
                continuation.resume(returning: .success(try body()))
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }
    return try outcome.get()
}
