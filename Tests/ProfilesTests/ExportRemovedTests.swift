import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct ExportRemovedTests {
    private static let people = [Attribute("email", .text), Attribute("orders", .integer)]
    private static let header = "customer_id,email,orders,status\n"

    private let fixture: ExportFixture
    /// Of a, b, c, d.
    private let ids: [UInt32]

    init() throws {
        fixture = try ExportFixture(Self.people)
        let fixture = fixture
        ids = try ["a", "b", "c", "d"].map { try fixture.add($0, [.text("\($0)@x"), 1]) }
    }

    private func mapping(required: Set<String> = []) -> [MappedColumn] {
        (["customer_id"] + Self.people.map(\.name)).map {
            MappedColumn(.attribute($0), header: $0, required: required.contains($0))
        } + [MappedColumn(.segmentStatus, header: "status")]
    }

    private func request(
        _ now: UUID,
        since before: UUID,
        required: Set<String> = [],
        deduplicateBy: [String] = [],
        layout: FileLayout = FileLayout()
    ) -> ExportRequest {
        fixture.request(
            now,
            baseline: before,
            mode: .incremental,
            mapping: mapping(required: required),
            deduplicateBy: deduplicateBy,
            layout: layout
        )
    }

    private func counts(_ request: ExportRequest) throws -> RunCounts {
        try fixture.store.preview(request, limit: 0).counts
    }

    @Test func `a leaver who was removed is told of by key alone, in its place among the others`() throws {
        let before = try fixture.publish([ids[0], ids[1], ids[2]])
        try fixture.remove(ids[1])
        let request = request(try fixture.publish([ids[0], ids[3]]), since: before)
        #expect(try fixture.text(request) == Self.header + "b,,,exited\nc,c@x,1,exited\nd,d@x,1,realized\n")
        #expect(try counts(request) == RunCounts(selected: 3, exported: 3))
        let delivered = try #require(try fixture.store.deliveredProfiles(by: request.run))
        #expect(delivered.isEqual(to: ProfileSet([ids[1], ids[2], ids[3]])))
    }

    @Test func `the same export of removed leavers gives the same bytes`() throws {
        let before = try fixture.publish(ids)
        for id in [ids[3], ids[0], ids[2]] { try fixture.remove(id) }
        let request = request(try fixture.publish([ids[1]]), since: before)
        let text = try fixture.text(request)
        #expect(text == Self.header + "a,,,exited\nc,,,exited\nd,,,exited\n")
        #expect(try fixture.text(request) == text)
    }

    @Test func `a required key is there, any other required value is missing`() throws {
        let before = try fixture.publish([ids[0], ids[1]])
        try fixture.remove(ids[0])
        let now = try fixture.publish([])
        #expect(
            try fixture.text(request(now, since: before, required: ["customer_id"]))
                == Self.header + "a,,,exited\nb,b@x,1,exited\n"
        )
        let strict = request(now, since: before, required: ["customer_id", "email"])
        #expect(try fixture.text(strict) == Self.header + "b,b@x,1,exited\n")
        #expect(try counts(strict) == RunCounts(selected: 2, exported: 1, skipped: ["missing-email": 1]))
    }

    @Test func `a customer who came back as a member is told of as one only`() throws {
        let before = try fixture.publish([ids[0], ids[1]])
        try fixture.remove(ids[0])
        let back = try fixture.add("a", ["a@new", 2])
        let request = request(try fixture.publish([ids[1], back]), since: before)
        #expect(try fixture.text(request) == Self.header + "a,a@new,2,realized\n")
        #expect(try counts(request) == RunCounts(selected: 2, exported: 1, skipped: ["superseded-by-return": 1]))
    }

    @Test func `a customer who came back as no member exits once, as what is known of them now`() throws {
        let before = try fixture.publish([ids[0], ids[1]])
        try fixture.remove(ids[0])
        let back = try fixture.add("a", ["a@new", 2])
        let now = try fixture.publish([ids[1]])
        let first = request(now, since: before)
        #expect(try fixture.text(first) == Self.header + "a,a@new,2,exited\n")
        #expect(try counts(first) == RunCounts(selected: 1, exported: 1))
        let later = request(try fixture.publish([ids[1], back]), since: now)
        #expect(try fixture.text(later) == Self.header + "a,a@new,2,realized\n")
    }

    @Test func `a member who came back and went again before the export exits in the next one, once`() throws {
        let before = try fixture.publish([ids[0]])
        try fixture.remove(ids[0])
        let back = try fixture.add("a")
        let now = try fixture.publish([back])
        try fixture.remove(back)
        let first = request(now, since: before)
        #expect(try fixture.text(first) == Self.header)
        #expect(
            try counts(first)
                == RunCounts(
                    selected: 2,
                    exported: 0,
                    skipped: ["profile-removed": 1, "superseded-by-return": 1]
                )
        )
        #expect(try fixture.text(request(try fixture.publish([]), since: now)) == Self.header + "a,,,exited\n")
    }

    @Test func `a joiner who was removed before the export is not told of`() throws {
        let before = try fixture.publish([ids[0]])
        let now = try fixture.publish([ids[1]])
        try fixture.remove(ids[0])
        try fixture.remove(ids[1])
        let request = request(now, since: before)
        #expect(try fixture.text(request) == Self.header + "a,,,exited\n")
        #expect(try counts(request) == RunCounts(selected: 2, exported: 1, skipped: ["profile-removed": 1]))
    }

    @Test func `removed leavers sort and are de-duplicated as profiles without values`() throws {
        let twin = try fixture.add("e", ["c@x", 9])
        let before = try fixture.publish([ids[0], ids[1], ids[2]])
        try fixture.remove(ids[0])
        try fixture.remove(ids[1])
        let request = request(
            try fixture.publish([ids[3], twin]),
            since: before,
            deduplicateBy: ["email"],
            layout: FileLayout(orderBy: ["orders"])
        )
        #expect(
            try fixture.text(request)
                == Self.header + "a,,,exited\nb,,,exited\nc,c@x,1,exited\nd,d@x,1,realized\n"
        )
        #expect(try counts(request) == RunCounts(selected: 5, exported: 4, skipped: ["duplicate": 1]))
    }

    @Test func `a full export, and one without a status column, tell of nobody who is removed`() throws {
        let before = try fixture.publish([ids[0], ids[1]])
        let now = try fixture.publish([ids[1], ids[2]])
        try fixture.remove(ids[0])
        try fixture.remove(ids[1])
        let full = fixture.request(now, baseline: before, mode: .full, mapping: mapping())
        #expect(try fixture.text(full) == Self.header + "c,c@x,1,realized\n")
        #expect(try counts(full) == RunCounts(selected: 2, exported: 1, skipped: ["profile-removed": 1]))
        let silent = fixture.request(now, baseline: before, mode: .incremental)
        #expect(try fixture.text(silent) == "customer_id,email,orders\nc,c@x,1\n")
    }
}
