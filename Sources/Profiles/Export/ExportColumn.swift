import GRDBSQLite
import TidegateModel

/// One column of an export file, and where the scan's statement has its value.
struct ExportColumn {
    /// How a value is read and written.
    enum Form: Int32, CaseIterable {
        case text, integer, real, boolean, date, timestamp
        /// Not in the store: `realized` or `exited`.
        case status

        /// What a receiver is told that the value is.
        var type: AttributeType {
            switch self {
            case .text, .status: .text
            case .integer: .integer
            case .real: .real
            case .boolean: .boolean
            case .date: .date
            case .timestamp: .timestamp
            }
        }
    }

    let header: String
    let form: Form
    /// Of the statement, from 0; nothing where the form is `status`.
    let index: Int32

    static func form(of type: AttributeType) -> Form {
        switch type {
        case .text: .text
        case .integer: .integer
        case .real: .real
        case .boolean: .boolean
        case .date: .date
        case .timestamp: .timestamp
        }
    }
}

/// The row that a scan stands on, valid until its next step.
struct ExportRow {
    let statement: OpaquePointer
    /// In the baseline and no longer a member.
    let isExited: Bool

    /// The profile's number in the store.
    var profile: UInt32 { UInt32(truncatingIfNeeded: sqlite3_column_int64(statement, 0)) }

    @inline(__always)
    func value(_ column: ExportColumn) -> OpaquePointer? {
        sqlite3_column_value(statement, column.index)
    }

    @inline(__always)
    func isNull(_ column: ExportColumn) -> Bool {
        sqlite3_value_type(value(column)) == SQLITE_NULL
    }

    var status: StaticString { isExited ? "exited" : "realized" }
}

extension ByteBuffer {
    /// Any value but NULL as its text, unquoted.
    @inline(__always)
    mutating func append(_ value: OpaquePointer, as form: ExportColumn.Form) {
        switch form {
        case .integer: append(integer: sqlite3_value_int64(value))
        case .real: append(real: sqlite3_value_double(value))
        case .boolean: append(boolean: sqlite3_value_int64(value) != 0)
        case .date: append(daysSinceEpoch: sqlite3_value_int64(value))
        case .timestamp: append(millisecondsSinceEpoch: sqlite3_value_int64(value))
        case .text, .status: appendText(of: value)
        }
    }

    /// The bytes of a text, as they are.
    @inline(__always)
    mutating func appendText(of value: OpaquePointer) {
        guard let text = sqlite3_value_blob(value) else { return }
        append(text.assumingMemoryBound(to: UInt8.self), count: Int(sqlite3_value_bytes(value)))
    }
}
