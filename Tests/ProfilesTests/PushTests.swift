import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

@Suite struct PushTests {
    private static let people = [Attribute("email", .text), Attribute("name", .text)]
    private let fixture: ExportFixture
    private let gold = UUID()
    private let new = UUID()

    init() throws {
        fixture = try ExportFixture(Self.people)
    }

    /// A row as it was lent, copied out.
    private struct Lent: Equatable {
        var key: String
        var skip: String?

        init(_ key: String, _ skip: String? = nil) {
            self.key = key
            self.skip = skip
        }
    }

    private func request(
        _ snapshot: UUID,
        baselines: [UUID: UUID]? = nil,
        required: Set<String> = [],
        deduplicateBy: [String] = []
    ) -> PushRequest {
        PushRequest(
            snapshot: snapshot,
            segments: [gold, new],
            baselines: baselines,
            schema: fixture.schema,
            mapping: Self.people.map {
                MappedColumn(.attribute($0.name), header: $0.name, required: required.contains($0.name))
            },
            deduplicateBy: deduplicateBy
        )
    }

    private func push(_ request: PushRequest) throws -> (lent: [Lent], scan: PushScan) {
        var lent: [Lent] = []
        let scan = try fixture.store.push(request) { row, skip in
            lent.append(Lent(String(decoding: row.key, as: UTF8.self), skip))
        }
        return (lent, scan)
    }

    @Test func `who is in two segments is pushed once`() throws {
        let ids = try ["a", "b", "c"].map { try fixture.add($0) }
        let request = request(try fixture.publish([gold: [ids[0], ids[1]], new: [ids[1], ids[2]]]))
        #expect(try fixture.store.countPushed(request) == 3)
        let pushed = try push(request)
        #expect(pushed.lent == [Lent("a"), Lent("b"), Lent("c")])
        #expect(pushed.scan == PushScan(selected: 3, removed: 0))
    }

    @Test func `rows come in the order of the key's bytes, whatever the order of segments and ids`() throws {
        let keys = ["z", "B", "a", "ä", "10", "9", "B ", "\u{1F600}", "\u{FFFD}"]
        let ids = try keys.map { try fixture.add($0) }
        let snapshot = try fixture.publish([gold: Array(ids[5...]), new: Array(ids[..<6])])
        var request = request(snapshot)
        let order = try push(request).lent.map(\.key)
        #expect(order == ["10", "9", "B", "B ", "a", "z", "ä", "\u{FFFD}", "\u{1F600}"])
        request.segments.reverse()
        #expect(try push(request).lent.map(\.key) == order)
    }

    @Test func `a profile that is not to be sent is lent with the reason`() throws {
        let ids = [
            try fixture.add("a", ["a@x", "Ann"], updatedAt: 1), try fixture.add("b", [nil, "Bo"]),
            try fixture.add("c", ["a@x", "Cy"], updatedAt: 2), try fixture.add("d", ["", nil]),
            try fixture.add("e", ["e@x", nil]),
        ]
        let snapshot = try fixture.publish([gold: ids, new: []])
        let pushed = try push(request(snapshot, required: ["email", "name"], deduplicateBy: ["email"]))
        #expect(
            pushed.lent == [
                Lent("a", "duplicate"), Lent("b", "missing-email"), Lent("c"), Lent("d", "missing-email"),
                Lent("e", "missing-name"),
            ]
        )
    }

    @Test func `duplicates are found across segments`() throws {
        let ids = [try fixture.add("a", ["x"], updatedAt: 2), try fixture.add("b", ["x"], updatedAt: 1)]
        let snapshot = try fixture.publish([gold: [ids[0]], new: [ids[1]]])
        #expect(try push(request(snapshot, deduplicateBy: ["email"])).lent == [Lent("a"), Lent("b", "duplicate")])
    }

    @Test func `who is no longer in the store is counted and not lent`() throws {
        let ids = try ["a", "b", "c"].map { try fixture.add($0) }
        let request = request(try fixture.publish([gold: [ids[0], ids[1]], new: [ids[1], ids[2]]]))
        try fixture.remove(ids[1])
        #expect(try fixture.store.countPushed(request) == 3)
        let pushed = try push(request)
        #expect(pushed.lent == [Lent("a"), Lent("c")])
        #expect(pushed.scan == PushScan(selected: 3, removed: 1))
    }

    @Test func `an incremental push is who joined any of the segments`() throws {
        let ids = try ["a", "b", "c", "d"].map { try fixture.add($0) }
        let before = try fixture.publish([gold: [ids[0], ids[1]], new: [ids[2]]])
        let now = try fixture.publish([gold: [ids[0], ids[2]], new: [ids[2], ids[3]]])
        // b left, and nobody is told; c was in one segment and joined the other.
        let pushed = try push(request(now, baselines: [gold: before, new: before]))
        #expect(pushed.lent == [Lent("c"), Lent("d")])
        #expect(try fixture.store.countPushed(request(now, baselines: [gold: before, new: before])) == 2)
        #expect(try push(request(now)).scan.selected == 3)
    }

    @Test func `a segment without a baseline is pushed whole`() throws {
        let ids = try ["a", "b"].map { try fixture.add($0) }
        let before = try fixture.publish([gold: [ids[0]], new: [ids[1]]])
        let now = try fixture.publish([gold: [ids[0]], new: [ids[1]]])
        #expect(try push(request(now, baselines: [gold: before])).lent == [Lent("b")])
        #expect(try push(request(now, baselines: [:])).lent == [Lent("a"), Lent("b")])
    }

    @Test func `segments may count from baselines of their own`() throws {
        let ids = try ["a", "b"].map { try fixture.add($0) }
        let older = try fixture.publish([gold: [ids[0]], new: []])
        let newer = try fixture.publish([gold: [], new: [ids[1]]])
        let now = try fixture.publish([gold: ids, new: ids])
        #expect(try push(request(now, baselines: [gold: older, new: newer])).lent == [Lent("a"), Lent("b")])
        #expect(try push(request(now, baselines: [gold: now, new: newer])).lent == [Lent("a")])
    }

    @Test func `a baseline that is not kept any more is named`() throws {
        let before = try fixture.publish([gold: [], new: []])
        let now = try fixture.publish([gold: [], new: []])
        try fixture.store.prune(keeping: [], latest: 1)
        #expect(throws: ProfileError.rejected("baseline snapshot \(before.stored) is not kept any more")) {
            try fixture.store.countPushed(request(now, baselines: [gold: before]))
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `what is lent and what is removed add up for any mixture, the same every time`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var members: [UUID: [UInt32]] = [gold: [], new: []]
        for index in 0..<200 {
            let email: ExportFixture.Value =
                Bool.random(using: &random) ? nil : .text("e\(Int.random(in: 0..<20, using: &random))")
            let id = try fixture.add(
                "k\(index)", [email, Bool.random(using: &random) ? "" : "n"],
                updatedAt: .random(in: 0..<3, using: &random)
            )
            for segment in [gold, new] where Bool.random(using: &random) { members[segment]?.append(id) }
        }
        let snapshot = try fixture.publish(members)
        try fixture.execute("DELETE FROM profile WHERE id % 7 = 0")
        let request = request(snapshot, required: ["name"], deduplicateBy: ["email"])
        let selected = Set(members.values.joined())
        let pushed = try push(request)
        #expect(pushed.scan.selected == selected.count)
        #expect(pushed.scan.removed == selected.count { $0.isMultiple(of: 7) })
        #expect(pushed.lent.count == pushed.scan.selected - pushed.scan.removed)
        #expect(try push(request).lent == pushed.lent)
        let counts = try fixture.store.preview(request, limit: 0).counts
        #expect(counts.exported == pushed.lent.count { $0.skip == nil })
        #expect(counts.skipped["duplicate"] == pushed.lent.count { $0.skip == "duplicate" })
        #expect(counts.addUp)
    }

    @Test func `a file of one segment and a push of it tell of the same profiles`() throws {
        let ids = [
            try fixture.add("a", ["x", "n"]), try fixture.add("b", ["x", "m"]), try fixture.add("c", [nil, "n"]),
        ]
        let snapshot = try fixture.publish([ExportFixture.segment: ids, gold: ids, new: []])
        let mapping = request(snapshot, required: ["email"]).mapping
        let staged = fixture.request(snapshot, mapping: mapping, deduplicateBy: ["email"])
        let pushed = try push(request(snapshot, required: ["email"], deduplicateBy: ["email"]))
        #expect(pushed.lent == [Lent("a", "duplicate"), Lent("b"), Lent("c", "missing-email")])
        #expect(try fixture.text(staged) == "email,name\nx,m\n")
    }

    @Test func `a visit that throws ends the push with what it threw`() throws {
        let ids = try ["a", "b"].map { try fixture.add($0) }
        let request = request(try fixture.publish([gold: ids, new: []]))
        var visits = 0
        #expect(throws: ProfileError.transient("journal is full")) {
            try fixture.store.push(request) { _, _ throws(ProfileError) in
                visits += 1
                throw .transient("journal is full")
            }
        }
        #expect(visits == 1)
    }

    @Test func `a push that is cancelled says so`() throws {
        let ids = try (0..<5000).map { try fixture.add("k\($0)") }
        let request = request(try fixture.publish([gold: ids, new: []]))
        #expect(throws: ProfileError.cancelled) {
            try fixture.store.push(request, isCancelled: { true }) { _, _ in }
        }
    }

    @Test func `progress ends with all of the selected`() throws {
        let ids = try ["a", "b"].map { try fixture.add($0) }
        let request = request(try fixture.publish([gold: ids, new: [99]]))
        var last: [Int] = []
        _ = try fixture.store.push(request, progress: { last = [$0, $1] }) { _, _ in }
        #expect(last == [3, 3])
    }

    @Test func `what a run delivered is kept in place of what was kept`() throws {
        let run = UUID()
        let snapshot = try fixture.publish([])
        try fixture.store.keepDelivered(ProfileSet([1, 2]), by: run, from: snapshot)
        try fixture.store.keepDelivered(ProfileSet([3]), by: run, from: snapshot)
        #expect(try fixture.store.delivered(by: run) == 1)
    }
}
