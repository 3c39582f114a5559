import GRDBSQLite

/// One compiled statement; parameters count from 1 and columns from 0, as in SQLite.
struct Statement: ~Copyable {
    let handle: OpaquePointer
    private let connection: Connection

    init(_ handle: OpaquePointer, of connection: Connection) {
        self.handle = handle
        self.connection = connection
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Steps to the next row; false at the end, after which the statement is reset.
    borrowing func step() throws(ProfileError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        default:
            let failure = connection.failure()
            sqlite3_reset(handle)
            throw failure
        }
    }

    /// Runs a statement that answers nothing.
    borrowing func run() throws(ProfileError) {
        while try step() {}
    }

    borrowing func bind(_ value: Int64, at index: Int32) {
        sqlite3_bind_int64(handle, index, value)
    }

    borrowing func bind(real value: Double, at index: Int32) {
        sqlite3_bind_double(handle, index, value)
    }

    borrowing func bind(_ value: String?, at index: Int32) {
        guard var value else { return bindNull(at: index) }
        value.withUTF8 { bytes in
            let text = UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
            if let text {
                sqlite3_bind_text(handle, index, text, Int32(bytes.count), Self.copied)
            } else {
                sqlite3_bind_text(handle, index, "", 0, Self.copied)
            }
        }
    }

    borrowing func bind(blob value: [UInt8], at index: Int32) {
        guard !value.isEmpty else {
            sqlite3_bind_zeroblob(handle, index, 0)
            return
        }
        _ = value.withUnsafeBytes { bytes in
            sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), Self.copied)
        }
    }

    borrowing func bindNull(at index: Int32) {
        sqlite3_bind_null(handle, index)
    }

    borrowing func integer(at column: Int32) -> Int64 {
        sqlite3_column_int64(handle, column)
    }

    borrowing func isNull(at column: Int32) -> Bool {
        sqlite3_column_type(handle, column) == SQLITE_NULL
    }

    /// The column as text; the empty string where it is NULL.
    borrowing func text(at column: Int32) -> String {
        guard let bytes = sqlite3_column_text(handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    /// The column's bytes, valid until the next step.
    borrowing func bytes(at column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    /// SQLITE_TRANSIENT, a cast that is not imported: SQLite copies the bytes before `bind` returns.
    static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
