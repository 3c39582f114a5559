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
}

extension Connection {
    /// The members of a segment in a snapshot that is still kept.
    func members(of segment: UUID, in snapshot: UUID, called name: String) throws(ProfileError) -> ProfileSet {
        guard let members = try storedMembers(of: segment, in: snapshot) else {
            guard try hasSnapshot(snapshot) else {
                throw .rejected("\(name) \(snapshot.uuidString.lowercased()) is not kept any more")
            }
            throw .rejected(
                "\(name) \(snapshot.uuidString.lowercased()) has no segment \(segment.uuidString.lowercased())")
        }
        return members
    }

    private func storedMembers(of segment: UUID, in snapshot: UUID) throws(ProfileError) -> ProfileSet? {
        let statement = try prepare("SELECT profiles FROM snapshot_segment WHERE snapshot = ? AND segment = ?")
        statement.bind(snapshot.uuidString.lowercased(), at: 1)
        statement.bind(segment.uuidString.lowercased(), at: 2)
        guard try statement.step() else { return nil }
        guard let members = ProfileSet(serialized: statement.bytes(at: 0)) else {
            throw .rejected("snapshot \(snapshot.uuidString.lowercased()) is damaged")
        }
        return members
    }

    private func hasSnapshot(_ snapshot: UUID) throws(ProfileError) -> Bool {
        let statement = try prepare("SELECT 1 FROM snapshot WHERE id = ?")
        statement.bind(snapshot.uuidString.lowercased(), at: 1)
        return try statement.step()
    }
}
