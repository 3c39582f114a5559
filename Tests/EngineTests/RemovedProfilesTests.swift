import Digests
import Engine
import Foundation
import Testing
import TidegateModel

@Suite struct RemovedProfilesTests {
    let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    @Test func `a receiver hears that a customer left whom the source does not have any more`() async throws {
        let spec = fixture.spec { spec in
            spec.dataflows[0].export = .incremental
            spec.dataflows[0].schedule = Schedule(frequency: .daily, trigger: .scheduled, at: LocalTime(iso: "13:00"))
            spec.dataflows[0].mapping = [
                MappedColumn(.attribute("id"), header: "id"), MappedColumn(.attribute("email"), header: "email"),
                MappedColumn(.segmentStatus, header: "status"),
            ]
        }
        try await fixture.once(spec)
        fixture.clock.advance(by: .hours(1))
        try await fixture.once(spec)
        try fixture.write(EngineFixture.customers.filter { $0.id != "c1" })
        try await nextDay(spec)
        #expect(try fixture.text("buyers_20261122130000.csv") == "id,email,status\nc1,,exited\n")
        try fixture.write(EngineFixture.customers)
        try await nextDay(spec)
        #expect(try fixture.text("buyers_20261123130000.csv") == "id,email,status\nc1,anna@example.com,realized\n")
    }

    @Test func `a source protects profiles only as long as it is in the job files`() async throws {
        try fixture.folder.write("id\nc1\nc2\n", to: "shop.csv")
        let shop = Source(id: UUID(kind: "Source", name: "shop"), name: "shop", from: fixture.folder.path("shop.csv"))
        let both = fixture.spec { $0.sources.append(shop) }
        try await fixture.once(both)
        try fixture.write(EngineFixture.customers.filter { $0.id != "c1" })
        try await nextDay(both)
        #expect(try fixture.place().profiles.latestSnapshot()?.profiles == 4)
        try fixture.write(EngineFixture.customers.filter { $0.id == "c3" })
        try await nextDay(fixture.spec())
        // c2 and c4 are gone; c1 was not the remaining source's any more.
        #expect(try fixture.place().profiles.latestSnapshot()?.profiles == 2)
    }

    /// The cycle at noon, the export at one.
    private func nextDay(_ spec: JobSpec) async throws {
        fixture.clock.advance(by: .hours(23))
        try await fixture.once(spec)
        fixture.clock.advance(by: .hours(1))
        try await fixture.once(spec)
    }
}
