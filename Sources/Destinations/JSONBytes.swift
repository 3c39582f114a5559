/// Writes JSON values out of bytes into bytes, without making a string of any.
extension [UInt8] {
    /// Appends UTF-8 text as a JSON string; what is no UTF-8 becomes U+FFFD.
    package mutating func appendJSON(text: Swift.Span<UInt8>) {
        append(UInt8(ascii: "\""))
        text.withUnsafeBufferPointer { bytes in
            var start = 0
            var index = 0
            while index < bytes.count {
                if index + 8 <= bytes.count, isPlain(eightOf: bytes, at: index) {
                    index += 8
                    continue
                }
                let byte = bytes[index]
                if byte >= 0x20, byte < 0x80, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                    index += 1
                    continue
                }
                let scalar = byte < 0x80 ? 0 : scalarLength(bytes, at: index)
                if scalar > 0 {
                    index += scalar
                    continue
                }
                append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                if byte < 0x80 {
                    appendEscape(byte)
                    index += 1
                } else {
                    append(contentsOf: [0xEF, 0xBF, 0xBD])
                    index -= scalar
                }
                start = index
            }
            append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
        }
        append(UInt8(ascii: "\""))
    }

    package mutating func appendJSON(text: ArraySlice<UInt8>) {
        appendJSON(text: text.span)
    }

    package mutating func appendJSON(text: some StringProtocol) {
        appendJSON(text: Array(text.utf8).span)
    }

    /// Appends a number that is there in decimal.
    ///
    /// - Returns: false, with nothing appended, where JSON does not write numbers that way.
    package mutating func appendJSON(number digits: ArraySlice<UInt8>) -> Bool {
        guard isJSONNumber(digits) else { return false }
        append(contentsOf: digits)
        return true
    }

    package mutating func appendJSON(_ flag: Bool) {
        append(contentsOf: (flag ? "true" : "false").utf8)
    }

    package mutating func appendJSONNull() {
        append(contentsOf: "null".utf8)
    }

    private mutating func appendEscape(_ byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0D: append(UInt8(ascii: "r"))
        default:
            append(contentsOf: "u00".utf8)
            append(hexadecimalDigit(byte >> 4))
            append(hexadecimalDigit(byte & 15))
        }
    }
}

/// Whether the next eight bytes are ASCII that stands for itself in a JSON string: of each, the highest bit of `found` would
/// say that it is not.
@inline(__always)
private func isPlain(eightOf bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
    let word = UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self)
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
    let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
    let found = word | (word &- ones &* 0x20) | (quotes &- ones) | (backslashes &- ones)
    return found & (ones &* 0x80) == 0
}

private func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

/// How many bytes the scalar has that begins with a byte above ASCII; where none does, minus the bytes to replace, which are
/// those that could have begun one (Unicode 15, table 3-7 and section 3.9).
private func scalarLength(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
    let lead = bytes[start]
    let (length, second): (Int, ClosedRange<UInt8>) =
        switch lead {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xE1...0xEF: (3, 0x80...0xBF)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: (0, 0x80...0xBF)
        }
    guard length > 0 else { return -1 }
    for offset in 1..<length {
        let allowed = offset == 1 ? second : 0x80...0xBF
        guard start + offset < bytes.count, allowed.contains(bytes[start + offset]) else { return -offset }
    }
    return length
}

private func isJSONNumber(_ digits: ArraySlice<UInt8>) -> Bool {
    var rest = digits
    if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    guard let first = rest.first, isDigit(first) else { return false }
    rest = first == UInt8(ascii: "0") ? rest.dropFirst() : rest.drop(while: isDigit)
    if rest.first == UInt8(ascii: ".") {
        rest.removeFirst()
        guard let first = rest.first, isDigit(first) else { return false }
        rest = rest.drop(while: isDigit)
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
        rest.removeFirst()
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        guard let first = rest.first, isDigit(first) else { return false }
        rest = rest.drop(while: isDigit)
    }
    return rest.isEmpty
}

private func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
}
