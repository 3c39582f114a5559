import Foundation
import TidegateModel

/// Whom an export of ids is about: who is in any of its segments, or has come into one or left one.
struct IdentitySelection {
    let memberships: SegmentMemberships
    /// Every profile that has anything to tell by itself.
    let profiles: ProfileSet
    /// Every profile that is, or was, in any of the segments.
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
            if let baseline = request.baselines[segment.id] {
                before = try connection.members(of: segment.id, in: baseline, called: "baseline snapshot")
                memberships.insert(before, segment: index, .before)
                known = known.union(before)
            }
            let left = before.subtracting(now)
            selected = selected.union(request.isFull ? now : now.subtracting(before)).union(left)
        }
        profiles = selected
        self.known = known
    }
}
