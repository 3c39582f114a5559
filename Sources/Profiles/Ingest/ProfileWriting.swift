import TidegateModel

/// Writes rows in key order into the table of profiles, within the caller's transaction.
struct ProfileWriting {
    let store: ProfileStore
    let schema: ProfileSchema
    /// As the rows have them: the key first.
    let attributes: [Attribute]
    let connection: Connection

    /// Adds new profiles and changes those that differ; `instant` becomes the time of their update.
    func write(_ rows: OrderedRows, at instant: Instant) throws(ProfileError) -> IncomingProfiles {
        try ProfileColumns(schema: schema).addMissing(on: connection)
        let columns = try ProfileColumns.present(on: connection)
        let names = ["key"] + attributes.dropFirst().map(ProfileColumns.name)
        let records = IngestRecords(connection: connection)
        let incoming = IncomingProfiles(
            rows,
            places: columns.map { names.firstIndex(of: $0) ?? -1 },
            known: try records.hasProfiles() ? try known(Array(names.dropFirst()), at: instant) : nil,
            nextId: try records.nextProfileId(),
            at: instant
        )
        try IncomingTable.run(Self.insertion(into: columns), reading: incoming, on: connection)
        return incoming
    }

    /// Names all columns in their order, which spares SQLite a copy of each value, and rolls back where it fails,
    /// which spares it a journal of its own: the whole transaction fails then.
    private static func insertion(into columns: [String]) -> String {
        let names = columns.map(ProfileColumns.quoted).joined(separator: ", ")
        return "INSERT OR ROLLBACK INTO profile (\(names)) SELECT * FROM incoming"
    }

    /// Reads on a second connection, whose transaction begins now and so has the state before this ingest.
    private func known(_ columns: [String], at instant: Instant) throws(ProfileError) -> KnownProfiles {
        let reader = try Connection(path: store.path, .readOnly)
        try reader.execute(ProfileTables.readerPragmas + "BEGIN;")
        return try KnownProfiles(reading: reader, writing: connection, columns: columns, at: instant)
    }
}

/// Takes profiles out of the store and keeps which keys they had, within the caller's transaction.
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
        let keeping = try connection.prepare("INSERT INTO removed_profile (id, key) VALUES (?1, ?2)")
        var removed = 0
        let count = profiles.count
        while removed < count, try statement.step() {
            guard profiles.contains(UInt32(truncatingIfNeeded: statement.integer(at: 1))) else { continue }
            let key = statement.text(at: 0)
            deletion.bind(key, at: 1)
            try deletion.run()
            keeping.bind(statement.integer(at: 1), at: 1)
            keeping.bind(key, at: 2)
            try keeping.run()
            removed += 1
        }
        return removed
    }
}
