import Foundation
import Reports
import Store
import TidegateModel

/// Prints one JSON document on standard output.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// One segment in one snapshot, as `segments --json` prints it.
struct SegmentDocument: Encodable {
    let name: String
    let id: String
    let snapshot: String
    let members: Int
    let joined: Int
    let left: Int

    init(_ segment: SnapshotSegment, in snapshot: Snapshot) {
        name = segment.segment.name
        id = segment.segment.id.text
        self.snapshot = snapshot.id.text
        members = segment.members
        joined = segment.joined
        left = segment.left
    }
}
