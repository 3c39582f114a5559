import Digests
import Engine
import Foundation
import Profiles
import Store
import Testing
import TidegateModel

/// Ad-hoc jobs over several dataflows.
@Suite struct AdHocOrderTests {
    let fixture: EngineFixture
    let place: Workplace
    let spec: JobSpec

    init() async throws {
        fixture = try EngineFixture()
        place = try fixture.place()
        spec = Self.twice(fixture.spec { $0.dataflows[0].segments = ["buyers", "all"] })
        try await fixture.once(spec, place)
    }

    /// Adds a dataflow `second` of the same segments.
    private static func twice(_ spec: JobSpec) -> JobSpec {
        var (spec, second) = (spec, spec.dataflows[0])
        second.id = id("Dataflow", "second")
        second.name = "second"
        second.file.name = "second_%SEGMENT_NAME%_%DATETIME(yyyyMMddHHmmss)%"
        spec.dataflows.append(second)
        return spec
    }

    private static func id(_ kind: String, _ name: String) -> UUID { UUID(kind: kind, name: name) }

    private func item(_ dataflow: String, _ segments: String...) -> AdHocOrder.Item {
        AdHocOrder.Item(dataflow: Self.id("Dataflow", dataflow), segments: segments.map { Self.id("Segment", $0) })
    }

    @discardableResult
    private func queue(
        _ items: AdHocOrder.Item..., spec: JobSpec? = nil, snapshot: Snapshot? = nil, request: ClientRequest? = nil
    ) throws -> [Run] {
        let spec = spec ?? self.spec
        return try AdHocJob(AdHocOrder(items: items, isForced: true, request: request), spec: spec).queue(
            in: place.store, spec: spec, snapshot: try snapshot ?? place.profiles.latestSnapshot(),
            at: EngineFixture.noon + .hours(1), actor: "test"
        )
    }

    private func refusal(_ body: () throws -> [Run]) -> AdHocRefusal? {
        #expect(throws: AdHocRefusal.self) { try body() }
    }

    @Test func `a job over several dataflows has a run for each of their segments, in its order`() throws {
        let runs = try queue(item("second", "all", "buyers"), item("nightly", "buyers"))
        #expect(runs.map(\.dataflowName) == ["second", "second", "nightly"])
        #expect(runs.map { $0.segments.map(\.name) } == [["all"], ["buyers"], ["buyers"]])
        #expect(Set(try place.store.liveRuns().map(\.id)) == Set(runs.map(\.id)))
    }

    @Test func `a run that goes on stops the whole job, and only for its own dataflow and segment`() throws {
        let going = try queue(item("second", "buyers"))[0]
        let refused = refusal { try queue(item("nightly", "buyers", "all"), item("second", "all", "buyers")) }
        #expect(
            refused
                == .alreadyRunning(
                    segment: going.segments[0], dataflow: going.dataflow, name: "second", run: going.id)
        )
        #expect(try place.store.liveRuns().map(\.id) == [going.id])
        #expect(try queue(item("nightly", "buyers"), item("second", "all")).count == 2)
    }

    @Test func `a segment that one of the dataflows lacks stops the whole job`() throws {
        var spec = spec
        spec.dataflows[1].segments = ["buyers"]
        let refused = refusal { try queue(item("nightly", "all"), item("second", "all"), spec: spec) }
        #expect(refused == .outOfScope(segments: ["all"], .notInDataflow))
        #expect(try place.store.liveRuns() == [])
    }

    @Test func `a paused dataflow stops the whole job`() throws {
        _ = try place.store.setPaused(true, spec.dataflows[1].id, at: EngineFixture.noon, actor: "test")
        let refused = refusal { try queue(item("nightly", "buyers"), item("second", "all")) }
        #expect(refused == .outOfScope(segments: ["all"], .dataflowPaused))
        #expect(try place.store.liveRuns() == [])
        #expect(try queue(item("nightly", "buyers")).count == 1)
    }

    @Test func `eighty segments are counted once each, over all dataflows of a job`() throws {
        let names = (1...81).map { "s\($0)" }
        var spec = spec
        spec.segments += names.map { Segment(id: Self.id("Segment", $0), name: $0, rule: "true") }
        spec.dataflows[0].segments = names
        spec.dataflows[1].segments = names
        func id(_ dataflow: String, _ segments: some Sequence<String>) -> AdHocOrder.Item {
            AdHocOrder.Item(
                dataflow: Self.id("Dataflow", dataflow), segments: segments.map { Self.id("Segment", $0) })
        }
        let many = refusal { try queue(id("nightly", names.prefix(60)), id("second", names.suffix(61)), spec: spec) }
        #expect(many == .tooManySegments(81))
        let eighty = Array(names.prefix(80))
        let enough = refusal { try queue(id("nightly", eighty), id("second", eighty), spec: spec) }
        #expect(enough == .segmentsNotInSnapshot(eighty + eighty), "nothing is wrong with their number")
    }

    @Test func `what the job files do not have is told before anything starts`() throws {
        let (stranger, nobody) = (UUID(), UUID())
        let dataflow = refusal {
            try queue(item("nightly", "buyers"), AdHocOrder.Item(dataflow: stranger, segments: []))
        }
        #expect(dataflow == .unknownDataflow(stranger))
        let segment = refusal {
            try queue(item("second", "all"), AdHocOrder.Item(dataflow: spec.dataflows[0].id, segments: [nobody]))
        }
        #expect(segment == .unknownSegment(nobody))
        #expect(try place.store.liveRuns() == [])
    }

    @Test func `a pinned snapshot is exported, though there is a newer one`() async throws {
        let first = try #require(try place.profiles.latestSnapshot())
        try fixture.write([("c9", "new@example.com", 9)])
        fixture.clock.advance(by: .minutes(1))
        try await fixture.once(spec, place)
        #expect(try place.profiles.latestSnapshot()?.id != first.id)
        let run = try queue(item("nightly", "buyers"), snapshot: first)[0]
        #expect(run.snapshot == first.id)
        let scheduler = try await Scheduler.start(place, spec: spec, actor: "test")
        try await scheduler.finish([run.id])
        #expect(try place.store.run(run.id)?.counts.selected == 3)
    }

    @Test func `an order that comes again with its request queues nothing`() throws {
        let request = ClientRequest(caller: "api:trigger", key: "k1", digest: "d1")
        let run = try queue(item("nightly", "buyers"), request: request)[0]
        _ = try place.store.requestCancel(of: run.id, at: EngineFixture.noon, actor: "test")
        #expect(throws: RepeatedRequest.self) { try queue(item("nightly", "buyers"), request: request) }
        #expect(try place.store.liveRuns() == [])
        #expect(try place.store.runs(startedBy: request, at: EngineFixture.noon + .hours(2)).map(\.id) == [run.id])
    }
}
