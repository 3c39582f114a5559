import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

@Suite struct SegmentationTests {
    private let fixture: ExportFixture
    private let now = Instant(milliseconds: 1_000_000)

    init() throws {
        fixture = try ExportFixture([
            Attribute("city", .text), Attribute("orders", .integer), Attribute("seen", .timestamp),
        ])
        try fixture.add("d", ["Oslo", 3, 900_000])
        try fixture.add("c", ["Oslo", 1, nil])
        try fixture.add("b", ["Bergen", nil, 100_000])
        try fixture.add("a", [nil, 9, 2_000_000])
    }

    private func segment(_ name: String, _ rule: String) -> Segment {
        Segment(id: UUID(kind: name.utf8.reduce(0) { $0 &* 31 &+ $1 }), name: name, rule: rule)
    }

    private func evaluate(
        _ segments: [Segment],
        isCancelled: @escaping () -> Bool = { false }
    ) throws -> Snapshot {
        try fixture.store.segment(
            segments,
            schema: fixture.schema,
            nominal: now,
            clock: ManualClock(now + .minutes(1)),
            id: UUID(),
            isCancelled: isCancelled
        )
    }

    private func members(_ snapshot: Snapshot, _ name: String) throws -> [UInt32] {
        let entry = try #require(snapshot.segments.first { $0.segment.name == name })
        return try fixture.store.withReader { connection throws(ProfileError) in
            var ids: [UInt32] = []
            let set = try connection.members(of: entry.segment.id, in: snapshot.id, called: "snapshot")
            set.forEachRun { ids += $0 }
            return ids
        }
    }

    @Test func `each segment has the profiles for which its rule is true, unknown is not true`() throws {
        let snapshot = try evaluate([
            segment("oslo", "city = 'Oslo'"), segment("buyers", "orders > 1"), segment("others", "not city = 'Oslo'"),
            segment("nobody", "false"), segment("everybody", "true"), segment("keyed", "customer_id >= 'c'"),
        ])
        #expect(snapshot.profiles == 4)
        #expect(snapshot.nominal == now)
        #expect(snapshot.publishedAt == now + .minutes(1))
        #expect(snapshot.segments.map(\.segment.name) == ["buyers", "everybody", "keyed", "nobody", "oslo", "others"])
        #expect(try members(snapshot, "oslo") == [1, 2])
        #expect(try members(snapshot, "buyers") == [1, 4])
        #expect(try members(snapshot, "others") == [3])
        #expect(try members(snapshot, "nobody") == [])
        #expect(try members(snapshot, "everybody") == [1, 2, 3, 4])
        #expect(try members(snapshot, "keyed") == [1, 2])
        #expect(try fixture.store.latestSnapshot() == snapshot)
    }

    @Test func `now is the nominal instant`() throws {
        let snapshot = try evaluate([segment("recent", "seen >= now - 5 minutes and seen < now")])
        #expect(try members(snapshot, "recent") == [1])
    }

    @Test func `segments may be built on segments in any order`() throws {
        let snapshot = try evaluate([
            segment("target", "in_segment('oslo') and in_segment('buyers')"), segment("oslo", "city = 'Oslo'"),
            segment("buyers", "orders > 1"),
        ])
        #expect(try members(snapshot, "target") == [1])
        #expect(try members(snapshot, "oslo") == [1, 2])
    }

    @Test func `joined and left follow the profiles`() throws {
        let oslo = segment("oslo", "city = 'Oslo'")
        #expect(try evaluate([oslo]).segments.map(\.joined) == [2])
        try fixture.execute(
            "UPDATE profile SET \"city:text\" = 'Oslo' WHERE key = 'b'; DELETE FROM profile WHERE key = 'c'"
        )
        let counts = try #require(try evaluate([oslo]).segments.first)
        #expect(counts.members == 2)
        #expect(counts.joined == 1)
        #expect(counts.left == 1)
    }

    @Test func `an attribute that no ingest has brought yet is NULL`() throws {
        var schema = fixture.schema
        schema.attributes.append(Attribute("new", .integer))
        let snapshot = try fixture.store.segment(
            [segment("without", "new is null"), segment("having", "new = 1")],
            schema: schema,
            nominal: now,
            clock: ManualClock(now),
            id: UUID()
        )
        #expect(snapshot.segments.map(\.members) == [0, 4])
    }

    @Test func `no segments are a snapshot too`() throws {
        #expect(try evaluate([]).segments.isEmpty)
    }

    @Test func `a rule that cannot be read publishes nothing`() throws {
        let before = try evaluate([segment("oslo", "city = 'Oslo'")])
        #expect(throws: ProfileError.self) {
            try evaluate([segment("oslo", "city = 'Oslo'"), segment("wrong", "city = 7")])
        }
        #expect(throws: ProfileError.self) {
            try evaluate([segment("one", "in_segment('two')"), segment("two", "in_segment('one')")])
        }
        #expect(throws: ProfileError.self) { try evaluate([segment("lost", "in_segment('missing')")]) }
        #expect(try fixture.store.latestSnapshot() == before)
        #expect(try fixture.store.snapshots(limit: 9).count == 1)
    }

    @Test func `cancelling leaves the snapshot before`() throws {
        let before = try evaluate([segment("oslo", "city = 'Oslo'")])
        #expect(throws: ProfileError.cancelled) {
            try evaluate([segment("oslo", "city = 'Oslo'")], isCancelled: { true })
        }
        #expect(try fixture.store.latestSnapshot() == before)
    }

    @Test func `cancelling in the middle of the scan stops it`() throws {
        let large = try ExportFixture([Attribute("note", .text)])
        try large.fill(rows: 25_000)
        var done = 0
        #expect(throws: ProfileError.cancelled) {
            try large.store.segment(
                [segment("all", "true")],
                schema: large.schema,
                nominal: now,
                clock: ManualClock(now),
                id: UUID(),
                progress: { rows, _ in done = rows },
                isCancelled: { done > 0 }
            )
        }
        #expect(done < 25_000)
        #expect(try large.store.latestSnapshot() == nil)
    }

    @Test func `an id that was published cannot be published again`() throws {
        let first = try evaluate([])
        #expect(throws: ProfileError.self) {
            try fixture.store.segment([], schema: fixture.schema, nominal: now, clock: ManualClock(now), id: first.id)
        }
        #expect(try fixture.store.snapshots(limit: 9) == [first])
    }

    @Test func `an export reads what segmentation published`() throws {
        let oslo = Segment(id: ExportFixture.segment, name: "oslo", rule: "city = 'Oslo'")
        let snapshot = try evaluate([oslo])
        let mapping = [MappedColumn(.attribute("customer_id"), header: "id")]
        #expect(try fixture.text(fixture.request(snapshot.id, mapping: mapping)) == "id\nc\nd\n")
    }
}
