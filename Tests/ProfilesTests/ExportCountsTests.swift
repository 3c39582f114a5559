import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

@Suite struct ExportCountsTests {
    private static let people = [Attribute("email", .text), Attribute("name", .text), Attribute("orders", .integer)]
    private static let header = "customer_id,email,name,orders\n"

    private static func mapping(required: Set<String>) -> [MappedColumn] {
        ["customer_id", "email", "name", "orders"].map {
            MappedColumn(.attribute($0), header: $0, required: required.contains($0))
        }
    }

    @Test func `a profile without a required value is skipped under the first one missing in mapping order`() throws {
        let fixture = try ExportFixture(Self.people)
        let members = [
            try fixture.add("a", ["a@x", "Ann", 1]), try fixture.add("b", [nil, nil, 1]),
            try fixture.add("c", ["", "Cy", 1]), try fixture.add("d", ["d@x", "Di", nil]),
        ]
        let request = fixture.request(
            try fixture.publish(members),
            mapping: Self.mapping(required: ["email", "name", "orders"])
        )
        let counts = try fixture.store.stage(request).counts
        #expect(
            counts == RunCounts(selected: 4, exported: 1, skipped: ["missing-email": 2, "missing-orders": 1])
        )
    }

    @Test func `a member that is no longer in the store is skipped as removed`() throws {
        let fixture = try ExportFixture(Self.people)
        let members = [try fixture.add("a"), try fixture.add("b"), try fixture.add("c")]
        let snapshot = try fixture.publish(members + [70_000])
        try fixture.execute("DELETE FROM profile WHERE key = 'b'")
        let request = fixture.request(snapshot)
        let staged = try fixture.store.stage(request)
        #expect(staged.counts == RunCounts(selected: 4, exported: 2, skipped: ["profile-removed": 2]))
        let delivered = try #require(try fixture.store.deliveredProfiles(by: request.run))
        #expect(delivered.isEqual(to: ProfileSet([members[0], members[2]])))
    }

    @Test func `of duplicates the newest stays, else the one whose mapped values come first, else the first key`()
        throws
    {
        let fixture = try ExportFixture(Self.people)
        let members = [
            try fixture.add("a1", ["a@x", "Older", 1], updatedAt: 1),
            try fixture.add("a2", ["a@x", "Newer", 1], updatedAt: 2),
            try fixture.add("b1", ["b@x", "John Morris", 1]), try fixture.add("b2", ["b@x", "John Doe", 1]),
            try fixture.add("c1", ["c@x", "Same", 10]), try fixture.add("c2", ["c@x", "Same", 9]),
            try fixture.add("d2", ["d@x", "Same", 1]), try fixture.add("d1", ["d@x", "Same", 1]),
        ]
        // The key is not the first column, or it would decide every tie.
        let mapping = ["name", "orders", "customer_id"].map { MappedColumn(.attribute($0), header: $0) }
        let request = fixture.request(try fixture.publish(members), mapping: mapping, deduplicateBy: ["email"])
        #expect(
            try fixture.text(request)
                == "name,orders,customer_id\nNewer,1,a2\nJohn Doe,1,b2\nSame,10,c1\nSame,1,d1\n"
        )
        #expect(
            try fixture.store.stage(request).counts == RunCounts(selected: 8, exported: 4, skipped: ["duplicate": 4])
        )
    }

    @Test func `profiles with nothing to compare are not duplicates of each other`() throws {
        let fixture = try ExportFixture(Self.people)
        let members = [
            try fixture.add("a", [nil, nil]), try fixture.add("b", [nil, nil]), try fixture.add("c", ["", nil]),
            try fixture.add("d", ["", ""]), try fixture.add("e", [nil, "Eve"]), try fixture.add("f", ["", "Eve"]),
        ]
        let request = fixture.request(try fixture.publish(members), deduplicateBy: ["email", "name"])
        let counts = try fixture.store.stage(request).counts
        // NULL and the empty text are both no value, so that the two Eves are one.
        #expect(counts == RunCounts(selected: 6, exported: 5, skipped: ["duplicate": 1]))
    }

    @Test func `two attributes are one key together`() throws {
        let fixture = try ExportFixture(Self.people)
        let members = [
            try fixture.add("a", ["x", "yz"]), try fixture.add("b", ["xy", "z"]), try fixture.add("c", ["x", "yz"]),
            try fixture.add("d", ["x", "z"]),
        ]
        let request = fixture.request(try fixture.publish(members), deduplicateBy: ["email", "name"])
        #expect(try fixture.text(request) == Self.header + "a,x,yz,\nb,xy,z,\nd,x,z,\n")
    }

    @Test func `a profile that is skipped for a missing value never wins over its duplicate`() throws {
        let fixture = try ExportFixture(Self.people)
        let members = [
            try fixture.add("a", ["x", nil, 1], updatedAt: 9), try fixture.add("b", ["x", "Bo", 1], updatedAt: 1),
            try fixture.add("c", ["x", "Cy", 1], updatedAt: 2),
        ]
        let snapshot = try fixture.publish(members + [99])
        let request = fixture.request(snapshot, mapping: Self.mapping(required: ["name"]), deduplicateBy: ["email"])
        let staged = try fixture.store.stage(request)
        #expect(
            staged.counts
                == RunCounts(
                    selected: 4,
                    exported: 1,
                    skipped: ["missing-name": 1, "duplicate": 1, "profile-removed": 1]
                )
        )
        #expect(String(decoding: try fixture.contents(staged.files[0]), as: UTF8.self) == Self.header + "c,x,Cy,1\n")
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `counts add up for any mixture`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fixture = try ExportFixture(Self.people)
        var members: [UInt32] = []
        for index in 0..<200 {
            let email: ExportFixture.Value =
                Bool.random(using: &random) ? nil : .text("e\(Int.random(in: 0..<20, using: &random))")
            let name: ExportFixture.Value = Int.random(in: 0..<4, using: &random) == 0 ? "" : "n"
            let id = try fixture.add("k\(index)", [email, name, nil], updatedAt: .random(in: 0..<3, using: &random))
            if Bool.random(using: &random) { members.append(id) }
        }
        let snapshot = try fixture.publish(members)
        try fixture.execute("DELETE FROM profile WHERE id % 7 = 0")
        let request = fixture.request(snapshot, mapping: Self.mapping(required: ["name"]), deduplicateBy: ["email"])
        let counts = try fixture.store.stage(request).counts
        #expect(counts.selected == members.count)
        #expect(counts.addUp)
        #expect(counts.skipped["profile-removed"] == members.count { $0.isMultiple(of: 7) })
        #expect(try fixture.store.preview(request, limit: 0).counts == counts)
    }

    @Test func `a profile id that two profiles have is found out`() throws {
        let fixture = try ExportFixture(Self.people)
        let member = try fixture.add("a")
        try fixture.add("b", id: member)
        let snapshot = try fixture.publish([member])
        #expect(throws: ProfileError.rejected("counts do not add up: 1 selected, 2 exported, 0 skipped")) {
            try fixture.store.stage(fixture.request(snapshot))
        }
        #expect(fixture.staged.isEmpty)
    }

    @Test func `a retry of a run replaces what it had exported`() throws {
        let fixture = try ExportFixture(Self.people)
        let members = [try fixture.add("a", ["x"]), try fixture.add("b")]
        let snapshot = try fixture.publish(members)
        let run = UUID()
        _ = try fixture.store.stage(fixture.request(snapshot, run: run))
        fixture.clear()
        #expect(try fixture.store.delivered(by: run) == 2)
        _ = try fixture.store.stage(fixture.request(snapshot, run: run, mapping: Self.mapping(required: ["email"])))
        #expect(try fixture.store.delivered(by: run) == 1)
        try fixture.store.removeDelivered(run)
        #expect(try fixture.store.delivered(by: run) == nil)
    }

    @Test func `a preview shows the first rows as they would be written, and writes nothing`() throws {
        let fixture = try ExportFixture([Attribute("spent", .real), Attribute("note", .text)])
        let members = [
            try fixture.add("a", [1.50, "say \"hi\""]), try fixture.add("b", [nil, ""]), try fixture.add("c"),
        ]
        let request = fixture.request(
            try fixture.publish(members),
            mapping: [
                MappedColumn(.attribute("spent"), header: "spent"), MappedColumn(.attribute("note"), header: "note"),
                MappedColumn(.segmentStatus, header: "status"),
            ]
        )
        let preview = try fixture.store.preview(request, limit: 2)
        #expect(preview.header == ["spent", "note", "status"])
        #expect(preview.rows == [["1.5", "say \"hi\"", "realized"], [nil, "", "realized"]])
        #expect(preview.counts == RunCounts(selected: 3, exported: 3))
        #expect(fixture.staged.isEmpty)
        #expect(try fixture.store.delivered(by: request.run) == nil)
    }
}
