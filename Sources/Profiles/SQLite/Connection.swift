import GRDBSQLite

/// One connection to the profile store, for one thread at a time.
///
/// Written against SQLite's C API, because rows are read and written here byte by byte: see `docs/decisions`.
final class Connection {
    enum Access { case readOnly, readWrite }

    /// Milliseconds to wait for somebody who holds the store.
    static let busyTimeout: Int32 = 5000

    let handle: OpaquePointer

    init(path: String, _ access: Access) throws(ProfileError) {
        var handle: OpaquePointer?
        let flags =
            SQLITE_OPEN_NOMUTEX
            | (access == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard let handle, code == SQLITE_OK else {
            let reason = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(handle)
            throw .rejected("profile store '\(path)' cannot be opened: \(reason)")
        }
        self.handle = handle
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, Self.busyTimeout)
        // Else a column that the table lacks would be read as a text constant.
        _disableDoubleQuotedStringLiterals(handle)
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// Runs one or more statements that answer nothing.
    func execute(_ sql: String) throws(ProfileError) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure() }
    }

    /// Compiles one statement.
    func prepare(_ sql: String) throws(ProfileError) -> Statement {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil) == SQLITE_OK,
            let statement
        else { throw failure() }
        return Statement(statement, of: self)
    }

    /// Runs `body` between BEGIN IMMEDIATE and COMMIT; rolls back where it throws.
    func write<Value>(_ body: () throws(ProfileError) -> Value) throws(ProfileError) -> Value {
        try transaction("BEGIN IMMEDIATE", body)
    }

    /// Runs `body` on one consistent state of the store.
    func read<Value>(_ body: () throws(ProfileError) -> Value) throws(ProfileError) -> Value {
        try transaction("BEGIN DEFERRED", body)
    }

    private func transaction<Value>(
        _ begin: String, _ body: () throws(ProfileError) -> Value
    ) throws(ProfileError) -> Value {
        try execute(begin)
        do {
            let value = try body()
            try execute("COMMIT")
            return value
        } catch {
            // Some faults have rolled back already; a second rollback only says so.
            sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
            throw error
        }
    }

    /// What SQLite says went wrong, without any bound value.
    func failure() -> ProfileError {
        let reason = String(cString: sqlite3_errmsg(handle))
        // The low byte is the primary code of an extended one.
        switch sqlite3_errcode(handle) & 0xFF {
        case SQLITE_FULL: return .transient("profile store cannot grow: \(reason)")
        case SQLITE_BUSY, SQLITE_LOCKED: return .transient("profile store is held by another process")
        case SQLITE_IOERR: return .transient("profile store cannot be read or written: \(reason)")
        case SQLITE_INTERRUPT: return .cancelled
        default: return .rejected("profile store refuses: \(reason)")
        }
    }
}

extension Connection {
    /// Where the store is.
    var folder: String {
        guard let name = sqlite3_db_filename(handle, "main") else { return "." }
        let path = String(cString: name)
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
