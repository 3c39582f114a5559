import Foundation
import GRDB
import TidegateModel

/// What the job files declare now, and since when.
package struct Declared<Value: Sendable>: Sendable {
    package var value: Value
    package var revision: Int
    /// Of the revision: another digest, another text.
    package var digest: String
    package var createdAt: Instant
    package var updatedAt: Instant
}

extension Declared: Equatable where Value: Equatable {}

/// In which order segments are wanted.
package struct DeclaredOrder: Hashable, Sendable {
    package enum Key: String, CaseIterable, Sendable { case created, updated, name, id, position }

    package var key: Key
    package var isAscending: Bool

    package init(_ key: Key, isAscending: Bool) {
        self.key = key
        self.isAscending = isAscending
    }

    fileprivate var sql: String {
        let column =
            switch key {
            case .created: "first.applied_at"
            case .updated: "latest.applied_at"
            case .name: "object.name"
            case .id: "object.id"
            case .position: "object.position"
            }
        return column + (isAscending ? " ASC" : " DESC")
    }
}

extension Store {
    /// A page of the segments that the job files declare, and how many they declare in all.
    ///
    /// Segments of which `order` makes nothing come in the order of the job files.
    package func declaredSegments(
        by order: [DeclaredOrder], limit: Int, offset: Int
    ) throws -> (segments: [Declared<Segment>], total: Int) {
        let order = (order.map(\.sql) + ["object.position"]).joined(separator: ", ")
        return try database.read { db in
            let total = try Int.fetchOne(
                db, sql: "SELECT COUNT(*) FROM object WHERE kind = 'Segment' AND removed_at IS NULL"
            )
            let rows = try Row.fetchAll(
                db,
                sql: """
                    \(Self.declared) WHERE object.kind = 'Segment' AND object.removed_at IS NULL
                    ORDER BY \(order) LIMIT ? OFFSET ?
                    """,
                arguments: [limit, offset]
            )
            return (try rows.map { try Self.declared(Segment.self, $0) }, total ?? 0)
        }
    }

    /// A segment that the job files declare.
    package func declaredSegment(_ id: UUID) throws -> Declared<Segment>? {
        try database.read { db in
            try Row.fetchOne(
                db,
                sql: """
                    \(Self.declared) WHERE object.kind = 'Segment' AND object.removed_at IS NULL AND object.id = ?
                    """,
                arguments: [id.text]
            )
            .map { try Self.declared(Segment.self, $0) }
        }
    }

    package func declaredSegmentation() throws -> Declared<Segmentation>? {
        try database.read { db in
            try Row.fetchOne(
                db, sql: "\(Self.declared) WHERE object.kind = 'Segmentation' AND object.removed_at IS NULL"
            )
            .map { try Self.declared(Segmentation.self, $0) }
        }
    }

    /// The attribute that tells profiles apart; nil before the first application.
    package func declaredKey() throws -> String? {
        try database.read { db in
            try Row.fetchOne(
                db, sql: "\(Self.declared) WHERE object.kind = 'Profile' AND object.removed_at IS NULL"
            )
            .map { try Self.declared(ProfileSchema.self, $0).value.key }
        }
    }

    /// Which of `ids` are segments that the job files declare.
    package func declaredSegments(among ids: Set<UUID>) throws -> Set<UUID> {
        let wanted = try Self.list(ids.map(\.text))
        return try database.read { db in
            let known = try String.fetchAll(
                db,
                sql: """
                    SELECT id FROM object
                    WHERE kind = 'Segment' AND removed_at IS NULL AND id IN (SELECT value FROM json_each(?))
                    """,
                arguments: [wanted]
            )
            return Set(known.compactMap(UUID.init(stored:)))
        }
    }

    /// Everything that these segments ever said, the oldest first. Also of segments that were removed.
    package func segmentTexts(of ids: Set<UUID>) throws -> [UUID: [SegmentText]] {
        let wanted = try Self.list(ids.map(\.text))
        return try database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT object, revision, applied_at, json_extract(spec, '$.where') AS rule FROM object_revision
                    WHERE object IN (SELECT value FROM json_each(?)) ORDER BY object, revision
                    """,
                arguments: [wanted]
            )
            var texts: [UUID: [SegmentText]] = [:]
            for row in rows {
                guard let id = UUID(stored: row["object"]), let rule = row["rule"] as String? else { continue }
                texts[id, default: []].append(
                    SegmentText(
                        revision: row["revision"], appliedAt: Instant(milliseconds: row["applied_at"]), rule: rule
                    )
                )
            }
            return texts
        }
    }

    private static let declared = """
        SELECT latest.spec, latest.digest, latest.revision, first.applied_at AS created_at,
            latest.applied_at AS updated_at
        FROM object
        JOIN object_revision AS latest ON latest.object = object.id AND latest.revision = object.revision
        JOIN object_revision AS first ON first.object = object.id AND first.revision = 1
        """

    private static func declared<Value: Decodable>(_ type: Value.Type, _ row: Row) throws -> Declared<Value> {
        Declared(
            value: try DeclaredObject.decode(type, from: row["spec"]), revision: row["revision"],
            digest: row["digest"], createdAt: Instant(milliseconds: row["created_at"]),
            updatedAt: Instant(milliseconds: row["updated_at"])
        )
    }
}

/// What a segment said from an application of job files on.
package struct SegmentText: Hashable, Sendable {
    package var revision: Int
    package var appliedAt: Instant
    package var rule: String
}
