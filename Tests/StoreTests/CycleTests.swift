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
}
