import Glibc

/// One value of a row that is being ingested.
///
/// Text points into a buffer that is valid until the next row is asked for.
struct FieldCell {
    enum Kind: UInt8 {
        /// The source does not say: what the store has stays.
        case absent
        case null
        /// Also dates (days), timestamps (milliseconds) and booleans (0, 1).
        case integer
        case real
        case text
    }

    var kind: Kind
    /// The integer, or the real's bit pattern.
    var bits: Int64
    var text: UnsafePointer<UInt8>?
    var count: Int

    static var absent: FieldCell { FieldCell(kind: .absent, bits: 0, text: nil, count: 0) }
    static var null: FieldCell { FieldCell(kind: .null, bits: 0, text: nil, count: 0) }

    static func integer(_ value: Int64) -> FieldCell { FieldCell(kind: .integer, bits: value, text: nil, count: 0) }
    static func real(_ value: Double) -> FieldCell {
        FieldCell(kind: .real, bits: Int64(bitPattern: value.bitPattern), text: nil, count: 0)
    }
    static func text(_ start: UnsafePointer<UInt8>, _ count: Int) -> FieldCell {
        FieldCell(kind: .text, bits: 0, text: start, count: count)
    }

    var realValue: Double { Double(bitPattern: UInt64(bitPattern: bits)) }
}

/// The cells of one row: the key first, then the other attributes in the order of the schema.
///
/// The memory belongs to `RowCells`.
typealias Cells = UnsafeMutableBufferPointer<FieldCell>

/// Owns the cells that rows pass through, one row at a time, and two more behind them for what the store adds.
final class RowCells {
    let cells: Cells
    private let memory: Cells

    init(count: Int) {
        memory = Cells.allocate(capacity: count + 2)
        memory.initialize(repeating: .absent)
        cells = Cells(rebasing: memory[..<count])
    }

    deinit {
        memory.deallocate()
    }

    /// Where the profile's id goes.
    static func id(behind cells: Cells) -> Int { cells.count }
    /// Where the time of the update goes.
    static func updatedAt(behind cells: Cells) -> Int { cells.count + 1 }
}

/// Orders keys as SQLite's BINARY collation does: by bytes, the shorter first.
@inline(__always)
func compareKeys(_ left: UnsafePointer<UInt8>, _ leftCount: Int, _ right: UnsafePointer<UInt8>, _ rightCount: Int)
    -> Int
{
    let order = Int(memcmp(left, right, min(leftCount, rightCount)))
    return order != 0 ? order : leftCount - rightCount
}
