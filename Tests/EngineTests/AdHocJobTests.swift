import Digests
import Engine
import Foundation
import Profiles
import Store
import Testing
import TidegateModel

@Suite struct AdHocJobTests {
    let fixture: EngineFixture
    let place: Workplace

    init() async throws {
        fixture = try EngineFixture()
        place = try fixture.place()
        try await fixture.once(fixture.spec(), place)
    }

    private func queue(
        _ spec: JobSpec? = nil, segments: [String] = [], forced: Bool = true, latest: Snapshot?? = .none,
        at delay: Span = .hours(1)
    ) throws -> [Run] {
        let spec = spec ?? fixture.spec()
        let snapshot = try latest ?? place.profiles.latestSnapshot()
        return try AdHocJob(dataflow: spec.dataflows[0], segments: segments, isForced: forced)
            .queue(in: place.store, spec: spec, snapshot: snapshot, at: EngineFixture.noon + delay, actor: "test")
    }

    private func refusal(_ body: () throws -> [Run]) -> AdHocRefusal? {
        #expect(throws: AdHocRefusal.self) { try body() }
    }

    @Test func `a job without segments exports all of the dataflow's, a run each`() throws {
        let spec = fixture.spec { $0.dataflows[0].segments = ["buyers", "all"] }
        #expect(try queue(spec).map { $0.segments.map(\.name) } == [["buyers"], ["all"]])
    }

    @Test func `a segment named twice is exported once`() throws {
        #expect(try queue(segments: ["buyers", "buyers"]).count == 1)
    }

    @Test func `a segment that the dataflow does not have is refused`() throws {
        #expect(refusal { try queue(segments: ["all"]) } == .outOfScope(segments: ["all"], .notInDataflow))
        #expect(try place.store.liveRuns() == [])
    }

    @Test func `before the first day and from the end date on a job is out of range`() throws {
        for (start, end) in [("2026-11-22", nil), ("2026-01-01", "2026-11-21")] {
            let spec = fixture.spec {
                $0.dataflows[0].schedule.start = LocalDate(iso: start)
                $0.dataflows[0].schedule.end = end.flatMap { LocalDate(iso: $0) }
            }
            #expect(refusal { try queue(spec) } == .outOfScope(segments: ["buyers"], .outOfSchedule))
        }
    }

    @Test func `a once schedule without an end is in range for ever`() throws {
        let spec = fixture.spec {
            $0.dataflows[0].schedule = Schedule(
                frequency: .once, trigger: .scheduled, at: LocalTime(iso: "02:00"), start: LocalDate(iso: "2020-01-01")
            )
        }
        #expect(try queue(spec).count == 1)
    }

    @Test func `more than eighty distinct segments are refused before anything starts`() throws {
        let names = (1...81).map { "s\($0)" }
        let spec = fixture.spec { spec in
            spec.segments += names.map { Segment(id: UUID(kind: "Segment", name: $0), name: $0, rule: "true") }
            spec.dataflows[0].segments = names
        }
        #expect(refusal { try queue(spec) } == .tooManySegments(81))
        #expect(
            refusal { try queue(spec, segments: Array(names.prefix(80)) + ["s1"]) }
                == .segmentsNotInSnapshot(Array(names.prefix(80))))
    }

    @Test func `of files of ids, which have all segments in any case, those that are named are counted`() throws {
        let names = (1...81).map { "s\($0)" }
        let spec = fixture.spec { spec in
            spec.segments += names.map { Segment(id: UUID(kind: "Segment", name: $0), name: $0, rule: "true") }
            spec.dataflows[0].segments = names
            spec.dataflows[0].file.audienceManager = AudienceManagerLayout(dataSource: "crm")
        }
        for few in [[], ["s1"], Array(names.prefix(80))] {
            #expect(refusal { try queue(spec, segments: few) } == .segmentsNotInSnapshot(names), "\(few.count)")
        }
        #expect(refusal { try queue(spec, segments: names) } == .tooManySegments(81))
    }

    @Test func `within twenty minutes of a segment's first activation a job is refused with the instant`() throws {
        let allowed = EngineFixture.noon + .minutes(20)
        #expect(refusal { try queue(forced: false, at: .minutes(19)) } == .tooEarly(segment: "buyers", until: allowed))
        #expect(try queue(forced: false, at: .minutes(20)).count == 1)
    }

    @Test func `force passes the delay, is recorded, and passes nothing else`() throws {
        let runs = try queue(at: .minutes(1))
        #expect(runs.map(\.isForced) == [true])
        #expect(
            refusal { try queue(at: .minutes(2)) }
                == .alreadyRunning(
                    segment: runs[0].segments[0], dataflow: runs[0].dataflow, name: "nightly", run: runs[0].id))
    }

    @Test func `the delay is what the guardrails say`() throws {
        let spec = fixture.spec { $0.segmentation.guardrails.adHocDelay = .hours(2) }
        let allowed = EngineFixture.noon + .hours(2)
        #expect(refusal { try queue(spec, forced: false) } == .tooEarly(segment: "buyers", until: allowed))
    }

    @Test func `without a snapshot nothing is exported, never an empty file`() throws {
        #expect(refusal { try queue(latest: .some(nil)) } == .noSnapshot)
    }

    @Test func `a switched-off dataflow is refused`() throws {
        let spec = fixture.spec { $0.dataflows[0].isEnabled = false }
        #expect(refusal { try queue(spec) } == .outOfScope(segments: ["buyers"], .dataflowDisabled))
    }

    @Test func `an ad-hoc run of an incremental dataflow is full and leaves the baseline alone`() async throws {
        let spec = fixture.spec {
            $0.dataflows[0].export = .incremental
            $0.dataflows[0].schedule = Schedule(frequency: .daily, trigger: .scheduled, at: LocalTime(iso: "20:00"))
        }
        let segment = UUID(kind: "Segment", name: "buyers")
        let before = try place.store.baseline(dataflow: spec.dataflows[0].id, segment: segment)
        let scheduler = try await Scheduler.start(place, spec: spec, actor: "test")
        fixture.clock.advance(by: .hours(1))
        let runs = try queue(spec)
        try await scheduler.finish(Set(runs.map(\.id)))
        let run = try #require(try place.store.run(runs[0].id))
        #expect(run.counts.exported == 3)
        #expect(try place.store.baseline(dataflow: spec.dataflows[0].id, segment: segment) == before)
    }
}
