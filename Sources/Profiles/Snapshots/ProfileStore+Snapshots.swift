import Foundation
import TidegateModel

extension ProfileStore {
    /// The newest snapshot; nil before the first.
    package func latestSnapshot() throws(ProfileError) -> Snapshot? {
        try snapshots(limit: 1).first
    }

    /// Nil where there is none, or it is not kept any more.
    package func snapshot(id: UUID) throws(ProfileError) -> Snapshot? {
        try withReader { connection throws(ProfileError) in try connection.snapshot(id) }
    }

    /// The newest first.
    package func snapshots(limit: Int) throws(ProfileError) -> [Snapshot] {
        try withReader { connection throws(ProfileError) in
            var snapshots: [Snapshot] = []
            for id in try connection.snapshotIDs(limit: limit) {
                if let snapshot = try connection.snapshot(id) { snapshots.append(snapshot) }
            }
            return snapshots
        }
    }

    /// The snapshots that were published after the given one, the oldest first; all of them where it is nil or not kept.
    package func snapshots(after id: UUID?) throws(ProfileError) -> [Snapshot] {
        try withReader { connection throws(ProfileError) in
            var snapshots: [Snapshot] = []
            for id in try connection.snapshotIDs(after: id) {
                if let snapshot = try connection.snapshot(id) { snapshots.append(snapshot) }
            }
            return snapshots
        }
    }

    /// What became of one segment in the snapshots that are kept, the newest first.
    package func history(ofSegment segment: UUID, limit: Int = 100) throws(ProfileError) -> [SegmentHistoryEntry] {
        try withReader { connection throws(ProfileError) in try connection.history(of: segment, limit: limit) }
    }

    /// How many profiles are in both segments; nil where the snapshot does not have both.
    package func overlap(of first: UUID, and second: UUID, in snapshot: UUID) throws(ProfileError) -> Int? {
        try withReader { connection throws(ProfileError) in
            guard let one = try connection.storedMembers(of: first, in: snapshot),
                let other = try connection.storedMembers(of: second, in: snapshot)
            else { return nil }
            return one.count - one.countSubtracting(other)
        }
    }

    /// Removes every snapshot that is neither in `kept` nor among the `latest` newest, and answers how many.
    ///
    /// To be kept: baselines, and what unfinished runs export. The newest stays in any case.
    @discardableResult
    package func prune(keeping kept: Set<UUID>, latest: Int) throws(ProfileError) -> Int {
        try withWriter { connection throws(ProfileError) in
            try connection.write { () throws(ProfileError) in
                let old = try connection.snapshotIDs(limit: .max).dropFirst(max(1, latest))
                let doomed = old.filter { !kept.contains($0) }
                for id in doomed { try connection.deleteSnapshot(id) }
                return doomed.count
            }
        }
    }

    /// Publishes a snapshot: everyone sees all of it, or nobody sees any.
    ///
    /// Joined and left count against the newest snapshot there is.
    func publish(
        _ members: [SegmentMembers],
        id: UUID,
        nominal: Instant,
        at now: Instant,
        profiles: Int
    ) throws(ProfileError) -> Snapshot {
        try withWriter { connection throws(ProfileError) in
            try connection.write { () throws(ProfileError) in
                let previous = try connection.snapshotIDs(limit: 1).first
                let sequence = try connection.insertSnapshot(id, nominal: nominal, publishedAt: now, profiles: profiles)
                var segments: [SnapshotSegment] = []
                for entry in members {
                    var before = ProfileSet()
                    if let previous, let members = try connection.storedMembers(of: entry.segment.id, in: previous) {
                        before = members
                    }
                    let counts = SnapshotSegment(entry, since: before)
                    try connection.insert(counts, entry.profiles, into: id)
                    segments.append(counts)
                }
                segments.sort { ($0.segment.name, $0.segment.id.stored) < ($1.segment.name, $1.segment.id.stored) }
                return Snapshot(
                    id: id,
                    sequence: sequence,
                    nominal: nominal,
                    publishedAt: now,
                    profiles: profiles,
                    segments: segments
                )
            }
        }
    }
}

extension SnapshotSegment {
    fileprivate init(_ now: SegmentMembers, since before: ProfileSet) {
        self.init(
            segment: now.segment,
            members: now.profiles.count,
            joined: now.profiles.countSubtracting(before),
            left: before.countSubtracting(now.profiles)
        )
    }
}
