import Foundation
import TidegateModel

/// The statements over `snapshot` and `snapshot_segment`; each runs inside the transaction of its caller.
extension Connection {
    /// Adds a snapshot and answers its sequence.
    func insertSnapshot(
        _ id: UUID,
        nominal: Instant,
        publishedAt: Instant,
        profiles: Int
    ) throws(ProfileError) -> Int64 {
        let statement = try prepare(
            "INSERT INTO snapshot (id, nominal, published_at, profiles) VALUES (?, ?, ?, ?) RETURNING sequence"
        )
        statement.bind(id.stored, at: 1)
        statement.bind(nominal.milliseconds, at: 2)
        statement.bind(publishedAt.milliseconds, at: 3)
        statement.bind(Int64(profiles), at: 4)
        var sequence: Int64 = 0
        while try statement.step() { sequence = statement.integer(at: 0) }
        return sequence
    }

    func insert(_ counts: SnapshotSegment, _ members: ProfileSet, into snapshot: UUID) throws(ProfileError) {
        let statement = try prepare(
            """
            INSERT INTO snapshot_segment (snapshot, segment, name, members, joined, "left", profiles)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        )
        statement.bind(snapshot.stored, at: 1)
        statement.bind(counts.segment.id.stored, at: 2)
        statement.bind(counts.segment.name, at: 3)
        statement.bind(Int64(counts.members), at: 4)
        statement.bind(Int64(counts.joined), at: 5)
        statement.bind(Int64(counts.left), at: 6)
        statement.bind(blob: members.serialized(), at: 7)
        try statement.run()
    }

    /// The newest first.
    func snapshotIDs(limit: Int) throws(ProfileError) -> [UUID] {
        let statement = try prepare("SELECT id FROM snapshot ORDER BY sequence DESC LIMIT ?")
        statement.bind(Int64(limit), at: 1)
        var ids: [UUID] = []
        while try statement.step() { ids.append(try statement.uuid(at: 0)) }
        return ids
    }

    /// The oldest first.
    func snapshotIDs(after id: UUID?) throws(ProfileError) -> [UUID] {
        let statement = try prepare(
            """
            SELECT id FROM snapshot
            WHERE sequence > COALESCE((SELECT sequence FROM snapshot WHERE id = ?), 0)
            ORDER BY sequence
            """)
        statement.bind(id?.stored, at: 1)
        var ids: [UUID] = []
        while try statement.step() { ids.append(try statement.uuid(at: 0)) }
        return ids
    }

    func snapshot(_ id: UUID) throws(ProfileError) -> Snapshot? {
        let statement = try prepare("SELECT sequence, nominal, published_at, profiles FROM snapshot WHERE id = ?")
        statement.bind(id.stored, at: 1)
        guard try statement.step() else { return nil }
        return Snapshot(
            id: id,
            sequence: statement.integer(at: 0),
            nominal: Instant(milliseconds: statement.integer(at: 1)),
            publishedAt: Instant(milliseconds: statement.integer(at: 2)),
            profiles: Int(statement.integer(at: 3)),
            segments: try segments(of: id)
        )
    }

    private func segments(of snapshot: UUID) throws(ProfileError) -> [SnapshotSegment] {
        let statement = try prepare(
            """
            SELECT segment, name, members, joined, "left" FROM snapshot_segment
            WHERE snapshot = ? ORDER BY name, segment
            """
        )
        statement.bind(snapshot.stored, at: 1)
        var segments: [SnapshotSegment] = []
        while try statement.step() { segments.append(try statement.snapshotSegment(at: 0)) }
        return segments
    }

    /// The newest first.
    func history(of segment: UUID, limit: Int) throws(ProfileError) -> [SegmentHistoryEntry] {
        let statement = try prepare(
            """
            SELECT s.id, s.nominal, s.published_at, m.segment, m.name, m.members, m.joined, m."left"
            FROM snapshot_segment AS m JOIN snapshot AS s ON s.id = m.snapshot
            WHERE m.segment = ? ORDER BY s.sequence DESC LIMIT ?
            """
        )
        statement.bind(segment.stored, at: 1)
        statement.bind(Int64(limit), at: 2)
        var entries: [SegmentHistoryEntry] = []
        while try statement.step() {
            entries.append(
                SegmentHistoryEntry(
                    snapshot: try statement.uuid(at: 0),
                    nominal: Instant(milliseconds: statement.integer(at: 1)),
                    publishedAt: Instant(milliseconds: statement.integer(at: 2)),
                    counts: try statement.snapshotSegment(at: 3)
                )
            )
        }
        return entries
    }

    /// The bitmap of a segment in a snapshot; nil where it was not in it, or the snapshot is not kept.
    func storedMembers(of segment: UUID, in snapshot: UUID) throws(ProfileError) -> ProfileSet? {
        let statement = try prepare("SELECT profiles FROM snapshot_segment WHERE snapshot = ? AND segment = ?")
        statement.bind(snapshot.stored, at: 1)
        statement.bind(segment.stored, at: 2)
        guard try statement.step() else { return nil }
        guard let members = ProfileSet(serialized: statement.bytes(at: 0)) else {
            throw .rejected("snapshot \(snapshot.stored) is damaged")
        }
        return members
    }

    func hasSnapshot(_ snapshot: UUID) throws(ProfileError) -> Bool {
        let statement = try prepare("SELECT 1 FROM snapshot WHERE id = ?")
        statement.bind(snapshot.stored, at: 1)
        return try statement.step()
    }

    func deleteSnapshot(_ id: UUID) throws(ProfileError) {
        for sql in ["DELETE FROM snapshot_segment WHERE snapshot = ?", "DELETE FROM snapshot WHERE id = ?"] {
            let statement = try prepare(sql)
            statement.bind(id.stored, at: 1)
            try statement.run()
        }
    }
}

extension UUID {
    /// As the store spells it.
    var stored: String { uuidString.lowercased() }
}

extension Statement {
    borrowing func uuid(at column: Int32) throws(ProfileError) -> UUID {
        guard let id = UUID(uuidString: text(at: column)) else { throw .rejected("profile store is damaged") }
        return id
    }

    /// Five columns: segment, name, members, joined, left.
    fileprivate borrowing func snapshotSegment(at column: Int32) throws(ProfileError) -> SnapshotSegment {
        SnapshotSegment(
            segment: SegmentReference(id: try uuid(at: column), name: text(at: column + 1)),
            members: Int(integer(at: column + 2)),
            joined: Int(integer(at: column + 3)),
            left: Int(integer(at: column + 4))
        )
    }
}
