import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

@Suite struct SnapshotTests {
    private let fixture: ExportFixture
    private let vip = SegmentReference(id: UUID(kind: 1), name: "vip")
    private let all = SegmentReference(id: UUID(kind: 2), name: "all")

    init() throws {
        fixture = try ExportFixture()
    }

    private func publish(_ members: [(SegmentReference, [UInt32])], at second: Int64 = 0) throws -> Snapshot {
        try fixture.store.publish(
            members.map { SegmentMembers(segment: $0.0, profiles: ProfileSet($0.1)) },
            id: UUID(),
            nominal: Instant(milliseconds: second * 1000 - 1),
            at: Instant(milliseconds: second * 1000),
            profiles: 9
        )
    }

    @Test func `what is published is what is read`() throws {
        #expect(try fixture.store.latestSnapshot() == nil)
        let published = try publish([(vip, [2]), (all, [1, 2, 3])], at: 60)
        #expect(published.segments.map(\.segment) == [all, vip])
        #expect(published.nominal == Instant(milliseconds: 59_999))
        #expect(published.profiles == 9)
        #expect(try fixture.store.latestSnapshot() == published)
        #expect(try fixture.store.snapshot(id: published.id) == published)
        #expect(try fixture.store.snapshot(id: UUID()) == nil)
    }

    @Test func `in the first snapshot every member has joined`() throws {
        let segments = try publish([(vip, [5, 6])]).segments
        #expect(segments == [SnapshotSegment(segment: vip, members: 2, joined: 2, left: 0)])
    }

    @Test func `joined and left count against the snapshot before`() throws {
        _ = try publish([(vip, [1, 2, 3]), (all, [1])])
        let second = try publish([(vip, [3, 4]), (all, [1])])
        #expect(
            second.segments == [
                SnapshotSegment(segment: all, members: 1, joined: 0, left: 0),
                SnapshotSegment(segment: vip, members: 2, joined: 1, left: 2),
            ]
        )
        let third = try publish([(vip, [1, 2, 3, 4])])
        #expect(third.segments == [SnapshotSegment(segment: vip, members: 4, joined: 2, left: 0)])
    }

    @Test func `a segment that the snapshot before did not have begins anew`() throws {
        _ = try publish([(vip, [1])])
        _ = try publish([(all, [1, 2])])
        #expect(try publish([(vip, [1])]).segments == [SnapshotSegment(segment: vip, members: 1, joined: 1, left: 0)])
    }

    @Test func `a renamed segment is the same one`() throws {
        _ = try publish([(vip, [1, 2])])
        let renamed = SegmentReference(id: vip.id, name: "gold")
        #expect(
            try publish([(renamed, [2, 3])]).segments
                == [SnapshotSegment(segment: renamed, members: 2, joined: 1, left: 1)]
        )
    }

    @Test func `snapshots and histories come newest first`() throws {
        let first = try publish([(vip, [1])], at: 1)
        // A clock that was set back does not change the order.
        let second = try publish([(vip, [1, 2]), (all, [])], at: 0)
        #expect(try fixture.store.snapshots(limit: 9) == [second, first])
        #expect(try fixture.store.snapshots(limit: 1) == [second])
        let history = try fixture.store.history(ofSegment: vip.id)
        #expect(history.map(\.snapshot) == [second.id, first.id])
        #expect(history.map(\.counts.joined) == [1, 1])
        #expect(history.map(\.publishedAt) == [Instant(milliseconds: 0), Instant(milliseconds: 1000)])
        #expect(try fixture.store.history(ofSegment: all.id).map(\.counts.members) == [0])
    }

    @Test func `a snapshot that cannot be published whole is not published at all`() throws {
        let before = try publish([(vip, [1])])
        #expect(throws: ProfileError.self) { try publish([(all, [1]), (vip, [1]), (vip, [2])]) }
        #expect(try fixture.store.latestSnapshot() == before)
        #expect(try fixture.store.snapshots(limit: 9) == [before])
        #expect(try fixture.store.history(ofSegment: all.id).isEmpty)
    }

    @Test func `pruning leaves the newest, and those that are still needed`() throws {
        let snapshots = try (0..<5).map { try publish([(vip, [UInt32($0)])], at: Int64($0)) }
        #expect(try fixture.store.prune(keeping: [snapshots[1].id], latest: 2) == 2)
        #expect(try fixture.store.snapshots(limit: 9) == [snapshots[4], snapshots[3], snapshots[1]])
        #expect(try fixture.store.history(ofSegment: vip.id).map(\.snapshot) == [4, 3, 1].map { snapshots[$0].id })
        #expect(try fixture.store.prune(keeping: [], latest: 0) == 2)
        #expect(try fixture.store.snapshots(limit: 9) == [snapshots[4]])
        // Numbers are not given again.
        #expect(try publish([]).sequence > snapshots[4].sequence)
    }

    @Test func `a bitmap that is damaged is said so`() throws {
        let snapshot = try fixture.publish([1])
        try fixture.execute("UPDATE snapshot_segment SET profiles = x'00112233'")
        #expect(throws: ProfileError.rejected("snapshot \(snapshot.stored) is damaged")) {
            try fixture.store.stage(fixture.request(snapshot))
        }
    }
}

@Suite struct ProfileMarksTests {
    @Test func `marks and bitmaps hold the same ids`() {
        var random = SeededGenerator(seed: 31)
        for spread in [100, 70_000, 1 << 20, 1 << 32] as [UInt64] {
            let ids = Set((0..<5000).map { _ in UInt32(truncatingIfNeeded: random.next() % spread) })
            let marks = ProfileMarks()
            for id in ids.shuffled(using: &random) { marks.insert(id) }
            #expect(marks.count == ids.count)
            #expect(marks.set().isEqual(to: ProfileSet(ids.sorted())))
            #expect(ProfileMarks(marks.set()).set().isEqual(to: marks.set()))
            let wrong = (0..<5000).map { _ in UInt32(truncatingIfNeeded: random.next() % spread) }
                .filter { marks.contains($0) != ids.contains($0) }
            #expect(wrong == [])
        }
    }

    @Test func `the first and the last id there can be are marked like any other`() {
        let marks = ProfileMarks()
        for id in [0, 63, 64, 65_535, 65_536, .max] as [UInt32] {
            #expect(!marks.contains(id))
            marks.insert(id)
            #expect(marks.contains(id))
        }
        #expect(marks.set().isEqual(to: ProfileSet([0, 63, 64, 65_535, 65_536, .max])))
    }

    @Test func `the difference is counted as it would be made`() {
        let one = ProfileSet([1, 2, 3, 70_000])
        let other = ProfileSet([2, 70_000, 99])
        #expect(one.countSubtracting(other) == one.subtracting(other).count)
        #expect(one.countSubtracting(other) == 2)
        #expect(other.countSubtracting(one) == 1)
    }
}

extension ProfileSet {
    convenience init(_ ids: [UInt32]) {
        self.init()
        for id in ids { insert(id) }
    }
}

extension UUID {
    /// A UUID that tests can tell apart.
    init(kind: UInt8) {
        self.init(uuid: (kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    }
}
