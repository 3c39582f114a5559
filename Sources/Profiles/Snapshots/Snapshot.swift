import Foundation
import TidegateModel

/// The result of one segmentation, as published.
package struct Snapshot: Hashable, Sendable {
    package var id: UUID
    /// Grows with every publication.
    package var sequence: Int64
    /// The instant that the rules call `now`.
    package var nominal: Instant
    package var publishedAt: Instant
    /// How many profiles the store had.
    package var profiles: Int
    /// By name.
    package var segments: [SnapshotSegment]
}

/// One segment of a snapshot.
package struct SnapshotSegment: Hashable, Sendable {
    package var segment: SegmentReference
    package var members: Int
    /// Members that were none in the snapshot before; all of them where that had no such segment.
    package var joined: Int
    /// Members of the snapshot before that are none any more.
    package var left: Int
}

/// One segment in one snapshot of its history.
package struct SegmentHistoryEntry: Hashable, Sendable {
    package var snapshot: UUID
    package var nominal: Instant
    package var publishedAt: Instant
    package var counts: SnapshotSegment
}

/// Who is in a segment, before it is published.
struct SegmentMembers {
    let segment: SegmentReference
    let profiles: ProfileSet
}
