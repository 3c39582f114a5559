import GRDBSQLite
import TidegateModel

/// Writes the rows of a scan, one after the other, into one row for connectors.
struct PushRowFiller: ~Copyable {
    private(set) var row = PushRow()
    private let columns: [ExportColumn]
    /// Holds a number or a time while it is written.
    private var text = ByteBuffer(capacity: 64)

    init(_ columns: [ExportColumn]) {
        self.columns = columns
    }

    mutating func fill(from source: ExportRow) {
        row.begin(
            profile: source.profile, key: Self.bytes(of: sqlite3_column_value(source.statement, ExportPlan.keyIndex)))
        for column in columns { append(column, of: source) }
    }

    @inline(__always)
    private mutating func append(_ column: ExportColumn, of source: ExportRow) {
        if column.form == .status {
            let status = source.status
            return row.append(.text, UnsafeRawBufferPointer(start: status.utf8Start, count: status.utf8CodeUnitCount))
        }
        guard let value = source.value(column), sqlite3_value_type(value) != SQLITE_NULL else {
            return row.appendNull()
        }
        switch column.form {
        case .text, .status:
            row.append(.text, Self.bytes(of: value))
        case .real where !sqlite3_value_double(value).isFinite:
            row.appendNull()
        case .integer, .real, .boolean, .date, .timestamp:
            text.removeAll()
            text.append(value, as: column.form)
            row.append(column.form.type, text.bytes)
        }
    }

    private static func bytes(of value: OpaquePointer?) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: sqlite3_value_blob(value), count: Int(sqlite3_value_bytes(value)))
    }
}
