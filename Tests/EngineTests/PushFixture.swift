import Destinations
import Foundation
import Profiles
import Store
import Testing
import TidegateModel

@testable import Engine

/// A connector dataflow with a snapshot, whose runs are driven attempt by attempt.
struct PushFixture {
    let fixture: EngineFixture
    let receiver: ScriptedReceiver
    let spec: JobSpec
    let place: Workplace

    init(
        customers: [(id: String, email: String?, orders: Int)] = PushFixture.five, segments: [String] = ["all"],
        options: PushOptions = PushOptions(), contactsPerCall: Int = 2, change: (inout JobSpec) -> Void = { _ in }
    ) async throws {
        fixture = try EngineFixture(customers: customers)
        receiver = ScriptedReceiver(contactsPerCall: contactsPerCall)
        var spec = fixture.pushSpec(segments, options: options)
        change(&spec)
        self.spec = spec
        place = try fixture.place(receiver)
        try place.store.apply(spec, from: place.cursor(at: fixture.clock.now()), actor: "test")
        try await segment()
    }

    static let five: [(id: String, email: String?, orders: Int)] = (1...5).map { ("c\($0)", "p\($0)@example.com", $0) }

    var store: Store { place.store }

    /// Reads the customers and publishes a snapshot.
    func segment() async throws {
        let stage = Stage(place: place, spec: spec)
        _ = try await stage.ingest(spec.sources[0])
        _ = try await stage.segment(nominal: fixture.clock.now())
        fixture.clock.advance(by: .seconds(1))
    }

    /// A queued run over all segments of the dataflow and the newest snapshot.
    func queue(_ trigger: Run.Trigger = .afterSegmentation) throws -> UUID {
        let segments = spec.dataflows[0].segments.compactMap(spec.segment(named:))
        let run = Run(
            id: UUID(), dataflow: spec.dataflows[0].id, dataflowName: "push", revision: 1,
            segments: segments.map { SegmentReference(id: $0.id, name: $0.name) }, trigger: trigger, state: .queued,
            snapshot: try place.profiles.latestSnapshot()?.id, scheduledFor: fixture.clock.now(),
            queuedAt: fixture.clock.now()
        )
        try store.queueAdHoc([run], at: fixture.clock.now(), actor: "test")
        return run.id
    }

    /// One attempt, from claim to outcome; the clock goes on whenever the attempt waits for it.
    @discardableResult
    func attempt(_ run: UUID, stop: StopSignal = StopSignal()) async throws -> Run {
        fixture.clock.advance(by: .hours(1))
        try store.wakeRetries(at: fixture.clock.now(), actor: "test")
        guard
            let claimed = try store.claim(owner: place.owner, lease: .seconds(60), at: fixture.clock.now(), only: [run])
        else { throw NotQueued() }
        let driving = Task {
            await RunDriver(place: place, spec: spec, run: claimed, stop: stop).drive()
            return true
        }
        stop.watch(
            Task {
                await withTaskCancellationHandler {
                    _ = await driving.value
                } onCancel: {
                    driving.cancel()
                }
            })
        let moving = Task {
            while !Task.isCancelled {
                await fixture.clock.waitForSleepers(1)
                fixture.clock.advance(by: .seconds(2))
            }
        }
        _ = await driving.value
        moving.cancel()
        // Wakes the clock's mover, which may be waiting for a sleeper that never comes.
        Task { try? await fixture.clock.sleep(until: fixture.clock.now() + .hours(1)) }.cancel()
        return try #require(try store.run(run))
    }

    struct NotQueued: Error {}

    func push(_ trigger: Run.Trigger = .afterSegmentation) async throws -> Run {
        try await attempt(try queue(trigger))
    }
}
