import Destinations
import Digests
import Engine
import Foundation
import Profiles
import Store
import Testing
import TidegateModel

/// Three dataflows that deliver files and three that push, with two slots for each kind.
@Suite struct LaneTests {
    let fixture: EngineFixture
    let spec: JobSpec

    init() throws {
        fixture = try EngineFixture()
        let pushes = fixture.pushSpec()
        spec = fixture.spec { spec in
            spec.destinations += pushes.destinations
            let files = (1...3).map { Self.copy($0, of: spec.dataflows[0]) }
            spec.dataflows = files + (1...3).map { Self.copy($0, of: pushes.dataflows[0]) }
        }
    }

    @Test func `pushes that wait for their receivers hold up no files`() async throws {
        try await hold(
            Array(spec.dataflows.suffix(3)), besides: spec.dataflows[0], pushes: Gate(), files: Gate(isOpen: true))
    }

    @Test func `files that wait for their places hold up no pushes`() async throws {
        try await hold(
            Array(spec.dataflows.prefix(3)), besides: spec.dataflows[3], pushes: Gate(isOpen: true), files: Gate())
    }

    // MARK: Steps

    /// Lets all slots of one kind fill with runs that wait at their gate, and then a run of the other kind come.
    private func hold(_ held: [Dataflow], besides other: Dataflow, pushes: Gate, files: Gate) async throws {
        let place = try await place(pushes: pushes, files: files)
        let waiting = try held.map { try run(of: $0, place) }
        let late = try run(of: other, place)
        try place.store.queueAdHoc(waiting, at: fixture.clock.now(), actor: "test")
        let scheduler = try Scheduler(place)
        let working = Task { try await scheduler.finish(Set((waiting + [late]).map(\.id))) }
        defer { [pushes, files].forEach { $0.open() } }
        func states() throws -> [RunState] { try waiting.compactMap { try place.store.run($0.id)?.state } }

        await fixture.clock.waitForSleepers(1)
        try #require(states() == [.processing, .processing, .queued])
        while pushes.held + files.held < 2, try states().prefix(2) == [.processing, .processing] { await Task.yield() }
        try #require(pushes.held + files.held == 2)

        try place.store.queueAdHoc([late], at: fixture.clock.now(), actor: "test")
        fixture.clock.advance(by: place.limits.poll)
        await fixture.clock.waitForSleepers(1)
        try #require(place.store.run(late.id)?.state != .queued)
        while try place.store.run(late.id)?.state == .processing { await Task.yield() }
        #expect(try place.store.run(late.id)?.state == .completed)
        #expect(try states() == [.processing, .processing, .queued])

        for gate in [pushes, files] { gate.open() }
        try await working.value
        #expect(try states() == [.completed, .completed, .completed])
    }

    /// The data folder with the job files applied and a snapshot published.
    private func place(pushes: Gate, files: Gate) async throws -> Workplace {
        let receiver = ScriptedReceiver(gate: pushes)
        let means = DeliveryMeans(clock: fixture.clock)
        var limits = Workplace.Limits()
        limits.concurrentRuns = 2
        limits.concurrentPushes = 2
        let place = try fixture.place(limits: limits) { destination, uploads in
            switch destination.open(means, uploads: uploads) {
            case .files(let place): .files(GatedDestination(place: place, gate: files))
            case .connector: .connector(receiver)
            }
        }
        try place.store.apply(spec, from: place.cursor(at: fixture.clock.now()), actor: "test")
        let stage = Stage(place: place, spec: spec)
        _ = try await stage.ingest(spec.sources[0])
        _ = try await stage.segment(nominal: fixture.clock.now())
        return place
    }

    private func run(of dataflow: Dataflow, _ place: Workplace) throws -> Run {
        let segments = dataflow.segments.compactMap(spec.segment(named:))
        return Run(
            id: UUID(), dataflow: dataflow.id, dataflowName: dataflow.name, revision: 1,
            segments: segments.map { SegmentReference(id: $0.id, name: $0.name) }, trigger: .adHoc, state: .queued,
            snapshot: try place.profiles.latestSnapshot()?.id, scheduledFor: fixture.clock.now(),
            queuedAt: fixture.clock.now()
        )
    }

    private static func copy(_ number: Int, of dataflow: Dataflow) -> Dataflow {
        var copy = dataflow
        copy.name = "\(dataflow.name)-\(number)"
        copy.id = UUID(kind: "Dataflow", name: copy.name)
        copy.file.name = copy.name
        return copy
    }
}
