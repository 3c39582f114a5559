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
        let columns = try ProfileColumns.present(on: connection)
        let cells = Dictionary(
            uniqueKeysWithValues: attributes.enumerated().map { ($1.name == schema.key ? "key" : ProfileColumns.name(of: $1), $0) })
        let isFirst = try !IngestRecords(connection: connection).hasProfiles()
        let changed = ChangedProfiles(
            rows, columns: columns.map { cells[$0] }, existing: isFirst ? nil : try existing(columns),
            nextId: try IngestRecords(connection: connection).nextProfileId(), at: instant)
        try IncomingTable.run(Self.statement(into: columns, replacing: !isFirst), reading: changed, on: connection)
        return changed
    }

    /// Names all columns in their order, which spares SQLite a copy of each value. A profile that changed is written
    /// whole again, with what the row does not say as it was.
    private static func statement(into columns: [String], replacing: Bool) -> String {
        let names = columns.map(ProfileColumns.quoted).joined(separator: ", ")
        return "\(replacing ? "REPLACE" : "INSERT") INTO profile (\(names)) SELECT * FROM incoming"
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
