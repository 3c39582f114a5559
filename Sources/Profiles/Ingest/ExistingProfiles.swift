import GRDBSQLite
import TidegateModel

/// Walks the profiles as they were before an ingest, in key order, and stops at the keys it is asked for.
///
/// Reads on a connection of its own, which sees nothing of what the ingest writes meanwhile.
final class ExistingProfiles {
    private let statement: Statement
    private var isPositioned = false
    private var isAtEnd = false

    /// Further than this it is cheaper to search than to walk.
    private static let steps = 32

    /// `columns` begin with `key` and `id`; those that the store did not have yet are NULL.
    init(on connection: Connection, columns: [String]) throws(ProfileError) {
        let present = try ProfileColumns.present(on: connection)
        let selected = columns.map { present.contains($0) ? ProfileColumns.quoted($0) : "NULL" }.joined(separator: ", ")
        statement = try connection.prepare("SELECT \(selected) FROM profile WHERE key >= ?1 ORDER BY key")
    }

    /// Moves to the profile with this key, which is greater than any asked for before; false where there is none.
    func move(to key: UnsafePointer<UInt8>, _ count: Int) throws(ProfileError) -> Bool {
        if isPositioned {
            var step = 0
            while !isAtEnd, step < Self.steps {
                let order = compare(with: key, count)
                if order >= 0 { return order == 0 }
                isAtEnd = try !statement.step()
                step += 1
            }
            if isAtEnd { return false }
        }
        sqlite3_reset(statement.handle)
        key.withMemoryRebound(to: CChar.self, capacity: count) {
            // Copied, because the statement reads it while it is stepped, long after this row is gone.
            _ = sqlite3_bind_text(statement.handle, 1, $0, Int32(count), Statement.copied)
        }
        isPositioned = true
        isAtEnd = try !statement.step()
        return !isAtEnd && compare(with: key, count) == 0
    }

    var id: UInt32 { UInt32(truncatingIfNeeded: statement.integer(at: 1)) }

    /// The value of `columns[index]` of the profile.
    func value(_ index: Int) -> OpaquePointer? {
        sqlite3_column_value(statement.handle, Int32(index))
    }

    /// Whether `columns[index]` of the profile has the value of `cell`.
    @inline(__always)
    func has(_ cell: FieldCell, at index: Int) -> Bool {
        let column = Int32(index)
        let handle = statement.handle
        switch cell.kind {
        case .absent: return true
        case .null: return sqlite3_column_type(handle, column) == SQLITE_NULL
        case .integer:
            return sqlite3_column_type(handle, column) == SQLITE_INTEGER && sqlite3_column_int64(handle, column) == cell.bits
        case .real:
            return sqlite3_column_type(handle, column) == SQLITE_FLOAT && sqlite3_column_double(handle, column) == cell.realValue
        case .text:
            guard sqlite3_column_type(handle, column) == SQLITE_TEXT, let stored = sqlite3_column_text(handle, column),
                let text = cell.text
            else { return false }
            return compareKeys(stored, Int(sqlite3_column_bytes(handle, column)), text, cell.count) == 0
        }
    }

    @inline(__always)
    private func compare(with key: UnsafePointer<UInt8>, _ count: Int) -> Int {
        guard let stored = sqlite3_column_text(statement.handle, 0) else { return -1 }
        return compareKeys(stored, Int(sqlite3_column_bytes(statement.handle, 0)), key, count)
    }
}
