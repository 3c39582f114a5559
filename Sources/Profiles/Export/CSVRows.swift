import Foundation
import GRDBSQLite
import TidegateModel

/// Writes rows as CSV.
///
/// A value is quoted where it has to be: it holds the delimiter, the quote, a line break or (where it escapes) a
/// backslash; it is empty or the text that stands for NULL; or it begins or ends with a space or a tab, which many
/// readers would trim.
final class CSVRows: RowWriting {
    private let columns: [ExportColumn]
    private let dialect: CSVWriting
    private let special: ByteSearch
    private let null: [UInt8]
    private let lineEnd: StaticString
    /// For each column whether its values may need quotes; most dialects never quote a number.
    private let mayNeedQuotes: [Bool]

    init(_ columns: [ExportColumn], dialect: CSVWriting) {
        self.columns = columns
        self.dialect = dialect
        var special = [dialect.delimiter, dialect.quote, UInt8(ascii: "\n"), UInt8(ascii: "\r")]
        if dialect.escape == .backslash { special.append(UInt8(ascii: "\\")) }
        self.special = ByteSearch(anyOf: special)
        null = Array(dialect.null.utf8)
        lineEnd = dialect.lineEnd == .lf ? "\n" : "\r\n"
        let telling = Set(special + null)
        mayNeedQuotes = columns.map { $0.form == .text || !telling.isDisjoint(with: Self.alphabet) }
    }

    /// Every byte that a value other than text can hold.
    private static let alphabet = Array("0123456789+-.:TZaefdilnrstuxz".utf8)

    func writeHeader(into buffer: inout ByteBuffer) {
        guard dialect.hasHeader else { return }
        for (index, column) in columns.enumerated() {
            if index > 0 { buffer.append(dialect.delimiter) }
            let header = Array(column.header.utf8)
            header.withUnsafeBufferPointer { bytes in
                if let start = bytes.baseAddress { appendField(start, count: bytes.count, into: &buffer) }
            }
        }
        buffer.append(lineEnd)
    }

    func write(_ row: ExportRow, into buffer: inout ByteBuffer) {
        for index in columns.indices {
            if index > 0 { buffer.append(dialect.delimiter) }
            let column = columns[index]
            if column.form == .status {
                appendField(row.status.utf8Start, count: row.status.utf8CodeUnitCount, into: &buffer)
                continue
            }
            guard let value = row.value(column), sqlite3_value_type(value) != SQLITE_NULL else {
                for byte in null { buffer.append(byte) }
                continue
            }
            if column.form == .text {
                let count = Int(sqlite3_value_bytes(value))
                let start = sqlite3_value_blob(value)?.assumingMemoryBound(to: UInt8.self)
                appendField(start, count: count, into: &buffer)
            } else if mayNeedQuotes[index] {
                appendGuarded(value, as: column.form, into: &buffer)
            } else {
                buffer.append(value, as: column.form)
            }
        }
        buffer.append(lineEnd)
    }

    /// Copies first and looks at the copy, which may be read beyond its end.
    @inline(__always)
    private func appendField(_ start: UnsafePointer<UInt8>?, count: Int, into buffer: inout ByteBuffer) {
        guard let start, count > 0 else {
            buffer.append(dialect.quote)
            buffer.append(dialect.quote)
            return
        }
        let copy = buffer.reserve(count)
        memcpy(copy, start, count)
        if special.finds(in: copy, count: count) || Self.isBlank(start[0]) || Self.isBlank(start[count - 1])
            || isNull(start, count: count)
        {
            appendQuoted(start, count: count, into: &buffer)
        } else {
            buffer.advance(count)
        }
    }

    @inline(never)
    private func appendQuoted(_ start: UnsafePointer<UInt8>, count: Int, into buffer: inout ByteBuffer) {
        let quote = dialect.quote
        let backslash = UInt8(ascii: "\\")
        let escapesWithBackslash = dialect.escape == .backslash
        var place = buffer.reserve(2 * count + 2)
        let first = place
        place.pointee = quote
        place += 1
        for index in 0..<count {
            let byte = start[index]
            if byte == quote || escapesWithBackslash && byte == backslash {
                place.pointee = escapesWithBackslash ? backslash : quote
                place += 1
            }
            place.pointee = byte
            place += 1
        }
        place.pointee = quote
        buffer.advance(place + 1 - first)
    }

    /// For dialects in which a number, a date or a truth value can hold the delimiter or look like NULL.
    @inline(never)
    private func appendGuarded(_ value: OpaquePointer, as form: ExportColumn.Form, into buffer: inout ByteBuffer) {
        var text = ByteBuffer(capacity: 64)
        text.append(value, as: form)
        appendField(text.start, count: text.count, into: &buffer)
    }

    @inline(__always)
    private func isNull(_ start: UnsafePointer<UInt8>, count: Int) -> Bool {
        guard count == null.count else { return false }
        return null.withUnsafeBytes { $0.elementsEqual(UnsafeRawBufferPointer(start: start, count: count)) }
    }

    @inline(__always)
    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
