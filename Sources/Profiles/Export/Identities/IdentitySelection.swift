import AudienceManager
import Foundation
import TidegateModel

/// Whom an export of ids is about: who is in any of its segments, or has come into one, and where rows tell of it who
/// left one.
struct IdentitySelection {
    let memberships: SegmentMemberships
    /// Every profile that has anything to tell by itself.
    let profiles: ProfileSet
    /// Every profile that is, or was, in any of the segments; `before` is looked at only where it makes a difference.
    let known: ProfileSet

    /// In the order of the request's segments.
    init(_ request: IdentityExportRequest, on connection: Connection) throws(ProfileError) {
        memberships = SegmentMemberships(segments: request.segments.count)
        var selected = ProfileSet()
        var known = ProfileSet()
        for (index, segment) in request.segments.enumerated() {
            let now = try connection.members(of: segment.id, in: request.snapshot, called: "snapshot")
            memberships.insert(now, segment: index, .now)
            known = known.union(now)
            var before = ProfileSet()
            if !request.isFull || request.tellsLeavers, let baseline = request.baselines[segment.id] {
                before = try connection.members(of: segment.id, in: baseline, called: "baseline snapshot")
                memberships.insert(before, segment: index, .before)
                known = known.union(before)
            }
            selected = selected.union(request.isFull ? now : now.subtracting(before))
            if request.tellsLeavers { selected = selected.union(before.subtracting(now)) }
        }
        profiles = selected
        self.known = known
    }
}

extension IdentityExportRequest {
    /// Whether rows say who left a segment; where they cannot, who left has none.
    var tellsLeavers: Bool { row.needs.contains(.removedSegments) }
}
