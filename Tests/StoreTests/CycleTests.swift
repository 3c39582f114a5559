import Foundation
import Store
import Testing
import TidegateModel

@Suite struct CycleTests {
    let fixture: StoreFixture
    var store: Store { fixture.store }
    let now = StoreFixture.start

    init() throws { fixture = try StoreFixture() }

    @Test func `a nominal instant has one scheduled cycle`() throws {
        #expect(try store.beginCycle(nominal: now, trigger: .scheduled, at: now) != nil)
        #expect(try store.beginCycle(nominal: now, trigger: .scheduled, at: now) == nil)
        #expect(try store.beginCycle(nominal: now, trigger: .onDemand, at: now) != nil)
    }

    @Test func `a deferred cycle is open until it is resumed and completed`() throws {
        let cycle = try requireValue(try store.beginCycle(nominal: now, trigger: .scheduled, at: now))
        try store.deferCycle(cycle.sequence, reason: "source is not there", until: now + .seconds(10), at: now)
        #expect(try store.openCycles().map(\.state) == [.retrying])
        #expect(try store.resumeCycle(cycle.sequence)?.attempts == 2)
        let snapshot = UUID()
        try store.completeCycle(cycle.sequence, snapshot: snapshot, at: now + .seconds(20))
        #expect(try store.openCycles() == [])
        #expect(try store.cycles(limit: 1).first?.snapshot == snapshot)
    }

    @Test func `a newer cycle gives up an older one that waits, and no other`() throws {
        let older = try requireValue(try store.beginCycle(nominal: now, trigger: .onDemand, at: now))
        try store.deferCycle(older.sequence, reason: "process was lost", until: now, at: now)
        _ = try store.beginCycle(nominal: now, trigger: .onDemand, at: now)
        #expect(try store.openCycles().map(\.state) == [.retrying, .processing])
        _ = try store.beginCycle(nominal: now + .hours(24), trigger: .scheduled, at: now + .hours(24))
        #expect(try store.openCycles().map(\.state) == [.processing, .processing])
        #expect(try store.cycles(limit: 3).last?.reason == "superseded by a newer cycle")
    }

    @Test func `a cycle at its end stays there`() throws {
        let cycle = try requireValue(try store.beginCycle(nominal: now, trigger: .scheduled, at: now))
        try store.failCycle(cycle.sequence, reason: "source has no key column", at: now)
        try store.completeCycle(cycle.sequence, snapshot: UUID(), at: now)
        #expect(try store.cycles(limit: 1).first?.state == .failed)
    }

    @Test func `a request is known for its cycle for a minute without a key and for a day with one`() throws {
        var request = ClientRequest(caller: "api:trigger", key: nil, digest: "everything")
        let first = try requireValue(try store.beginCycle(nominal: now, trigger: .onDemand, for: request, at: now))
        #expect(try store.cycle(answering: request, at: now + .seconds(59)) == first)
        #expect(try store.cycle(answering: request, at: now + .seconds(60)) == nil)
        request.key = "night-1"
        #expect(try store.cycle(answering: request, at: now) == nil)
        try store.remember(request, answeredWith: first.sequence, at: now)
        #expect(try store.cycle(answering: request, at: now + .hours(23)) == first)
        #expect(try store.cycle(answering: request, at: now + .hours(24)) == nil)
        request.caller = "api:admin"
        #expect(try store.cycle(answering: request, at: now) == nil)
    }

    @Test func `a cycle that is not begun remembers no request`() throws {
        let request = ClientRequest(caller: "api:trigger", key: "night-1", digest: "everything")
        _ = try store.beginCycle(nominal: now, trigger: .scheduled, at: now)
        #expect(try store.beginCycle(nominal: now, trigger: .scheduled, for: request, at: now) == nil)
        #expect(try store.cycle(answering: request, at: now) == nil)
    }
}
