import GRDBSQLite
import Glibc
import TidegateModel

/// One value of the current row: a column, or what was computed from others, filled when a condition first asks.
struct RuleCell {
    enum Kind: UInt8 { case null, integer, real, text }

    /// The row whose value this is; larger than that of any row where the value is the same for all.
    var row: Int
    /// Of the statement; negative where `source` computes the value.
    let column: Int32
    /// What the column holds; anything else in it is null.
    let expected: Kind
    var kind = Kind.null
    /// An integer (which booleans, dates and timestamps are), the bits of a real, or the address of UTF-8 text.
    var bits: UInt64 = 0
    /// Bytes of text.
    var count = 0
    /// Kept alive by the program.
    let source: Unmanaged<CellSource>?

    static let everyRow = Int.max

    var integer: Int64 { Int64(bitPattern: bits) }
    var real: Double { Double(bitPattern: bits) }
    var text: TextBytes {
        TextBytes(start: UnsafePointer(bitPattern: UInt(bits)) ?? TextBytes.empty.start, count: count)
    }

    mutating func set(_ integer: Int64) {
        kind = .integer
        bits = UInt64(bitPattern: integer)
    }

    /// Null where `real` is not finite.
    mutating func set(_ real: Double) {
        kind = real.isFinite ? .real : .null
        bits = real.bitPattern
    }

    mutating func set(_ text: TextBytes) {
        kind = .text
        bits = UInt64(UInt(bitPattern: text.start))
        count = text.count
    }

    mutating func set(_ truth: Bool) {
        set(truth ? 1 : 0 as Int64)
    }
}

extension RuleCell.Kind {
    init(_ type: AttributeType) {
        self =
            switch type {
            case .text: .text
            case .real: .real
            case .integer, .boolean, .date, .timestamp: .integer
            }
    }
}

/// UTF-8 that belongs to somebody else.
struct TextBytes {
    let start: UnsafePointer<UInt8>
    let count: Int

    /// Something to point at where there is nothing.
    nonisolated(unsafe) static let empty = TextBytes(
        start: UnsafePointer(UnsafeMutablePointer<UInt8>.allocate(capacity: 1)),
        count: 0
    )

    var end: UnsafePointer<UInt8> { start + count }

    func contains(_ other: TextBytes) -> Bool {
        guard other.count > 0 else { return true }
        var at = start
        while end - at >= other.count {
            guard let found = memchr(at, Int32(other.start.pointee), end - at - other.count + 1) else { return false }
            if memcmp(found, other.start, other.count) == 0 { return true }
            at = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) + 1
        }
        return false
    }
}

/// The row that a program looks at, and the cells it has filled so far.
struct RuleRow {
    struct State {
        let cells: UnsafeMutablePointer<RuleCell>
        /// One bit per segment: the answers for this row so far.
        let members: UnsafeMutablePointer<UInt64>
        var number = 0
        /// Of the row's profile.
        var id: UInt32 = 0
        var statement: OpaquePointer?
    }

    let state: UnsafeMutablePointer<State>

    @inline(__always)
    func cell(_ slot: Int) -> UnsafeMutablePointer<RuleCell> {
        let cell = state.pointee.cells + slot
        if cell.pointee.row < state.pointee.number { fill(cell) }
        return cell
    }

    @inline(never)
    private func fill(_ cell: UnsafeMutablePointer<RuleCell>) {
        cell.pointee.row = state.pointee.number
        guard cell.pointee.column >= 0 else {
            cell.pointee.kind = .null
            cell.pointee.source?._withUnsafeGuaranteedRef { $0.fill(cell, self) }
            return
        }
        // Not protected by the connection's mutex, which one thread does not need.
        let value = sqlite3_column_value(state.pointee.statement, cell.pointee.column)
        switch sqlite3_value_type(value) {
        case SQLITE_INTEGER where cell.pointee.expected == .integer: cell.pointee.set(sqlite3_value_int64(value))
        case SQLITE_FLOAT where cell.pointee.expected == .real: cell.pointee.set(sqlite3_value_double(value))
        case SQLITE_TEXT where cell.pointee.expected == .text:
            // As a blob, so that SQLite has no reason to copy it.
            cell.pointee.kind = .text
            cell.pointee.bits = UInt64(UInt(bitPattern: sqlite3_value_blob(value)))
            cell.pointee.count = Int(sqlite3_value_bytes(value))
        default: cell.pointee.kind = .null
        }
    }
}
