import Foundation
import TidegateModel

/// Which profiles one run is about: all members, or who joined and who left.
struct ExportSelection {
    let profiles: ProfileSet
    /// Those of `profiles` that are members no longer; empty unless leavers are exported.
    let exited: ProfileSet

    init(_ request: ExportRequest, on connection: Connection) throws(ProfileError) {
        let members = try connection.members(of: request.segment, in: request.snapshot, called: "snapshot")
        guard request.mode == .incremental, let baseline = request.baseline else {
            profiles = members
            exited = ProfileSet()
            return
        }
        let before = try connection.members(of: request.segment, in: baseline, called: "baseline snapshot")
        let joined = members.subtracting(before)
        guard request.mapping.contains(where: { $0.origin == .segmentStatus }) else {
            profiles = joined
            exited = ProfileSet()
            return
        }
        exited = before.subtracting(members)
        profiles = joined.union(exited)
    }

    /// Each profile once, whatever number of segments it is in; who left is no part of a push.
    init(_ request: PushRequest, on connection: Connection) throws(ProfileError) {
        var profiles = ProfileSet()
        for segment in request.segments {
            var members = try connection.members(of: segment, in: request.snapshot, called: "snapshot")
            if let baseline = request.baselines?[segment] {
                members = members.subtracting(
                    try connection.members(of: segment, in: baseline, called: "baseline snapshot")
                )
            }
            profiles = profiles.union(members)
        }
        self.profiles = profiles
        exited = ProfileSet()
    }
}

extension Connection {
    /// The members of a segment in a snapshot that is still kept.
    func members(of segment: UUID, in snapshot: UUID, called name: String) throws(ProfileError) -> ProfileSet {
        guard let members = try storedMembers(of: segment, in: snapshot) else {
            guard try hasSnapshot(snapshot) else {
                throw .rejected("\(name) \(snapshot.stored) is not kept any more")
            }
            throw .rejected(
                "\(name) \(snapshot.stored) has no segment \(segment.stored)"
            )
        }
        return members
    }
}
