import Foundation

/// The immutable result of one segmentation: for each segment, the set of members.
package struct Snapshot: Hashable, Sendable {
    package var id: UUID
    /// Grows with every publication.
    package var sequence: Int64
    /// What rules call `now`: of the cycle, or of the request for an extra segmentation.
    package var nominal: Instant
    package var publishedAt: Instant
    /// How many profiles were evaluated.
    package var profiles: Int
    /// By name.
    package var segments: [SnapshotSegment]

    package init(
        id: UUID, sequence: Int64, nominal: Instant, publishedAt: Instant, profiles: Int, segments: [SnapshotSegment]
    ) {
        self.id = id
        self.sequence = sequence
        self.nominal = nominal
        self.publishedAt = publishedAt
        self.profiles = profiles
        self.segments = segments
    }
}

/// How large a segment is in one snapshot, and how it changed since the one before.
package struct SnapshotSegment: Hashable, Codable, Sendable {
    package var segment: SegmentReference
    package var members: Int
    /// Members now that were none in the snapshot before; all of them in a segment's first.
    package var joined: Int
    package var left: Int

    package init(segment: SegmentReference, members: Int, joined: Int, left: Int) {
        self.segment = segment
        self.members = members
        self.joined = joined
        self.left = left
    }
}

/// One whole file in a staging folder, written through to the disk.
package struct StagedFile: Hashable, Codable, Sendable {
    /// The absolute path, name included.
    package var path: String
    /// As it will be called at the destination.
    package var name: String
    /// Without the header.
    package var rows: Int
    /// In bytes, as written.
    package var size: Int
    /// Of the written bytes, in hexadecimal.
    package var sha256: String
    /// For a control file; nil where none is published.
    package var check: Check?

    package struct Check: Hashable, Codable, Sendable {
        /// Of the content as it was before compression, headers and blank lines included.
        package var lines: Int
        /// Of the written bytes, as 32 lower-case hexadecimal digits.
        package var md5: String

        package init(lines: Int, md5: String) {
            self.lines = lines
            self.md5 = md5
        }
    }

    package init(path: String, name: String, rows: Int, size: Int, sha256: String, check: Check? = nil) {
        self.check = check
        self.path = path
        self.name = name
        self.rows = rows
        self.size = size
        self.sha256 = sha256
    }
}
