import Foundation
import TidegateModel

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
