import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct ExportIncrementalTests {
    private static let withStatus = [
        MappedColumn(.attribute("customer_id"), header: "id"), MappedColumn(.segmentStatus, header: "status"),
    ]
    private static let withoutStatus = [MappedColumn(.attribute("customer_id"), header: "id")]

    private let fixture: ExportFixture
    private let ids: [UInt32]

    init() throws {
        fixture = try ExportFixture()
        let fixture = fixture
        ids = try ["a", "b", "c", "d"].map { try fixture.add($0) }
    }

    @Test func `the first export is everyone`() throws {
        let now = try fixture.publish([ids[0], ids[2]])
        let request = fixture.request(now, mode: .incremental, mapping: Self.withStatus)
        #expect(try fixture.text(request) == "id,status\na,realized\nc,realized\n")
    }

    @Test func `later exports are who joined and who left`() throws {
        let before = try fixture.publish([ids[0], ids[1]])
        let now = try fixture.publish([ids[1], ids[2], ids[3]])
        let request = fixture.request(now, baseline: before, mode: .incremental, mapping: Self.withStatus)
        #expect(try fixture.text(request) == "id,status\na,exited\nc,realized\nd,realized\n")
        #expect(try fixture.store.preview(request, limit: 9).counts == RunCounts(selected: 3, exported: 3))
    }

    @Test func `without a status column nobody is told who left`() throws {
        let before = try fixture.publish([ids[0], ids[1]])
        let now = try fixture.publish([ids[1], ids[2]])
        let request = fixture.request(now, baseline: before, mode: .incremental, mapping: Self.withoutStatus)
        #expect(try fixture.text(request) == "id\nc\n")
    }

    @Test func `no change is a file of no rows`() throws {
        let before = try fixture.publish([ids[0]])
        let now = try fixture.publish([ids[0]])
        let request = fixture.request(now, baseline: before, mode: .incremental, mapping: Self.withStatus)
        #expect(try fixture.text(request) == "id,status\n")
    }

    @Test func `a full export takes no notice of the baseline`() throws {
        let before = try fixture.publish([ids[0]])
        let now = try fixture.publish([ids[0], ids[1]])
        let request = fixture.request(now, baseline: before, mode: .full, mapping: Self.withStatus)
        #expect(try fixture.text(request) == "id,status\na,realized\nb,realized\n")
    }

    @Test func `a leaver whose profile is gone without a trace is skipped as removed`() throws {
        let before = try fixture.publish([ids[0], ids[1]])
        let now = try fixture.publish([ids[1]])
        try fixture.execute("DELETE FROM profile WHERE key = 'a'")
        let request = fixture.request(now, baseline: before, mode: .incremental, mapping: Self.withStatus)
        #expect(
            try fixture.store.stage(request).counts
                == RunCounts(selected: 1, exported: 0, skipped: ["profile-removed": 1])
        )
    }

    @Test func `a snapshot that is not kept any more is named`() throws {
        let before = try fixture.publish([ids[0]])
        let now = try fixture.publish([ids[0]])
        try fixture.store.prune(keeping: [], latest: 1)
        #expect(
            throws: ProfileError.rejected("baseline snapshot \(before.stored) is not kept any more")
        ) {
            try fixture.store.stage(fixture.request(now, baseline: before, mode: .incremental))
        }
        #expect(throws: ProfileError.rejected("snapshot \(before.stored) is not kept any more")) {
            try fixture.store.stage(fixture.request(before))
        }
    }

    @Test func `a segment that the snapshot did not evaluate is named`() throws {
        var request = fixture.request(try fixture.publish([]))
        request.segment = UUID()
        #expect(
            throws: ProfileError.rejected(
                "snapshot \(request.snapshot.stored) has no segment \(request.segment.stored)"
            )
        ) { try fixture.store.stage(request) }
    }
}
