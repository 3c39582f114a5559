import CScan
import TidegateModel

/// Cuts CSV into records and their fields, as RFC 4180 says.
///
/// Lines end with LF or CRLF, the last one with or without; empty lines are no records. A quote inside an unquoted
/// field is itself. The fields are offsets into the buffer and valid until the next record is asked for.
final class CSVRecords {
    struct Field {
        var start: UInt32
        /// Without the closing quote.
        var end: UInt32
        var isQuoted: Bool
        var hasDoubledQuotes: Bool

        var isEmpty: Bool { start == end }
    }

    enum Next { case record, end, unterminatedQuote, tooLong }

    let buffer: RecordBuffer
    private let delimiter: UInt8
    /// The line feed where nothing is quoted, which is looked at first and so never taken for a quote.
    private let quote: UInt8

    /// Offsets of all delimiters, quotes and line feeds in the buffer.
    private var offsets: UnsafeMutablePointer<UInt32>
    private var offsetsCapacity = 0
    private var offsetCount = 0
    private var nextOffset = 0

    /// More fields than this are counted but not kept.
    static let room = 8192
    let fields: UnsafeMutablePointer<Field>
    /// How many fields the record has, which may be more than are kept.
    private(set) var fieldCount = 0
    private(set) var recordStart = 0
    /// Without the line end.
    private(set) var recordEnd = 0
    private(set) var hasStrayQuote = false
    /// The physical line on which the record starts, from 1.
    private(set) var line = 1
    private var linesInRecord = 0

    init(_ buffer: RecordBuffer, _ dialect: CSVReading) {
        self.buffer = buffer
        delimiter = dialect.delimiter
        quote = dialect.quote ?? UInt8(ascii: "\n")
        offsets = .allocate(capacity: 1)
        fields = .allocate(capacity: Self.room)
    }

    deinit {
        offsets.deallocate()
        fields.deallocate()
    }

    func next() throws(ProfileError) -> Next {
        while true {
            line += linesInRecord
            linesInRecord = 0
            let isWhole = cut()
            if isWhole {
                if fieldCount == 1, fields[0].isEmpty, !fields[0].isQuoted { continue }
                return .record
            }
            if buffer.isAtEndOfFile {
                guard buffer.begin < buffer.end else { return .end }
                return .unterminatedQuote
            }
            guard try buffer.fill() else { return .tooLong }
            linesInRecord = 0
            scan()
        }
    }

    /// Skips a byte order mark; asked once, before the first record.
    func skipByteOrderMark() throws(ProfileError) {
        _ = try buffer.fill()
        while buffer.end < 3, !buffer.isAtEndOfFile { _ = try buffer.fill() }
        let base = buffer.base
        if buffer.end >= 3, base[0] == 0xEF, base[1] == 0xBB, base[2] == 0xBF { buffer.begin = 3 }
        scan()
    }

    /// Finds every byte that may matter; a last line without end gets one.
    private func scan() {
        if offsetsCapacity < buffer.capacity + 1 {
            offsets.deallocate()
            offsetsCapacity = buffer.capacity + 1
            offsets = .allocate(capacity: offsetsCapacity)
        }
        nextOffset = 0
        let end = buffer.end
        offsetCount = scan_offsets(buffer.base, end, UInt8(ascii: "\n"), delimiter, quote, offsets)
        while nextOffset < offsetCount, Int(offsets[nextOffset]) < buffer.begin { nextOffset += 1 }
        if buffer.isAtEndOfFile, buffer.begin < end, buffer.base[end - 1] != UInt8(ascii: "\n") {
            buffer.endWithLineFeed()
            offsets[offsetCount] = UInt32(end)
            offsetCount += 1
        }
    }

    /// Cuts the record at `buffer.begin` and moves behind it; false where its end is not in the buffer.
    private func cut() -> Bool {
        let base = buffer.base
        let offsets = self.offsets
        let count = offsetCount
        let delimiter = self.delimiter
        let fields = self.fields
        let room = Self.room
        var next = nextOffset
        var start = UInt32(truncatingIfNeeded: buffer.begin)
        var field = 0
        var isStray = false

        while next < count {
            let at = offsets[next]
            let byte = base[Int(at)]
            next += 1
            if byte == delimiter {
                if field < room {
                    fields[field] = Field(start: start, end: at, isQuoted: false, hasDoubledQuotes: false)
                }
                field += 1
                start = at + 1
                continue
            }
            if byte == UInt8(ascii: "\n") {
                let end = at > start && base[Int(at) - 1] == UInt8(ascii: "\r") ? at - 1 : at
                if field < room {
                    fields[field] = Field(start: start, end: end, isQuoted: false, hasDoubledQuotes: false)
                }
                finish(fields: field + 1, at: at, end: end, next: next, isStray: isStray)
                return true
            }
            guard at == start else { continue }

            guard let quoted = cutQuoted(from: &next, opening: at) else { return false }
            isStray = isStray || quoted.isStray
            if field < room { fields[field] = quoted.field }
            field += 1
            if quoted.endsRecord {
                finish(fields: field, at: quoted.after, end: quoted.lineEnd, next: next, isStray: isStray)
                return true
            }
            start = quoted.after + 1
        }
        return false
    }

    private struct QuotedField {
        var field: Field
        /// Where the delimiter or the line feed behind it is.
        var after: UInt32
        var endsRecord = false
        /// Where the line ends, without CR.
        var lineEnd: UInt32 = 0
        var isStray = false
    }

    /// Cuts the field that the quote at `opening` begins, up to the delimiter or line feed behind it.
    @inline(__always)
    private func cutQuoted(from next: inout Int, opening: UInt32) -> QuotedField? {
        let base = buffer.base
        var hasDoubled = false
        var closing: UInt32
        while true {
            guard next < offsetCount else { return nil }
            closing = offsets[next]
            next += 1
            let byte = base[Int(closing)]
            if byte == UInt8(ascii: "\n") {
                linesInRecord += 1
            } else if byte == quote {
                guard next < offsetCount, offsets[next] == closing + 1, base[Int(closing) + 1] == quote else { break }
                hasDoubled = true
                next += 1
            }
        }
        var quoted = QuotedField(
            field: Field(start: opening + 1, end: closing, isQuoted: true, hasDoubledQuotes: hasDoubled),
            after: closing
        )
        while next < offsetCount {
            quoted.after = offsets[next]
            next += 1
            let byte = base[Int(quoted.after)]
            if byte == delimiter {
                quoted.isStray = quoted.after != closing + 1
                return quoted
            }
            if byte == UInt8(ascii: "\n") {
                quoted.endsRecord = true
                quoted.lineEnd = base[Int(quoted.after) - 1] == UInt8(ascii: "\r") ? quoted.after - 1 : quoted.after
                quoted.isStray = quoted.lineEnd != closing + 1
                return quoted
            }
        }
        return nil
    }

    @inline(__always)
    private func finish(fields: Int, at lineFeed: UInt32, end: UInt32, next: Int, isStray: Bool) {
        fieldCount = fields
        hasStrayQuote = isStray
        recordStart = buffer.begin
        recordEnd = Int(end)
        nextOffset = next
        linesInRecord += 1
        buffer.begin = min(Int(lineFeed) + 1, buffer.end)
    }
}
