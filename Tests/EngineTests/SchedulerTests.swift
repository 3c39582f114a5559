import Engine
import Foundation
import Profiles
import Store
import Testing
import TidegateModel

@Suite struct SchedulerTests {
    let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    @Test func `a scheduler without a snapshot starts a cycle at once`() async throws {
        let place = try fixture.place()
        let scheduler = try await Scheduler.start(place, spec: fixture.spec(), actor: "test")
        try await serve(scheduler, until: { try place.store.runs(limit: 1).first?.state == .completed })
        #expect(try place.store.cycles(limit: 10).map(\.trigger) == [.firstStart])
    }

    @Test func `the cycle comes round once a day`() async throws {
        let place = try fixture.place()
        let scheduler = try await Scheduler.start(place, spec: fixture.spec(), actor: "test")
        try await serve(
            scheduler, until: { try place.store.cycles(limit: 100).count(where: { $0.state == .completed }) >= 3 }
        ) {
            if (try? place.store.openCycles().isEmpty) == true { fixture.clock.advance(by: .hours(1)) }
        }
        // The clock may have gone on by more days than were waited for.
        let nominal = try place.store.cycles(limit: 100).suffix(3).map { "\($0.trigger.rawValue) \($0.nominal)" }
        #expect(
            nominal.reversed() == [
                "first-start 2026-11-21T12:00:00Z", "scheduled 2026-11-22T02:00:00Z", "scheduled 2026-11-23T02:00:00Z",
            ]
        )
    }

    @Test func `a clock that jumps ahead is counted`() async throws {
        let place = try fixture.place()
        let scheduler = try await Scheduler.start(place, spec: fixture.spec(), actor: "test")
        #expect(!scheduler.isGoingDown)
        try await serve(scheduler, until: { place.tally.counts[.clockStepped(.ahead)] != nil }) {
            fixture.clock.advance(by: .hours(1))
        }
        #expect(place.tally.counts[.clockStepped(.back)] == nil)
        #expect(scheduler.isGoingDown)
    }

    @Test func `what a killed process left processing is exported by the next one`() async throws {
        let spec = fixture.spec()
        let killed = try fixture.place(owner: "killed")
        try await fixture.once(spec, killed)
        let latest = try #require(try killed.profiles.latestSnapshot())
        let job = AdHocJob(dataflow: spec.dataflows[0], segments: [], isForced: true)
        let runs = try job.queue(in: killed.store, spec: spec, snapshot: latest, at: EngineFixture.noon, actor: "test")
        _ = try killed.store.claim(owner: "killed", lease: .seconds(60), at: EngineFixture.noon)
        let next = try fixture.place(owner: "next")
        try await Scheduler.start(next, spec: spec, actor: "test").finish(Set(runs.map(\.id)))
        let run = try #require(try next.store.run(runs[0].id))
        #expect(run.state == .completed)
        #expect(run.attempts == 2)
        #expect(
            try next.store.transitions(of: run.id).map(\.to) == [
                .queued, .processing, .queued, .processing, .completed,
            ]
        )
    }

    @Test func `a cycle that a killed process left open is finished by the next one`() async throws {
        let killed = try fixture.place(owner: "killed")
        try killed.store.apply(fixture.spec(), from: killed.cursor(at: EngineFixture.noon), actor: "test")
        let cycle = try killed.store.beginCycle(
            nominal: EngineFixture.noon, trigger: .scheduled, at: EngineFixture.noon)
        let next = try fixture.place(owner: "next")
        let scheduler = try await Scheduler.start(next, spec: fixture.spec(), actor: "test")
        try await serve(scheduler, until: { try next.store.runs(limit: 1).first?.state == .completed })
        #expect(try next.store.cycles(limit: 10).map(\.sequence) == [cycle?.sequence])
        #expect(try next.store.cycles(limit: 1).first?.attempts == 2)
    }

    @Test func `an outbox that cannot be a folder fails the run and says so`() async throws {
        let spec = fixture.spec {
            $0.destinations[0].place = .directory(DirectoryPlace(path: fixture.folder.path("elsewhere/outbox")))
        }
        try fixture.folder.write("a file where the folder should be", to: "elsewhere")
        let run = try #require(try await fixture.once(spec).first)
        #expect(run.state == .failed)
        #expect(run.attempts == 1)
        #expect(run.reason?.contains("elsewhere/outbox") == true)
    }

    @Test func `a passing fault is retried after a wait, and the history tells`() async throws {
        let place = try fixture.place()
        try await fixture.once(fixture.spec(), place)
        let scheduler = try await Scheduler.start(place, spec: fixture.spec(), actor: "test")
        try FileManager.default.removeItem(atPath: place.folder.stagingPath)
        try fixture.folder.write("no room", to: "data/staging")
        let job = AdHocJob(dataflow: fixture.spec().dataflows[0], segments: [], isForced: true)
        let latest = try place.profiles.latestSnapshot()
        let run = try job.queue(
            in: place.store, spec: fixture.spec(), snapshot: latest, at: fixture.clock.now(), actor: "test")[0]
        try await serve(scheduler, until: { try place.store.run(run.id)?.state == .completed }) {
            guard (try? place.store.run(run.id)?.state) == .retrying else { return }
            try? FileManager.default.removeItem(atPath: place.folder.stagingPath)
            try? FileManager.default.createDirectory(
                atPath: place.folder.stagingPath, withIntermediateDirectories: true)
            fixture.clock.advance(by: .seconds(13))
        }
        #expect(
            try place.store.transitions(of: run.id).map(\.to)
                == [.queued, .processing, .retrying, .queued, .processing, .completed]
        )
        #expect(try place.store.attempts(of: run.id).map(\.outcome) == ["deferred", "delivered"])
    }

    @Test func `a run whose destination left the job files fails and says so`() async throws {
        let place = try fixture.place()
        try await fixture.once(fixture.spec(), place)
        let run = try await cancelledThenRetried(place)
        let without = fixture.spec { $0.destinations = [] }
        try await Scheduler.start(fixture.place(), spec: without, actor: "test").finish([run.id])
        #expect(try place.store.run(run.id)?.state == .failed)
        #expect(try place.store.run(run.id)?.reason == "destination 'drop' is no longer in the job files")
    }

    @Test func `a retry exports the same snapshot under the same name and names its parent`() async throws {
        let place = try fixture.place()
        let first = try #require(try await fixture.once(fixture.spec(), place).first)
        let retry = try await cancelledThenRetried(place)
        try await Scheduler.start(fixture.place(), spec: fixture.spec(), actor: "test").finish([retry.id])
        let done = try #require(try place.store.run(retry.id))
        #expect(done.state == .completed)
        #expect(done.snapshot == first.snapshot)
        #expect(done.trigger == .retry)
        #expect(done.parent != nil)
    }

    @Test func `what the old job files still owed is decided before new ones are in force`() async throws {
        func spec(at: String) -> JobSpec {
            fixture.spec {
                $0.dataflows[0].schedule = Schedule(
                    frequency: .daily, trigger: .scheduled, at: LocalTime(iso: at), deadline: .minutes(30)
                )
            }
        }
        let place = try fixture.place()
        try await fixture.once(spec(at: "13:00"), place)
        fixture.clock.advance(by: .hours(3))
        _ = try await Scheduler.start(fixture.place(), spec: spec(at: "14:00"), actor: "test")
        let ledger = try place.store.ledger(of: fixture.spec().dataflows[0].id, limit: 10)
        #expect(
            ledger.map { "\($0.occurrence.scheduledFor) \($0.outcome.rawValue)" } == ["2026-11-21T13:00:00Z missed"])
    }

    @Test func `a clock that was stepped back fires nothing twice and still fires what a new snapshot makes`()
        async throws
    {
        let place = try fixture.place()
        try await fixture.once(fixture.spec(), place)
        fixture.clock.advance(by: .hours(-2))
        try await fixture.once(fixture.spec(), fixture.place())
        let ledger = try place.store.ledger(of: fixture.spec().dataflows[0].id, limit: 10)
        #expect(
            ledger.map { "\($0.occurrence.scheduledFor) \($0.outcome.rawValue)" } == [
                "2026-11-21T10:00:00Z fired", "2026-11-21T12:00:00Z fired",
            ])
    }

    @Test func `a lost profile store is rebuilt and its snapshots fire like any other`() async throws {
        let place = try fixture.place()
        try await fixture.once(fixture.spec(), place)
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: place.folder.profilesPath + suffix)
        }
        fixture.clock.advance(by: .hours(24))
        let runs = try await fixture.once(fixture.spec(), fixture.place())
        #expect(runs.map(\.state) == [.completed])
    }

    @Test func `a cycle that a killed process left open exports nothing twice when another is asked for`() async throws
    {
        let killed = try fixture.place(owner: "killed")
        try killed.store.apply(fixture.spec(), from: killed.cursor(at: EngineFixture.noon), actor: "test")
        _ = try killed.store.beginCycle(nominal: EngineFixture.noon, trigger: .onDemand, at: EngineFixture.noon)
        fixture.clock.advance(by: .minutes(1))
        let next = try fixture.place(owner: "next")
        #expect(try await fixture.once(fixture.spec(), next).map(\.state) == [.completed])
        #expect(try next.profiles.snapshots(limit: 10).map { "\($0.nominal)" } == ["2026-11-21T12:01:00Z"])
        #expect(try next.store.cycles(limit: 10).map(\.state) == [.completed, .failed])
    }

    @Test func `a snapshot that no cycle made does not keep cycles from coming`() async throws {
        let place = try fixture.place()
        _ = try await Stage(place: place, spec: fixture.spec()).segment(nominal: fixture.clock.now())
        let scheduler = try await Scheduler.start(place, spec: fixture.spec(), actor: "test")
        try await serve(scheduler, until: { try place.store.cycles(limit: 1).first?.state == .completed }) {
            fixture.clock.advance(by: .hours(1))
        }
        #expect(try place.store.cycles(limit: 10).last?.trigger == .scheduled)
    }

    @Test func `a scheduler that was stopped takes up no cycle that waits`() async throws {
        let place = try fixture.place()
        try place.store.apply(fixture.spec(), from: place.cursor(at: EngineFixture.noon), actor: "test")
        let later = EngineFixture.noon + .hours(1)
        let waiting = try #require(
            try place.store.beginCycle(nominal: later, trigger: .onDemand, at: EngineFixture.noon))
        try place.store.deferCycle(
            waiting.sequence, reason: "disk full", until: EngineFixture.noon, at: EngineFixture.noon)
        let scheduler = try await Scheduler.start(place, spec: fixture.spec(), actor: "test")
        await scheduler.stop()
        _ = try await scheduler.once()
        #expect(
            try place.store.openCycles().map { "\($0.nominal) \($0.state) \($0.attempts)" } == ["\(later) retrying 1"])
    }

    @Test func `job files that another process applied fire for nothing that had passed by then`() async throws {
        func spec(at: String) -> JobSpec {
            fixture.spec {
                $0.dataflows[0].schedule = Schedule(frequency: .daily, trigger: .scheduled, at: LocalTime(iso: at))
            }
        }
        let place = try fixture.place()
        try await fixture.once(spec(at: "18:00"), place)
        let scheduler = try await Scheduler.start(fixture.place(), spec: spec(at: "18:00"), actor: "test")
        fixture.clock.advance(by: .hours(2))
        try place.store.apply(spec(at: "13:00"), from: place.cursor(at: fixture.clock.now()), actor: "guest")
        _ = try await scheduler.once()
        #expect(try place.store.ledger(of: fixture.spec().dataflows[0].id, limit: 10) == [])
    }

    @Test func `a run whose retry has delivered is not tried again`() async throws {
        let place = try fixture.place()
        let spec = fixture.spec {
            $0.destinations[0].place = .directory(DirectoryPlace(path: fixture.folder.path("elsewhere/outbox")))
        }
        try fixture.folder.write("a file where the folder should be", to: "elsewhere")
        let failed = try #require(try await fixture.once(spec, place).first)
        let retry = try RetryJob(failed).queue(in: place.store, at: fixture.clock.now(), actor: "test")
        try await Scheduler.start(fixture.place(), spec: fixture.spec(), actor: "test").finish([retry.id])
        #expect(throws: RetryRefusal.overtaken(failed.id, by: retry.id)) {
            try RetryJob(failed).queue(in: place.store, at: fixture.clock.now(), actor: "test")
        }
    }

    // MARK: Steps

    /// Serves until `isDone`, moving time on with `step` whenever the scheduler sleeps, and stops.
    private func serve(
        _ scheduler: Scheduler, until isDone: () throws -> Bool, step: () -> Void = {}
    ) async throws {
        let isOver = Locked(false)
        let serving = Task {
            defer { isOver.withLock { $0 = true } }
            try await scheduler.serve()
        }
        while try !isDone() {
            await fixture.clock.waitForSleepers(1)
            step()
            fixture.clock.advance(by: .milliseconds(500))
            await Task.yield()
        }
        await scheduler.stop()
        // What is still going on when the grace has passed is parked, and ends only then.
        while !isOver.withLock({ $0 }) {
            fixture.clock.advance(by: .milliseconds(500))
            for _ in 0..<1000 where !isOver.withLock({ $0 }) { await Task.yield() }
        }
        try await serving.value
    }

    /// A retry of an ad-hoc run that was cancelled while it waited.
    private func cancelledThenRetried(_ place: Workplace) async throws -> Run {
        let spec = fixture.spec()
        let job = AdHocJob(dataflow: spec.dataflows[0], segments: [], isForced: true)
        let latest = try place.profiles.latestSnapshot()
        let now = fixture.clock.now()
        let queued = try job.queue(in: place.store, spec: spec, snapshot: latest, at: now, actor: "test")[0]
        _ = try place.store.requestCancel(of: queued.id, at: now, actor: "test")
        let cancelled = try #require(try place.store.run(queued.id))
        return try RetryJob(cancelled).queue(in: place.store, at: now, actor: "test")
    }
}
