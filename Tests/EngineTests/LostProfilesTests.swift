import Engine
import Foundation
import Testing
import TidegateModel

@Suite struct LostProfilesTests {
    let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    /// As after a restore of the state alone: profiles come from the sources again.
    @Test func `an incremental dataflow starts over where the snapshot it counts from was lost`() async throws {
        let spec = fixture.spec { spec in
            spec.dataflows[0].export = .incremental
            spec.dataflows[0].schedule = Schedule(frequency: .daily, trigger: .scheduled, at: LocalTime(iso: "13:00"))
        }
        try await fixture.once(spec)
        fixture.clock.advance(by: .hours(2))
        #expect(try await fixture.once(spec).map(\.counts.exported) == [3])
        fixture.clock.advance(by: .hours(24))
        #expect(try await fixture.once(spec).map(\.counts.exported) == [0])
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: fixture.folder.path("data/profiles.sqlite\(suffix)"))
        }
        fixture.clock.advance(by: .hours(4))
        try await fixture.once(spec)
        fixture.clock.advance(by: .hours(20))
        let run = try #require(try await fixture.once(spec).first)
        #expect(run.state == .completed)
        #expect(run.counts.exported == 3)
    }
}
