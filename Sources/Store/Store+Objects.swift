import Foundation
import GRDB
import TidegateModel

/// What applying job files changes.
package struct ObjectChange: Hashable, Sendable {
    package enum Verb: String, Sendable { case add, change, remove }

    package let verb: Verb
    package let kind: DeclaredObject.Kind
    package let name: String
    /// The canonical JSON before and after; nil where there is none.
    package let before: String?
    package let after: String?

    package init(verb: Verb, kind: DeclaredObject.Kind, name: String, before: String?, after: String?) {
        self.verb = verb
        self.kind = kind
        self.name = name
        self.before = before
        self.after = after
    }
}

extension ObjectChange {
    /// What applying to an empty store would do.
    package static func additions(of spec: JobSpec) throws -> [ObjectChange] {
        try DeclaredObject.all(of: spec).map {
            ObjectChange(verb: .add, kind: $0.kind, name: $0.name, before: nil, after: $0.spec)
        }
    }
}

extension Store {
    /// What `apply` would change, without changing it.
    package func changes(to spec: JobSpec) throws -> [ObjectChange] {
        let wanted = try DeclaredObject.all(of: spec)
        return try database.read { db in try Self.changes(to: wanted, db) }
    }

    /// Makes the objects of `spec` the declared ones; an object with the digest it had gets no new revision.
    ///
    /// A dataflow that is new is planned from `cursor` on; its segments are activated at the cursor's instant. `files` is
    /// the digest of the job files that `spec` came from, nil where the next start is to read them in any case.
    @discardableResult
    package func apply(
        _ spec: JobSpec, from cursor: ScheduleCursor, actor: String, files: String? = nil
    ) throws -> [ObjectChange] {
        let now = cursor.instant
        let wanted = try DeclaredObject.all(of: spec)
        return try database.write { db in
            let changes = try Self.changes(to: wanted, db)
            try Self.note(files: files, db)
            if !changes.isEmpty { try Self.markRemoved(except: wanted, at: now, db) }
            let positions = try Self.positions(db)
            let changed = Set(changes.map { "\($0.kind.rawValue) \($0.name)" })
            for (position, object) in wanted.enumerated()
            where positions[object.id.text] != position || changed.contains("\(object.kind.rawValue) \(object.name)") {
                try Self.declare(object, position, at: now, db)
            }
            guard !changes.isEmpty else { return [] }
            for dataflow in spec.dataflows { try Self.activate(dataflow, spec: spec, from: cursor, db) }
            try Self.cancelWaiting(outside: spec, at: now, actor: actor, db)
            try db.execute(
                sql: "INSERT INTO application (applied_at, actor) VALUES (?, ?)",
                arguments: [now.milliseconds, actor]
            )
            return changes
        }
    }

    /// Whether any job files were ever applied.
    package func hasApplied() throws -> Bool { try applicationSequence() > 0 }

    private static func note(files digest: String?, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM reading")
        guard let digest else { return }
        try db.execute(sql: "INSERT INTO reading (one, digest) VALUES (1, ?)", arguments: [digest])
    }

    /// Where each declared object stands, by its id.
    private static func positions(_ db: Database) throws -> [String: Int] {
        let rows = try Row.fetchAll(db, sql: "SELECT id, position FROM object WHERE removed_at IS NULL")
        return Dictionary(uniqueKeysWithValues: rows.map { ($0["id"], $0["position"]) })
    }

    /// Grows with every application that changed something.
    package func applicationSequence() throws -> Int {
        try database.read { db in try Int.fetchOne(db, sql: "SELECT MAX(sequence) FROM application") ?? 0 }
    }

    /// The specification applied last; nil before the first.
    package func appliedSpec() throws -> JobSpec? {
        try database.read { db in
            var specs = StoredSpecs()
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT object.kind, object.position, object_revision.spec
                    FROM object JOIN object_revision
                        ON object_revision.object = object.id AND object_revision.revision = object.revision
                    WHERE object.removed_at IS NULL
                    """
            )
            while let row = try rows.next() { try specs.add(row[0], at: row[1], row[2]) }
            return try specs.whole()
        }
    }

    /// What a given revision of a dataflow said.
    package func dataflow(_ id: UUID, revision: Int) throws -> Dataflow? {
        try database.read { db in
            try String.fetchOne(
                db,
                sql: "SELECT spec FROM object_revision WHERE object = ? AND revision = ?",
                arguments: [id.text, revision]
            ).map(DeclaredObject.dataflow)
        }
    }

    /// The dataflow that has this name, or had it last.
    package func dataflowID(named name: String) throws -> UUID? {
        try database.read { db in
            try String.fetchOne(
                db,
                sql: """
                    SELECT id FROM object WHERE kind = 'Dataflow' AND name = ?
                    ORDER BY removed_at IS NOT NULL, removed_at DESC LIMIT 1
                    """,
                arguments: [name]
            ).flatMap(UUID.init(uuidString:))
        }
    }

    /// When a segment was first applied in a dataflow.
    package func activation(of segment: UUID, in dataflow: UUID) throws -> Instant? {
        try database.read { db in
            try Int64.fetchOne(
                db,
                sql: "SELECT activated_at FROM activation WHERE dataflow = ? AND segment = ?",
                arguments: [dataflow.text, segment.text]
            ).map(Instant.init(milliseconds:))
        }
    }

    private static func changes(to wanted: [DeclaredObject], _ db: Database) throws -> [ObjectChange] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT object.id, object.kind, object.name, object.digest, object_revision.spec
                FROM object JOIN object_revision
                    ON object_revision.object = object.id AND object_revision.revision = object.revision
                WHERE object.removed_at IS NULL
                ORDER BY object.position
                """
        )
        let present = Dictionary(uniqueKeysWithValues: rows.map { ($0["id"] as String, $0) })
        let upserts = wanted.compactMap { object -> ObjectChange? in
            guard let row = present[object.id.text] else {
                return ObjectChange(verb: .add, kind: object.kind, name: object.name, before: nil, after: object.spec)
            }
            guard row["digest"] as String != object.digest else { return nil }
            return ObjectChange(
                verb: .change, kind: object.kind, name: object.name, before: row["spec"], after: object.spec
            )
        }
        let wantedIDs = Set(wanted.map(\.id.text))
        let removals = rows.compactMap { row -> ObjectChange? in
            guard !wantedIDs.contains(row["id"]), let kind = DeclaredObject.Kind(rawValue: row["kind"]) else {
                return nil
            }
            return ObjectChange(verb: .remove, kind: kind, name: row["name"], before: row["spec"], after: nil)
        }
        return upserts + removals
    }

    private static func markRemoved(except wanted: [DeclaredObject], at now: Instant, _ db: Database) throws {
        let ids = try JSONEncoder().encode(wanted.map(\.id.text))
        try db.execute(
            sql: """
                UPDATE object SET removed_at = :now
                WHERE removed_at IS NULL AND id NOT IN (SELECT value FROM json_each(:wanted))
                """,
            arguments: ["now": now.milliseconds, "wanted": String(decoding: ids, as: UTF8.self)]
        )
        // A dataflow that comes back later is planned from then on, like a new one.
        try db.execute(
            sql: "DELETE FROM schedule_cursor WHERE dataflow IN (SELECT id FROM object WHERE removed_at IS NOT NULL)"
        )
    }

    private static func declare(_ object: DeclaredObject, _ position: Int, at now: Instant, _ db: Database) throws {
        let revision = try Int.fetchOne(
            db,
            sql: """
                INSERT INTO object (id, kind, name, position, revision, digest, removed_at)
                VALUES (:id, :kind, :name, :position, 1, :digest, NULL)
                ON CONFLICT (id) DO UPDATE SET
                    name = excluded.name,
                    position = excluded.position,
                    revision = revision + (digest <> excluded.digest),
                    digest = excluded.digest,
                    removed_at = NULL
                RETURNING revision
                """,
            arguments: [
                "id": object.id.text, "kind": object.kind.rawValue, "name": object.name, "position": position,
                "digest": object.digest,
            ]
        )
        try db.execute(
            sql: """
                INSERT INTO object_revision (object, revision, digest, spec, applied_at)
                VALUES (:id, :revision, :digest, :spec, :now)
                ON CONFLICT (object, revision) DO NOTHING
                """,
            arguments: [
                "id": object.id.text, "revision": revision, "digest": object.digest, "spec": object.spec,
                "now": now.milliseconds,
            ]
        )
    }

    /// Cancels what waits to be exported for dataflows that are gone or switched off.
    private static func cancelWaiting(outside spec: JobSpec, at now: Instant, actor: String, _ db: Database) throws {
        let enabled = Set(spec.dataflows.filter { $0.isEnabled && !$0.isDetached }.map(\.id.text))
        let waiting = try Row.fetchAll(
            db,
            sql: """
                SELECT id, dataflow FROM run INDEXED BY run_live
                WHERE state IN ('queued', 'processing', 'retrying', 'cancelling') AND state IN ('queued', 'retrying')
                """
        )
        for row in waiting where !enabled.contains(row["dataflow"]) {
            guard let run = UUID(uuidString: row["id"]) else { continue }
            try step(
                run, .cancelRequested, at: now, actor: actor, reason: "dataflow was removed, detached or switched off",
                db)
        }
    }

    private static func activate(
        _ dataflow: Dataflow, spec: JobSpec, from cursor: ScheduleCursor, _ db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO schedule_cursor (dataflow, planned_through, planned_snapshot) VALUES (?, ?, ?)
                ON CONFLICT (dataflow) DO NOTHING
                """,
            arguments: [dataflow.id.text, cursor.instant.milliseconds, cursor.snapshot?.text]
        )
        for segment in dataflow.segments.compactMap(spec.segment(named:)) {
            try db.execute(
                sql: """
                    INSERT INTO activation (dataflow, segment, activated_at) VALUES (?, ?, ?)
                    ON CONFLICT (dataflow, segment) DO NOTHING
                    """,
                arguments: [dataflow.id.text, segment.id.text, cursor.instant.milliseconds]
            )
        }
    }
}

/// The declared objects as they are read, in any order.
private struct StoredSpecs {
    private var specs: [DeclaredObject.Kind: [(position: Int, text: String)]] = [:]
    private var dataflows: [(position: Int, dataflow: Dataflow)] = []

    mutating func add(_ kind: String, at position: Int, _ text: String) throws {
        guard let kind = DeclaredObject.Kind(rawValue: kind) else { return }
        guard kind == .dataflow else {
            specs[kind, default: []].append((position, text))
            return
        }
        dataflows.append((position, try DeclaredObject.dataflow(from: text)))
    }

    /// Everything in the order of the job files; nil before the first application.
    func whole() throws -> JobSpec? {
        guard let profile = try objects(.profile, as: ProfileSchema.self).first,
            let segmentation = try objects(.segmentation, as: Segmentation.self).first
        else { return nil }
        return JobSpec(
            profile: profile,
            sources: try objects(.source, as: Source.self),
            dataSources: try objects(.dataSource, as: DataSource.self),
            traits: try objects(.trait, as: Trait.self),
            segmentation: segmentation,
            segments: try objects(.segment, as: Segment.self),
            destinations: try objects(.destination, as: Destination.self),
            dataflows: dataflows.sorted { $0.position < $1.position }.map(\.dataflow)
        )
    }

    private func objects<Value: Decodable>(_ kind: DeclaredObject.Kind, as type: Value.Type) throws -> [Value] {
        try specs[kind, default: []].sorted { $0.position < $1.position }
            .map { try DeclaredObject.decode(type, from: $0.text) }
    }
}
