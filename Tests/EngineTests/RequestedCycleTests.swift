import Engine
import Foundation
import Store
import Testing
import TidegateModel

/// Cycles that calls ask for, which may ask again because they never saw the answer.
@Suite struct RequestedCycleTests {
    let fixture: EngineFixture
    let request = ClientRequest(caller: "api:trigger", key: "night-1", digest: "every segment")

    init() throws { fixture = try EngineFixture() }

    private func scheduler(_ place: Workplace) async throws -> Scheduler {
        try await Scheduler.start(place, spec: fixture.spec(), actor: "test")
    }

    /// A cycle that has ended, and what asked for it.
    private func endedCycle(_ place: Workplace, for request: ClientRequest?) throws -> Int {
        let cycle = try #require(
            try place.store.beginCycle(
                nominal: EngineFixture.noon, trigger: .onDemand, for: request, at: EngineFixture.noon)
        )
        try place.store.completeCycle(cycle.sequence, snapshot: UUID(), at: EngineFixture.noon)
        return cycle.sequence
    }

    @Test func `a request that is repeated starts no second cycle, also in the next process`() async throws {
        let first = try endedCycle(try fixture.place(), for: request)
        fixture.clock.advance(by: .hours(23))
        let next = try fixture.place(owner: "next")
        let again = try await scheduler(next).startCycle(for: request)
        #expect(!again.isNew)
        #expect(again.cycle.sequence == first)
        #expect(try next.store.cycles(limit: 9).count == 1)
    }

    @Test func `a request that met another's cycle is answered with it for good`() async throws {
        let place = try fixture.place()
        let scheduler = try await scheduler(place)
        let going = try #require(
            try place.store.beginCycle(nominal: EngineFixture.noon, trigger: .onDemand, at: EngineFixture.noon))
        #expect(try await scheduler.startCycle(for: request).cycle == going)
        try place.store.completeCycle(going.sequence, snapshot: UUID(), at: EngineFixture.noon)
        let answer = try await scheduler.startCycle(for: request)
        #expect(!answer.isNew)
        #expect(answer.cycle.sequence == going.sequence)
    }

    @Test func `a key that was given to another request starts nothing`() async throws {
        let place = try fixture.place()
        _ = try endedCycle(place, for: request)
        var other = request
        other.digest = "one segment"
        let scheduler = try await scheduler(place)
        await #expect(throws: KeyUsedOtherwise.self) { _ = try await scheduler.startCycle(for: other) }
        #expect(try place.store.cycles(limit: 9).count == 1)
    }

    @Test func `a scheduler that stops starts no cycle any more`() async throws {
        let place = try fixture.place()
        let scheduler = try await scheduler(place)
        await scheduler.stop()
        await #expect(throws: CycleRefusal.self) { _ = try await scheduler.startCycle(for: request) }
        #expect(try place.store.cycles(limit: 1).isEmpty)
    }
}
