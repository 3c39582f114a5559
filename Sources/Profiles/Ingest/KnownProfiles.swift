import GRDBSQLite
import TidegateModel

/// Walks the profiles that are there before an ingest, in key order, and changes those that the ingest finds different.
///
/// Reads on a connection of its own, which sees nothing of what the ingest writes meanwhile.
final class KnownProfiles {
    /// The key, the id, then the attributes in the order of the cells.
    private let walk: Statement
    private let change: Statement
    private var isPositioned = false
    private var isAtEnd = false

    /// Further than this it is cheaper to search than to walk.
    private static let steps = 32

    /// `columns` are those of the cells, without the key. Some may be new, and so not there for `reader`.
    init(reading reader: Connection, writing writer: Connection, columns: [String], at instant: Instant)
        throws(ProfileError)
    {
        let present = try ProfileColumns.present(on: reader)
        let selected = columns.map { present.contains($0) ? ", " + ProfileColumns.quoted($0) : ", NULL" }.joined()
        walk = try reader.prepare("SELECT key, id\(selected) FROM profile WHERE key >= ?1 ORDER BY key")
        let changes = columns.enumerated().map { ", \(ProfileColumns.quoted($1)) = ?\($0 + 3)" }.joined()
        change = try writer.prepare("UPDATE profile SET updated_at = ?2\(changes) WHERE key = ?1")
        change.bind(instant.milliseconds, at: 2)
    }

    /// Moves to the profile with the key of the row, which is greater than that of any row before; false where there
    /// is none.
    func move(to cells: Cells) throws(ProfileError) -> Bool {
        let key = cells[0]
        if isPositioned {
            var step = 0
            while !isAtEnd, step < Self.steps {
                let order = compare(with: key)
                if order >= 0 { return order == 0 }
                isAtEnd = try !walk.step()
                step += 1
            }
            if isAtEnd { return false }
        }
        sqlite3_reset(walk.handle)
        // Copied, because the statement reads it while it is stepped, long after this row is gone.
        key.bind(to: walk, at: 1, lifetime: Statement.copied)
        isPositioned = true
        isAtEnd = try !walk.step()
        return !isAtEnd && compare(with: key) == 0
    }

    var id: UInt32 { UInt32(truncatingIfNeeded: walk.integer(at: 1)) }

    /// Changes the profile to what the row says; false where it says the same.
    func update(to cells: Cells) throws(ProfileError) -> Bool {
        guard (1..<cells.count).contains(where: { !has(cells[$0], at: Int32($0 + 1)) }) else { return false }
        cells[0].bind(to: change, at: 1, lifetime: nil)
        for index in 1..<cells.count {
            if cells[index].kind == .absent {
                sqlite3_bind_value(change.handle, Int32(index + 2), sqlite3_column_value(walk.handle, Int32(index + 1)))
            } else {
                cells[index].bind(to: change, at: Int32(index + 2), lifetime: nil)
            }
        }
        try change.run()
        return true
    }

    @inline(__always)
    private func has(_ cell: FieldCell, at column: Int32) -> Bool {
        let handle = walk.handle
        switch cell.kind {
        case .absent: return true
        case .null: return sqlite3_column_type(handle, column) == SQLITE_NULL
        case .integer:
            return sqlite3_column_type(handle, column) == SQLITE_INTEGER
                && sqlite3_column_int64(handle, column) == cell.bits
        case .real:
            return sqlite3_column_type(handle, column) == SQLITE_FLOAT
                && sqlite3_column_double(handle, column) == cell.realValue
        case .text:
            guard sqlite3_column_type(handle, column) == SQLITE_TEXT, let stored = sqlite3_column_text(handle, column),
                let text = cell.text
            else { return false }
            return compareKeys(stored, Int(sqlite3_column_bytes(handle, column)), text, cell.count) == 0
        }
    }

    @inline(__always)
    private func compare(with key: FieldCell) -> Int {
        guard let stored = sqlite3_column_text(walk.handle, 0), let text = key.text else { return -1 }
        return compareKeys(stored, Int(sqlite3_column_bytes(walk.handle, 0)), text, key.count)
    }
}

extension FieldCell {
    /// `lifetime` is nil where the text stays until the statement has run.
    func bind(to statement: borrowing Statement, at index: Int32, lifetime: sqlite3_destructor_type?) {
        switch kind {
        case .absent, .null: sqlite3_bind_null(statement.handle, index)
        case .integer: sqlite3_bind_int64(statement.handle, index, bits)
        case .real: sqlite3_bind_double(statement.handle, index, realValue)
        case .text:
            let start = UnsafeRawPointer(text)?.assumingMemoryBound(to: CChar.self)
            sqlite3_bind_text(statement.handle, index, start, Int32(truncatingIfNeeded: count), lifetime)
        }
    }
}
