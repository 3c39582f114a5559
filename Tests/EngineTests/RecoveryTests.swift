import Engine
import Foundation
import Store
import Testing
import TidegateModel

@Suite struct RecoveryTests {
    let fixture: EngineFixture
    let spec: JobSpec

    init() throws {
        fixture = try EngineFixture()
        spec = fixture.spec()
    }

    private func queued(_ place: Workplace, trigger: Run.Trigger = .scheduled) throws -> Run {
        let segment = spec.segments[0]
        let run = Run(
            id: UUID(), dataflow: spec.dataflows[0].id, dataflowName: "nightly", revision: 1,
            segments: [SegmentReference(id: segment.id, name: segment.name)], trigger: trigger, state: .queued,
            snapshot: try place.profiles.latestSnapshot()?.id, scheduledFor: fixture.clock.now(),
            queuedAt: fixture.clock.now()
        )
        try place.store.queueAdHoc([run], at: fixture.clock.now(), actor: "test")
        return run
    }

    @Test func `a run that nobody took up within its deadline is missed, not exported days later`() async throws {
        let place = try fixture.place()
        try await fixture.once(spec, place)
        let run = try queued(place)
        fixture.clock.advance(by: .hours(7))
        _ = try await Scheduler.start(fixture.place(), spec: spec, actor: "test")
        let found = try #require(try place.store.run(run.id))
        #expect(found.state == .missed)
        #expect(found.reason == "past-deadline")
    }

    @Test func `a cycle that was killed after its snapshot was out is closed with that snapshot`() async throws {
        let killed = try fixture.place(owner: "killed")
        try killed.store.apply(spec, from: killed.cursor(at: EngineFixture.noon), actor: "test")
        _ = try killed.store.beginCycle(nominal: EngineFixture.noon, trigger: .scheduled, at: EngineFixture.noon)
        let published = try await Stage(place: killed, spec: spec).segment(nominal: EngineFixture.noon)
        _ = try await Scheduler.start(fixture.place(owner: "next"), spec: spec, actor: "test")
        #expect(try killed.store.cycles(limit: 10).map(\.snapshot) == [published.id])
        #expect(try killed.store.cycles(limit: 10).map(\.state) == [.completed])
    }

    @Test func `a run that waited less than its deadline, or that somebody asked for, is kept`() async throws {
        let place = try fixture.place()
        try await fixture.once(spec, place)
        let asked = try queued(place, trigger: .adHoc)
        fixture.clock.advance(by: .hours(7))
        _ = try await Scheduler.start(fixture.place(), spec: spec, actor: "test")
        #expect(try place.store.run(asked.id)?.state == .queued)
    }

    @Test func `the hidden files of a lost run that was cancelled are cleared away`() async throws {
        let killed = try fixture.place(owner: "killed")
        try await fixture.once(spec, killed)
        let run = try queued(killed)
        _ = try killed.store.claim(owner: "killed", lease: .seconds(60), at: fixture.clock.now())
        _ = try killed.store.requestCancel(of: run.id, at: fixture.clock.now(), actor: "test")
        let hidden = ".tidegate-\(run.id.text)-1-buyers.csv.part"
        try fixture.folder.write("half", to: "outbox/\(hidden)")
        _ = try await Scheduler.start(fixture.place(owner: "next"), spec: spec, actor: "test")
        #expect(try killed.store.run(run.id)?.state == .cancelled)
        #expect(!fixture.delivered().contains(hidden))
    }

    @Test func `what waits for a dataflow that is removed or switched off is cancelled and says why`() async throws {
        let place = try fixture.place()
        try await fixture.once(spec, place)
        let run = try queued(place)
        let off = fixture.spec { $0.dataflows[0].isEnabled = false }
        _ = try await Scheduler.start(fixture.place(), spec: off, actor: "test")
        #expect(try place.store.run(run.id)?.state == .cancelled)
        #expect(try place.store.run(run.id)?.reason == "dataflow was removed, detached or switched off")
    }

    @Test func `a new template does not take an old file's date for a part's number`() async throws {
        try await fixture.once(fixture.spec { $0.dataflows[0].file.name = "%SEGMENT_NAME%_%DATETIME(yyyyMMdd)%" })
        fixture.clock.advance(by: .hours(24))
        try await fixture.once(fixture.spec { $0.dataflows[0].file.name = "%SEGMENT_NAME%" })
        #expect(fixture.delivered().filter { $0.hasSuffix(".csv") } == ["buyers.csv", "buyers_20261121.csv"])
    }

    @Test func `occurrences come again after a clock that ran years ahead was set right`() async throws {
        let daily = fixture.spec {
            $0.dataflows[0].schedule = Schedule(frequency: .daily, trigger: .scheduled, at: LocalTime(iso: "13:00"))
        }
        let place = try fixture.place()
        try await fixture.once(daily, place)
        fixture.clock.advance(by: .days(2000))
        try await fixture.once(daily, fixture.place())
        let ledger = try place.store.ledger(of: daily.dataflows[0].id, limit: 5000)
        #expect(ledger.count == 2000)
        #expect(ledger.allSatisfy { $0.outcome == .missed && $0.reason == .pastDeadline })
        fixture.clock.set(to: EngineFixture.noon + .minutes(1))
        _ = try await Scheduler.start(fixture.place(), spec: daily, actor: "test")
        fixture.clock.set(to: EngineFixture.noon + .hours(1))
        let runs = try await fixture.once(daily, fixture.place())
        #expect(runs.filter { $0.trigger == .scheduled }.map(\.state) == [.completed])
    }

    @Test func `what was exported while the clock ran ahead is not exported again`() async throws {
        let daily = fixture.spec {
            $0.dataflows[0].schedule = Schedule(frequency: .daily, trigger: .scheduled, at: LocalTime(iso: "13:00"))
        }
        let place = try fixture.place()
        try await fixture.once(daily, place)
        fixture.clock.advance(by: .hours(2))
        #expect(try await fixture.once(daily, fixture.place()).count == 1)
        fixture.clock.set(to: EngineFixture.noon + .minutes(30))
        _ = try await Scheduler.start(fixture.place(), spec: daily, actor: "test")
        fixture.clock.set(to: EngineFixture.noon + .hours(1))
        #expect(try await fixture.once(daily, fixture.place()) == [])
    }

    @Test func `cycles come again after a clock that ran years ahead was set right`() async throws {
        let place = try fixture.place()
        try await fixture.once(spec, place)
        fixture.clock.advance(by: .days(400))
        try await fixture.once(spec, fixture.place())
        fixture.clock.set(to: EngineFixture.noon + .days(1))
        #expect(try place.store.lastNominal(upTo: fixture.clock.now()) == EngineFixture.noon)
    }
}
