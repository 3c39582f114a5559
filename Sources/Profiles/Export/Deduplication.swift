import GRDBSQLite

/// Finds the profiles that another one stands for.
enum Deduplication {
    /// The losers among the candidates, which the sorter brings group by group with the winner first.
    static func duplicates(
        _ candidates: String,
        groupedBy attributes: Int,
        on connection: Connection
    ) throws(ProfileError) -> ProfileMarks {
        let statement = try connection.prepare(candidates)
        let duplicates = ProfileMarks()
        var group = ByteBuffer()
        var previous = ByteBuffer()
        var isFirst = true
        while try statement.step() {
            group.removeAll()
            for index in 1...attributes { group.append(identity: sqlite3_column_value(statement.handle, Int32(index))) }
            if !isFirst, group.bytes.elementsEqual(previous.bytes) {
                duplicates.insert(UInt32(truncatingIfNeeded: statement.integer(at: 0)))
            } else {
                swap(&group, &previous)
                isFirst = false
            }
        }
        return duplicates
    }
}

extension ByteBuffer {
    /// Type, length and bytes of a value, so that the same bytes in a row are the same values in a row.
    fileprivate mutating func append(identity value: OpaquePointer?) {
        let type = sqlite3_value_type(value)
        append(UInt8(truncatingIfNeeded: type))
        switch type {
        case SQLITE_INTEGER: append(raw: sqlite3_value_int64(value))
        case SQLITE_FLOAT: append(raw: sqlite3_value_double(value).bitPattern)
        case SQLITE_NULL: break
        default:
            append(raw: sqlite3_value_bytes(value))
            if let value { appendText(of: value) }
        }
    }

    private mutating func append(raw value: some BitwiseCopyable) {
        withUnsafeBytes(of: value) { bytes in
            for byte in bytes { append(byte) }
        }
    }
}
