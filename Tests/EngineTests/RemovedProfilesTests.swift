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

    /// The cycle at noon, the export at one.
    private func nextDay(_ spec: JobSpec) async throws {
        fixture.clock.advance(by: .hours(23))
        try await fixture.once(spec)
        fixture.clock.advance(by: .hours(1))
        try await fixture.once(spec)
    }
}
