import Foundation
import GRDBSQLite

/// Writes rows as JSON Lines: one object per row, its keys in mapping order.
final class JSONRows: RowWriting {
    private let columns: [ExportColumn]
    /// For each column what stands before its value: `{"id":`, `,"email":`.
    private let lead: [[UInt8]]

    init(_ columns: [ExportColumn]) {
        self.columns = columns
        lead = columns.enumerated().map { index, column in
            var buffer = ByteBuffer()
            buffer.append(index == 0 ? "{" : ",")
            var header = column.header
            header.withUTF8 { Self.append($0.baseAddress, count: $0.count, into: &buffer) }
            buffer.append(":")
            return Array(buffer.bytes)
        }
    }

    func writeHeader(into buffer: inout ByteBuffer) {}

    func write(_ row: ExportRow, into buffer: inout ByteBuffer) {
        for index in columns.indices {
            lead[index].withUnsafeBufferPointer { bytes in
                if let start = bytes.baseAddress { buffer.append(start, count: bytes.count) }
            }
            appendValue(columns[index], of: row, into: &buffer)
        }
        buffer.append("}\n")
    }

    @inline(__always)
    private func appendValue(_ column: ExportColumn, of row: ExportRow, into buffer: inout ByteBuffer) {
        if column.form == .status {
            return Self.append(row.status.utf8Start, count: row.status.utf8CodeUnitCount, into: &buffer)
        }
        guard let value = row.value(column), sqlite3_value_type(value) != SQLITE_NULL else {
            return buffer.append("null")
        }
        switch column.form {
        case .text, .status:
            let count = Int(sqlite3_value_bytes(value))
            Self.append(sqlite3_value_blob(value)?.assumingMemoryBound(to: UInt8.self), count: count, into: &buffer)
        case .date, .timestamp:
            buffer.append(UInt8(ascii: "\""))
            buffer.append(value, as: column.form)
            buffer.append(UInt8(ascii: "\""))
        case .real where !sqlite3_value_double(value).isFinite:
            // JSON has no infinity.
            buffer.append("null")
        case .integer, .boolean, .real:
            buffer.append(value, as: column.form)
        }
    }

    /// A string in quotes.
    @inline(__always)
    private static func append(_ start: UnsafePointer<UInt8>?, count: Int, into buffer: inout ByteBuffer) {
        let place = buffer.reserve(count + 2)
        place.pointee = UInt8(ascii: "\"")
        if let start { memcpy(place + 1, start, count) }
        if let start, needsEscapes(place + 1, count: count) {
            appendEscaped(start, count: count, into: &buffer)
        } else {
            place[count + 1] = UInt8(ascii: "\"")
            buffer.advance(count + 2)
        }
    }

    /// Whether a quote, a backslash or a control character is among the bytes; reads up to seven beyond them.
    @inline(__always)
    private static func needsEscapes(_ start: UnsafePointer<UInt8>, count: Int) -> Bool {
        let raw = UnsafeRawPointer(start)
        var offset = 0
        while offset + 8 <= count {
            if hits(raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) != 0 { return true }
            offset += 8
        }
        guard offset < count else { return false }
        let tail = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        return hits(tail) & (~0 >> UInt64((8 - (count - offset)) * 8)) != 0
    }

    @inline(__always)
    private static func hits(_ word: UInt64) -> UInt64 {
        let quotes = word ^ (ByteSearch.lows * 0x22)
        let backslashes = word ^ (ByteSearch.lows * 0x5C)
        let controls = (word &- ByteSearch.lows * 0x20) & ~word
        return ((quotes &- ByteSearch.lows) & ~quotes | (backslashes &- ByteSearch.lows) & ~backslashes | controls)
            & ByteSearch.highs
    }

    @inline(never)
    private static func appendEscaped(_ start: UnsafePointer<UInt8>, count: Int, into buffer: inout ByteBuffer) {
        buffer.append(UInt8(ascii: "\""))
        for index in 0..<count {
            let byte = start[index]
            switch byte {
            case UInt8(ascii: "\""): buffer.append("\\\"")
            case UInt8(ascii: "\\"): buffer.append("\\\\")
            case UInt8(ascii: "\n"): buffer.append("\\n")
            case UInt8(ascii: "\r"): buffer.append("\\r")
            case UInt8(ascii: "\t"): buffer.append("\\t")
            case 0..<0x20:
                buffer.append("\\u00")
                buffer.append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
                buffer.append(hexadecimal[Int(byte & 15)])
            default: buffer.append(byte)
            }
        }
        buffer.append(UInt8(ascii: "\""))
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)
}
