import Foundation
import Logging
import Profiles
import Store
import TidegateModel

/// Makes everything happen that is due: plans occurrences, runs cycles, drives runs.
///
/// One scheduler works in a data folder at a time; whoever makes one holds the folder's lock.
package actor Scheduler {
    let place: Workplace
    private let orphans: [Claim]
    private var agenda: Agenda
    private var application: Int
    private var runs: [UUID: RunUnderWay] = [:]
    private var cycle: StopSignal?
    private var isStopping = false {
        didSet { stopping.withLock { $0 = isStopping } }
    }
    private nonisolated let stopping = Locked(false)
    private var leasesRenewedAt: Instant?
    private var lastTick: Instant?
    /// What the last tick could not do, told once.
    private var trouble: String?
    private let bell = Bell()

    /// Takes up the work in the data folder as it is: what a killed process left is recovered here.
    ///
    /// - Throws: ``NothingApplied`` where no job files were applied yet.
    package init(_ place: Workplace) throws {
        guard let spec = try place.store.appliedSpec() else { throw NothingApplied() }
        self.place = place
        agenda = try Agenda(spec, place: place)
        application = try place.store.applicationSequence()
        orphans = try Recovery(place: place, spec: spec).run()
    }

    /// Recovers the data folder, decides what the old job files still owe, and puts the new ones in force.
    ///
    /// Without a `spec` the job files that were applied last stay in force. `files` is the digest of the new ones.
    package static func start(
        _ place: Workplace, spec: JobSpec?, files: String? = nil, actor: String
    ) async throws -> Scheduler {
        if let spec, try !place.store.hasApplied() {
            try place.store.apply(spec, from: try place.cursor(at: place.clock.now()), actor: actor, files: files)
            return try Scheduler(place)
        }
        let scheduler = try Scheduler(place)
        await Recovery(place: place, spec: scheduler.declared).sweep(scheduler.orphans)
        if let spec { try await scheduler.apply(spec, files: files, actor: actor) }
        return scheduler
    }

    // MARK: The three duties

    /// Works until `stop()` is called.
    package func serve() async throws {
        if try place.profiles.latestSnapshot() == nil, try place.store.openCycles().isEmpty {
            try openCycle(nominal: place.clock.now().flooredToSecond, .firstStart)
        }
        while !isStopping {
            let now = place.clock.now()
            do {
                try tick(at: now, startsCycles: true)
                trouble = nil
            } catch {
                try bear(error)
            }
            await bell.wait(until: now + place.limits.poll, by: place.clock)
        }
        try await park()
    }

    /// A full disk or a busy database passes; what is damaged does not, and ends the scheduler.
    private func bear(_ error: any Error) throws {
        switch error {
        case ProfileError.transient: break
        default: guard case .unavailable = StoreFault(error) else { throw error }
        }
        guard trouble != "\(error)" else { return }
        trouble = "\(error)"
        place.logger.error("state not usable, trying again", metadata: ["reason": "\(error)"])
    }

    /// One whole cycle, then every dataflow that is due, then the end.
    ///
    /// - Returns: whether the cycle published its snapshot.
    package func once() async throws -> Bool {
        let cycle = try openCycle(nominal: try nextNominal(), .onDemand)
        // A cycle that is nobody's, and still open, could not even record how it ended.
        try await drain { try self.place.store.openCycles().allSatisfy { $0.state == .processing } }
        try tick(at: place.clock.now(), startsCycles: false)
        try await drain { try self.place.store.liveRuns().isEmpty }
        let ended = try place.store.cycles(limit: 10).first { $0.sequence == cycle?.sequence }
        return ended?.state == .completed
    }

    /// Now, to the second, and later than any cycle before: two cycles within one second would write the same names.
    private func nextNominal() throws -> Instant {
        let now = place.clock.now().flooredToSecond
        let last = try place.store.lastNominal(upTo: now + .seconds(10)) ?? now - .seconds(1)
        return max(now, last + .seconds(1))
    }

    /// Works until the given runs are at their end; leaves everything else as it is.
    package func finish(_ wanted: Set<UUID>) async throws {
        while !isStopping, try place.store.runs(Array(wanted)).contains(where: { !$0.state.isTerminal }) {
            let now = place.clock.now()
            try keepLeases(at: now)
            try obeyCancellations()
            try place.store.wakeRetries(at: now, actor: place.owner)
            try startRuns(at: now, only: wanted)
            await bell.wait(until: now + place.limits.poll, by: place.clock)
        }
        try await park()
    }

    /// Stops taking work; runs get a moment to finish and are then parked for the next process.
    package func stop() {
        isStopping = true
        bell.ring()
    }

    /// Parks what runs without waiting for it to finish.
    package func stopAtOnce() {
        isStopping = true
        for run in runs.values { run.stop.raise(.park) }
        cycle?.raise(.park)
        bell.ring()
    }

    /// Puts new job files in force: what the old ones still owe is decided first.
    @discardableResult
    package func apply(_ spec: JobSpec, files: String? = nil, actor: String) throws -> [ObjectChange] {
        let now = place.clock.now()
        if spec != declared { try agenda.decide(at: now, everything: true) }
        let changes = try place.store.apply(spec, from: try place.cursor(at: now), actor: actor, files: files)
        if !changes.isEmpty || spec != declared { try reload() }
        bell.ring()
        return changes
    }

    /// Whether no more work is taken; answers also while a tick goes on.
    package nonisolated var isGoingDown: Bool { stopping.withLock { $0 } }

    /// The job files in force.
    package var declared: JobSpec { agenda.spec }

    /// Starts a whole cycle now, unless one goes on, or the same request was answered with one before.
    ///
    /// - Returns: the cycle that goes on now, or the request's, and whether it was started by this call.
    /// - Throws: ``CycleRefusal``, ``KeyUsedOtherwise``.
    package func startCycle(for request: ClientRequest? = nil) throws -> (cycle: Cycle, isNew: Bool) {
        let now = place.clock.now()
        if let earlier = try request.flatMap({ try place.store.cycle(answering: $0, at: now) }) {
            return (earlier, false)
        }
        let open = try place.store.openCycles()
        if let going = open.first(where: { $0.state == .processing }) ?? open.first {
            if let request { try place.store.remember(request, answeredWith: going.sequence, at: now) }
            return (going, false)
        }
        guard !isStopping else { throw CycleRefusal.goingDown }
        guard let opened = try openCycle(nominal: try nextNominal(), .onDemand, for: request) else {
            throw CycleRefusal.notNow
        }
        bell.ring()
        return (opened, true)
    }

    // MARK: One tick

    private func tick(at now: Instant, startsCycles: Bool) throws {
        if try place.store.applicationSequence() != application {
            // Else new job files could fire for instants that had passed when they were applied.
            try agenda.decide(at: now, everything: true)
            try reload()
        }
        try watchClock(now)
        try keepLeases(at: now)
        try obeyCancellations()
        try place.store.wakeRetries(at: now, actor: place.owner)
        try agenda.decide(at: now)
        if startsCycles { try startDueCycle(at: now) }
        try resumeCycle(at: now)
        try startRuns(at: now, only: nil)
    }

    /// Ticks without starting cycles until `isDone` says so or somebody stops the scheduler.
    private func drain(until isDone: () throws -> Bool) async throws {
        while !isStopping {
            let now = place.clock.now()
            try tick(at: now, startsCycles: false)
            if runs.isEmpty, cycle == nil, try isDone() { return }
            await bell.wait(until: now + place.limits.poll, by: place.clock)
        }
        try await park()
    }

    private func reload() throws {
        guard let applied = try place.store.appliedSpec() else { return }
        agenda = try Agenda(applied, place: place)
        application = try place.store.applicationSequence()
        place.logger.info("job files in force", metadata: ["dataflows": "\(applied.dataflows.count)"])
    }

    /// The ledger keeps a clock that was set back from firing anything twice; somebody should know all the same.
    private func watchClock(_ now: Instant) throws {
        defer { lastTick = now }
        guard let lastTick else { return }
        if now - lastTick > place.limits.lease { place.tally.count(.clockStepped(.ahead)) }
        guard now < lastTick else { return }
        place.tally.count(.clockStepped(.back))
        try place.store.rewindCursors(to: now)
        agenda.lookAgain()
        place.logger.warning("clock stepped back", metadata: ["from": "\(lastTick)", "to": "\(now)"])
    }

    private func keepLeases(at now: Instant) throws {
        let isDue =
            leasesRenewedAt.map { now - $0 >= .milliseconds(place.limits.lease.milliseconds / 3) || now < $0 } ?? true
        guard isDue else { return }
        leasesRenewedAt = now
        try place.store.beat(place.owner, at: now)
        if !runs.isEmpty { try place.store.renewLeases(owner: place.owner, until: now + place.limits.lease) }
    }

    private func obeyCancellations() throws {
        guard !runs.isEmpty else { return }
        for run in try place.store.cancelling(owner: place.owner) { runs[run]?.stop.raise(.cancel) }
    }

    // MARK: Cycles

    private func startDueCycle(at now: Instant) throws {
        guard cycle == nil, let due = CycleCalendar(declared.segmentation).newest(upTo: now) else { return }
        // A snapshot may be there without any cycle: 'tidegate segment' makes one by itself.
        let last = try place.store.lastNominal(upTo: now) ?? place.profiles.latestSnapshot()?.nominal
        guard let last, due > last else { return }
        try openCycle(nominal: due, .scheduled)
    }

    private func resumeCycle(at now: Instant) throws {
        guard cycle == nil, !isStopping else { return }
        for open in try place.store.openCycles() {
            guard open.state == .retrying, let retryAt = open.retryAt, retryAt <= now,
                let resumed = try place.store.resumeCycle(open.sequence)
            else { continue }
            return start(resumed)
        }
    }

    @discardableResult
    private func openCycle(
        nominal: Instant, _ trigger: Cycle.Trigger, for request: ClientRequest? = nil
    ) throws -> Cycle? {
        let opened = try place.store.beginCycle(
            nominal: nominal, trigger: trigger, for: request, at: place.clock.now()
        )
        if let opened { start(opened) }
        return opened
    }

    private func start(_ opened: Cycle) {
        let stop = StopSignal()
        cycle = stop
        let runner = CycleRunner(place: place, spec: declared, stop: stop)
        Task {
            do {
                try await runner.run(opened)
            } catch {
                place.logger.error("cycle lost", metadata: ["reason": "\(error)"])
            }
            self.cycleEnded()
        }
    }

    private func cycleEnded() {
        cycle = nil
        agenda.lookAgain()
        bell.ring()
        // Runs that were cancelled while they waited for their next attempt have nobody else to clear up after them.
        let recovery = Recovery(place: place, spec: declared)
        Task { await recovery.sweep([]) }
    }

    // MARK: Runs

    private func startRuns(at now: Instant, only wanted: Set<UUID>?) throws {
        for lane in Lane.allCases {
            let closed = dataflows(outside: lane)
            while !isStopping, runs.values.count(where: { $0.lane == lane }) < lane.width(place.limits),
                let run = try place.store.claim(
                    owner: place.owner, lease: place.limits.lease, at: now, only: wanted, excluding: closed)
            {
                start(run, in: lane)
            }
        }
    }

    /// Dataflows that are no longer declared are outside of no lane: what is left of them takes whichever has room.
    private func dataflows(outside lane: Lane) -> Set<UUID> {
        let isOutside = declared.dataflows.filter { declared.goesToConnector($0) != (lane == .pushes) }
        return Set(isOutside.map(\.id))
    }

    private func start(_ run: Run, in lane: Lane) {
        let stop = StopSignal()
        runs[run.id] = RunUnderWay(lane: lane, stop: stop)
        let driver = RunDriver(place: place, spec: declared, run: run, stop: stop)
        stop.watch(
            Task {
                await driver.drive()
                self.runEnded(run.id)
            }
        )
    }

    private func runEnded(_ run: UUID) {
        runs[run] = nil
        bell.ring()
    }

    /// Lets what runs finish within the grace, then parks it, and waits until nothing runs.
    private func park() async throws {
        let deadline = place.clock.now() + place.limits.grace
        while !runs.isEmpty || cycle != nil {
            let now = place.clock.now()
            if now >= deadline { stopAtOnce() }
            try keepLeases(at: now)
            try obeyCancellations()
            await bell.wait(
                until: min(now + place.limits.poll, max(deadline, now + .milliseconds(50))), by: place.clock)
        }
    }
}

/// A run that this scheduler drives.
private struct RunUnderWay {
    /// The one that it was claimed in, also where other job files have come into force since.
    let lane: Lane
    let stop: StopSignal
}

/// No job files were applied to this data folder yet.
package struct NothingApplied: Error, CustomStringConvertible {
    package init() {}

    package var description: String { "no job files are applied yet; run 'tidegate apply' first" }
}
