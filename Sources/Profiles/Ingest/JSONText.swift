import CScan

/// Reads one JSON value after another from the bytes of a line, exactly as RFC 8259 says.
///
/// Every function answers false or nil where the text is no JSON. The bytes are readable for `SCAN_PADDING` bytes
/// past `end`.
struct JSONText {
    let base: UnsafePointer<UInt8>
    let end: Int
    private(set) var at: Int

    /// How deep values may nest.
    private static let depth = 128

    init(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int) {
        self.base = base
        self.end = end
        at = start
    }

    /// The next byte that is no blank; 0 at the end.
    @inline(__always)
    mutating func peek() -> UInt8 {
        while at < end {
            let byte = base[at]
            guard byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A else { return byte }
            at += 1
        }
        return 0
    }

    /// Moves behind `byte` where it comes next.
    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        at += 1
        return true
    }

    mutating func take(_ word: StaticString) -> Bool {
        guard at + word.utf8CodeUnitCount <= end else { return false }
        for index in 0..<word.utf8CodeUnitCount where base[at + index] != word.utf8Start[index] { return false }
        at += word.utf8CodeUnitCount
        return true
    }

    struct Raw {
        var start: Int
        var end: Int
        var hasEscapes = false
    }

    /// What is between the quotes of the string that comes next.
    @inline(__always)
    mutating func string() -> Raw? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = at
        var hasEscapes = false
        while at < end {
            let byte = base[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                return Raw(start: start, end: at - 1, hasEscapes: hasEscapes)
            }
            guard byte >= 0x20 else { return nil }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                at += 1
            }
            at += 1
        }
        return nil
    }

    /// The number that comes next, as it is written.
    mutating func number() -> Raw? {
        let start = at
        if at < end, base[at] == UInt8(ascii: "-") { at += 1 }
        let whole = at
        guard skipDigits() else { return nil }
        guard base[whole] != UInt8(ascii: "0") || at == whole + 1 else { return nil }
        if at < end, base[at] == UInt8(ascii: ".") {
            at += 1
            guard skipDigits() else { return nil }
        }
        if at < end, base[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < end, base[at] == UInt8(ascii: "-") || base[at] == UInt8(ascii: "+") { at += 1 }
            guard skipDigits() else { return nil }
        }
        return Raw(start: start, end: at)
    }

    @inline(__always)
    private mutating func skipDigits() -> Bool {
        let start = at
        while at < end, base[at] &- UInt8(ascii: "0") < 10 { at += 1 }
        return at > start
    }

    /// Moves behind the value that comes next, whatever it is.
    mutating func skip(depth: Int = JSONText.depth) -> Bool {
        switch peek() {
        case UInt8(ascii: "\""):
            guard let raw = string() else { return false }
            return !raw.hasEscapes || hasGoodEscapes(raw)
        case UInt8(ascii: "{"): return skipList(to: UInt8(ascii: "}"), isObject: true, depth: depth)
        case UInt8(ascii: "["): return skipList(to: UInt8(ascii: "]"), isObject: false, depth: depth)
        case UInt8(ascii: "t"): return take("true")
        case UInt8(ascii: "f"): return take("false")
        case UInt8(ascii: "n"): return take("null")
        default: return number() != nil
        }
    }

    private mutating func skipList(to closing: UInt8, isObject: Bool, depth: Int) -> Bool {
        guard depth > 0 else { return false }
        at += 1
        if take(closing) { return true }
        while true {
            if isObject {
                guard let key = string(), !key.hasEscapes || hasGoodEscapes(key), take(UInt8(ascii: ":")) else {
                    return false
                }
            }
            guard skip(depth: depth - 1) else { return false }
            if take(closing) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }

    private func hasGoodEscapes(_ raw: Raw) -> Bool {
        var index = raw.start
        while index < raw.end {
            guard base[index] == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            if base[index + 1] == UInt8(ascii: "u") {
                guard hexadecimal(index + 2, raw.end) != nil else { return false }
                index += 6
            } else {
                guard Self.plain(base[index + 1]) != nil else { return false }
                index += 2
            }
        }
        return true
    }

    enum Unescaped {
        case bytes(Int)
        /// A `\u` escape that is half of a surrogate pair.
        case loneSurrogate
        case malformed
    }

    /// Writes what the string means; never longer than it is written.
    func unescape(_ raw: Raw, into target: UnsafeMutablePointer<UInt8>) -> Unescaped {
        var index = raw.start
        var written = 0
        while index < raw.end {
            guard base[index] == UInt8(ascii: "\\") else {
                target[written] = base[index]
                written += 1
                index += 1
                continue
            }
            guard base[index + 1] == UInt8(ascii: "u") else {
                guard let byte = Self.plain(base[index + 1]) else { return .malformed }
                target[written] = byte
                written += 1
                index += 2
                continue
            }
            guard var scalar = hexadecimal(index + 2, raw.end) else { return .malformed }
            index += 6
            if 0xDC00...0xDFFF ~= scalar { return .loneSurrogate }
            if 0xD800...0xDBFF ~= scalar {
                guard index + 6 <= raw.end, base[index] == UInt8(ascii: "\\"), base[index + 1] == UInt8(ascii: "u"),
                    let low = hexadecimal(index + 2, raw.end), 0xDC00...0xDFFF ~= low
                else { return .loneSurrogate }
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
                index += 6
            }
            guard let encoded = Unicode.Scalar(scalar) else { return .malformed }
            for byte in UTF8.encode(encoded) ?? UTF8.encodedReplacementCharacter {
                target[written] = byte
                written += 1
            }
        }
        return .bytes(written)
    }

    private func hexadecimal(_ index: Int, _ limit: Int) -> UInt32? {
        guard index + 4 <= limit else { return nil }
        var value: UInt32 = 0
        for position in index..<index + 4 {
            switch base[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(base[position] - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                value = value << 4 | UInt32(base[position] - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"):
                value = value << 4 | UInt32(base[position] - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }

    private static func plain(_ escape: UInt8) -> UInt8? {
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): escape
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }
}
