import Glibc
import Rules

final class TextLength: CellSource {
    private let text: Int

    init(_ text: Int) {
        self.text = text
    }

    override func fill(_ cell: UnsafeMutablePointer<RuleCell>, _ row: RuleRow) {
        let text = row.cell(text)
        guard text.pointee.kind == .text else { return }
        let bytes = text.pointee.text
        var scalars: Int64 = 0
        for index in 0..<bytes.count where bytes.start[index] & 0xC0 != 0x80 { scalars += 1 }
        cell.pointee.set(scalars)
    }
}

/// Text without white space at its ends; it points into the text it was made from.
final class TrimmedText: CellSource {
    private let text: Int

    init(_ text: Int) {
        self.text = text
    }

    override func fill(_ cell: UnsafeMutablePointer<RuleCell>, _ row: RuleRow) {
        let text = row.cell(text)
        guard text.pointee.kind == .text else { return }
        let bytes = text.pointee.text
        var (start, end) = (bytes.start, bytes.end)
        while start < end {
            let (scalar, next) = UTF8Scalar.at(start, end)
            guard scalar.properties.isWhitespace else { break }
            start = next
        }
        while end > start {
            var last = end - 1
            while last > start, last.pointee & 0xC0 == 0x80 { last -= 1 }
            guard UTF8Scalar.at(last, end).scalar.properties.isWhitespace else { break }
            end = last
        }
        cell.pointee.set(TextBytes(start: start, count: end - start))
    }
}

/// Text in another case, in a buffer that every row uses anew.
final class CasedText: CellSource {
    private let text: Int
    private let mapping: CaseMapping
    /// ASCII letters from this one on change.
    private let firstLetter: UInt8
    private let table: [UInt32]
    private var buffer: UnsafeMutablePointer<UInt8>
    private var capacity = 256

    init(_ text: Int, _ mapping: CaseMapping) {
        self.text = text
        self.mapping = mapping
        firstLetter = mapping == .upper ? 0x61 : 0x41
        table = (0..<Self.tableSize).map { value in Unicode.Scalar(value).map { mapping($0).value } ?? value }
        buffer = .allocate(capacity: capacity)
    }

    deinit {
        buffer.deallocate()
    }

    /// Up to here are the letters of nearly all text that has case.
    private static let tableSize: UInt32 = 0x0590

    override func fill(_ cell: UnsafeMutablePointer<RuleCell>, _ row: RuleRow) {
        let text = row.cell(text)
        guard text.pointee.kind == .text else { return }
        let bytes = text.pointee.text
        reserve(3 * bytes.count + 8)
        cell.pointee.set(TextBytes(start: buffer, count: map(bytes)))
    }

    private func reserve(_ needed: Int) {
        guard needed > capacity else { return }
        buffer.deallocate()
        capacity = 2 * needed
        buffer = .allocate(capacity: capacity)
    }

    private func map(_ text: TextBytes) -> Int {
        var at = text.start
        let end = text.end
        var output = buffer
        while at < end {
            if end - at >= 8 {
                let eight = UnsafeRawPointer(at).loadUnaligned(as: UInt64.self)
                if eight & 0x8080_8080_8080_8080 == 0 {
                    UnsafeMutableRawPointer(output).storeBytes(of: ascii(eight), as: UInt64.self)
                    (at, output) = (at + 8, output + 8)
                    continue
                }
            }
            let byte = at.pointee
            if byte < 0x80 {
                output.pointee = byte &- firstLetter < 26 ? byte ^ 0x20 : byte
                (at, output) = (at + 1, output + 1)
                continue
            }
            let (scalar, next) = UTF8Scalar.at(at, end)
            at = next
            output = UTF8Scalar.write(mapped(scalar), to: output)
        }
        return output - buffer
    }

    /// Eight ASCII bytes at once: a letter differs from its other case by 0x20.
    private func ascii(_ eight: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let first = UInt64(firstLetter)
        let fromFirst = eight &+ ones &* (0x80 &- first)
        let afterLast = eight &+ ones &* (0x80 &- first &- 26)
        return eight ^ ((fromFirst & ~afterLast & (ones &* 0x80)) >> 2)
    }

    private func mapped(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard scalar.value < Self.tableSize else { return mapping(scalar) }
        return table.withUnsafeBufferPointer { Unicode.Scalar($0[Int(scalar.value)]) ?? scalar }
    }
}

/// Unicode scalars in bytes that should be UTF-8, but are never read past their end where they are not.
enum UTF8Scalar {
    @inline(__always)
    static func at(
        _ start: UnsafePointer<UInt8>,
        _ end: UnsafePointer<UInt8>
    ) -> (scalar: Unicode.Scalar, next: UnsafePointer<UInt8>) {
        let lead = start.pointee
        guard lead >= 0x80 else { return (Unicode.Scalar(lead), start + 1) }
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard lead >= 0xC0, end - start >= length else { return ("\u{FFFD}", start + 1) }
        var value = UInt32(lead) & (0x7F >> UInt32(length))
        for index in 1..<length { value = value << 6 | UInt32(start[index] & 0x3F) }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", start + length)
    }

    /// Returns the place after what was written.
    @inline(__always)
    static func write(_ scalar: Unicode.Scalar, to start: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        let value = scalar.value
        switch value {
        case ..<0x80:
            start[0] = UInt8(value)
            return start + 1
        case ..<0x800:
            start[0] = UInt8(0xC0 | value >> 6)
            start[1] = UInt8(0x80 | value & 0x3F)
            return start + 2
        case ..<0x1_0000:
            start[0] = UInt8(0xE0 | value >> 12)
            start[1] = UInt8(0x80 | value >> 6 & 0x3F)
            start[2] = UInt8(0x80 | value & 0x3F)
            return start + 3
        default:
            start[0] = UInt8(0xF0 | value >> 18)
            start[1] = UInt8(0x80 | value >> 12 & 0x3F)
            start[2] = UInt8(0x80 | value >> 6 & 0x3F)
            start[3] = UInt8(0x80 | value & 0x3F)
            return start + 4
        }
    }
}
