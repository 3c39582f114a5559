extension [UInt8] {
    /// Appends a number in decimal digits, with zeros before it up to `width`.
    mutating func append(decimal number: some FixedWidthInteger & SignedInteger, width: Int = 1) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { digits in
            var rest = UInt64(number.magnitude)
            var start = 64
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0 || 64 - start < width
            if number < 0 {
                start -= 1
                digits[start] = UInt8(ascii: "-")
            }
            append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }

    /// Appends UTF-8 as it stands within the quotes of a JSON string.
    mutating func append(escapedForJSON text: some Sequence<UInt8>) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0..<0x20:
                append(contentsOf: "\\u00".utf8)
                let digits = String(byte, radix: 16)
                append(contentsOf: (byte < 0x10 ? "0" + digits : digits).utf8)
            default: append(byte)
            }
        }
    }
}

/// A set of bytes that is asked once for each byte of an id.
struct ByteSet: Hashable, Sendable {
    private var words = SIMD4<UInt64>()

    init(_ bytes: [UInt8] = []) {
        for byte in bytes { insert(byte) }
    }

    var isEmpty: Bool { words == SIMD4() }

    func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }

    mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

    mutating func formUnion(_ other: ByteSet) { words |= other.words }
}
