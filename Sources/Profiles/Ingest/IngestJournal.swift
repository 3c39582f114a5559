import GRDBSQLite

/// How SQLite can undo an ingest, for the connection that writes it.
///
/// The write-ahead log lets readers go on, and costs writing everything twice. Into a store without profiles, where
/// there is nothing to read yet, a rollback journal is used instead: new pages are written once, in their place.
struct IngestJournal {
    private let connection: Connection

    init(on connection: Connection) throws(ProfileError) {
        self.connection = connection
        // The log grows as long as the transaction does: it is emptied once after it.
        try connection.execute("PRAGMA wal_autocheckpoint = 0")
        guard try !IngestRecords(connection: connection).hasProfiles() else { return }
        attempt("PRAGMA journal_mode = DELETE")
    }

    /// Keeps the write-ahead log, whatever there is to read.
    init(readBeside connection: Connection) throws(ProfileError) {
        self.connection = connection
        try connection.execute("PRAGMA wal_autocheckpoint = 0")
    }

    /// To be called after the transaction: the store is in WAL mode again, and its log empty as far as readers let it.
    func end() {
        attempt("PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE)")
    }

    /// Somebody who has the store open may be in the way; then it stays as it is, which is only slower, and the next
    /// writer tries again.
    private func attempt(_ sql: String) {
        sqlite3_busy_timeout(connection.handle, 0)
        sqlite3_exec(connection.handle, sql, nil, nil, nil)
        sqlite3_busy_timeout(connection.handle, Connection.busyTimeout)
    }
}
