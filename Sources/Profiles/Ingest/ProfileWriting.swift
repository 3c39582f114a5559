import TidegateModel

/// Writes rows in key order into the table of profiles, within the caller's transaction.
struct ProfileWriting {
    let store: ProfileStore
    let schema: ProfileSchema
    /// As the rows have them: the key first.
    let attributes: [Attribute]
    let connection: Connection

    /// Adds new profiles and changes those that differ; `instant` becomes the time of their update.
    func write(_ rows: OrderedRows, at instant: Instant) throws(ProfileError) -> ChangedProfiles {
        try ProfileColumns(schema: schema).addMissing(on: connection)
        let delivered = attributes.dropFirst().map(ProfileColumns.name)
        let own = ["key", "id", "updated_at"]
        let kept = try ProfileColumns.present(on: connection).subtracting(own + delivered).sorted()
        let isFirst = try !hasProfiles()
        let changed = ChangedProfiles(
            rows, existing: isFirst ? nil : try existing(delivered + kept),
            nextId: try IngestRecords(connection: connection).nextProfileId())
        let columns: [IncomingTable.Column] =
            [.key, .id, .updatedAt] + delivered.indices.map { .cell($0 + 1, existing: $0) }
            + kept.indices.map { .kept(existing: delivered.count + $0) }
        try IncomingTable.run(
            Self.statement(into: own + delivered + kept, replacing: !isFirst),
            with: IncomingTable.Content(changed, columns: columns, updatedAt: instant), on: connection)
        return changed
    }

    /// A profile that changed is written whole again, with what the row does not say as it was.
    private static func statement(into columns: [String], replacing: Bool) -> String {
        let names = columns.map(ProfileColumns.quoted).joined(separator: ", ")
        return "\(replacing ? "REPLACE" : "INSERT") INTO profile (\(names)) SELECT * FROM incoming"
    }

    private func hasProfiles() throws(ProfileError) -> Bool {
        try connection.prepare("SELECT 1 FROM profile LIMIT 1").step()
    }

    /// On a second connection, whose transaction begins now and so has the state before this ingest.
    private func existing(_ columns: [String]) throws(ProfileError) -> ExistingProfiles {
        let reader = try Connection(path: store.path, .readOnly)
        try reader.execute(ProfileTables.readerPragmas + "BEGIN;")
        return try ExistingProfiles(on: reader, columns: columns)
    }
}

/// Takes profiles out of the store, within the caller's transaction.
struct ProfileRemoval {
    let store: ProfileStore
    let connection: Connection

    /// Removes the profiles with these ids as far as they are in the state before the transaction; answers how many.
    ///
    /// Walks the whole table, which has no index by id.
    func remove(_ profiles: ProfileSet) throws(ProfileError) -> Int {
        let reader = try Connection(path: store.path, .readOnly)
        try reader.execute(ProfileTables.readerPragmas + "BEGIN;")
        let statement = try reader.prepare("SELECT key, id FROM profile ORDER BY key")
        let deletion = try connection.prepare("DELETE FROM profile WHERE key = ?1")
        var removed = 0
        let count = profiles.count
        while removed < count, try statement.step() {
            guard profiles.contains(UInt32(truncatingIfNeeded: statement.integer(at: 1))) else { continue }
            deletion.bind(statement.text(at: 0), at: 1)
            try deletion.run()
            removed += 1
        }
        return removed
    }
}
