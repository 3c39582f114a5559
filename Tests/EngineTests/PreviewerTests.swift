import Engine
import Foundation
import Profiles
import Store
import Testing
import TidegateModel
import TidegateTesting

@Suite struct PreviewerTests {
    private let fixture: EngineFixture
    private let place: Workplace

    init() throws {
        fixture = try EngineFixture()
        place = try fixture.place()
    }

    /// A dataflow of both segments to a connector, beside the one that delivers files.
    private func spec(_ change: (inout Dataflow) -> Void = { _ in }) -> JobSpec {
        fixture.spec { spec in
            spec.destinations.append(
                Destination(
                    id: UUID(), name: "mail", place: .sendgrid(SendGridPlace(apiKey: Secret("${env:NOT_SET}")))
                )
            )
            var dataflow = spec.dataflows[0]
            dataflow.id = UUID()
            dataflow.name = "contacts"
            dataflow.destination = "mail"
            dataflow.segments = ["buyers", "all"]
            dataflow.mapping = [
                MappedColumn(.attribute("email"), header: "email", required: true),
                MappedColumn(.attribute("orders"), header: "orders_total"),
            ]
            dataflow.push = PushOptions()
            // Its schedule never comes, so that nothing is pushed.
            dataflow.isEnabled = false
            change(&dataflow)
            spec.dataflows.append(dataflow)
        }
    }

    private func preview(_ spec: JobSpec, limit: Int = 10) throws -> PushPreview {
        let previewer = Previewer(store: place.store, profiles: place.profiles, schema: spec.profile)
        return try previewer.preview(spec.dataflows[1], spec.segments, limit: limit)
    }

    @Test func `a preview of a push shows each profile once, under the receiver's field names`() async throws {
        let spec = spec()
        try await fixture.once(spec, place)
        let preview = try preview(spec)
        #expect(preview.export.header == ["email", "orders_total"])
        #expect(
            preview.export.rows == [["anna@example.com", "5"], ["bo@example.com", "0"], ["cy@example.com", "9"]])
        #expect(try self.preview(spec, limit: 1).export.rows.count == 1)
    }

    @Test func `who is in two segments is selected twice and distinct once`() async throws {
        let spec = spec()
        try await fixture.once(spec, place)
        let preview = try preview(spec)
        #expect(preview.memberships == 7)
        #expect(preview.distinct == 4)
        #expect(preview.export.counts == RunCounts(selected: 4, exported: 3, skipped: ["missing-email": 1]))
    }

    @Test func `an incremental push that never was delivered would push everyone`() async throws {
        let spec = spec { $0.export = .incremental }
        try await fixture.once(spec, place)
        #expect(try preview(spec).distinct == 4)
    }

    @Test func `without a snapshot a preview is refused`() throws {
        #expect(throws: AdHocRefusal.noSnapshot) { try preview(spec()) }
    }

    @Test func `a segment that the newest snapshot does not have is named`() async throws {
        var spec = spec()
        try await fixture.once(spec, place)
        spec.segments.append(Segment(id: UUID(), name: "new", rule: "orders > 3"))
        #expect(throws: AdHocRefusal.segmentsNotInSnapshot(["new"])) { try preview(spec) }
    }
}
