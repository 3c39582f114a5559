/// E-mail addresses in the form by which receivers and runs tell people apart: trimmed and in lower case.
enum MailAddress {
    /// In characters; nobody takes longer ones.
    static let longest = 254

    /// Adds the address in its normal form; nothing for one of spaces only.
    static func append(_ value: Swift.Span<UInt8>, to bytes: inout [UInt8]) {
        value.withUnsafeBufferPointer { value in
            guard value.allSatisfy({ $0 < 0x80 }) else {
                return bytes.append(contentsOf: normal(String(decoding: value, as: UTF8.self)).utf8)
            }
            guard let first = value.firstIndex(where: { $0 > 0x20 }), let last = value.lastIndex(where: { $0 > 0x20 })
            else { return }
            let start = bytes.count
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: value[first...last]))
            bytes.withUnsafeMutableBufferPointer { bytes in
                for index in start..<bytes.count where UInt8(ascii: "A")...UInt8(ascii: "Z") ~= bytes[index] {
                    bytes[index] |= 0x20
                }
            }
        }
    }

    static func append(_ value: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        append(value.span, to: &bytes)
    }

    /// The same for text, where speed does not matter.
    static func normal(_ address: String) -> String {
        Text.trimmed(address).lowercased()
    }

    /// Whether a receiver is likely to take it; `address` is in its normal form.
    ///
    /// Refuses only what no mailbox has, because a wrong refusal keeps somebody away, and a wrong approval costs a call or
    /// two: the address is found, and the rest is sent again.
    static func isValid(_ address: [UInt8]) -> Bool {
        guard address.count <= longest || Text.characters(in: address.span) <= longest else { return false }
        return address.withUnsafeBufferPointer { address in
            guard let at = address.firstIndex(of: UInt8(ascii: "@")), at == address.lastIndex(of: UInt8(ascii: "@"))
            else { return false }
            return isLocalPart(address[..<at]) && isDomain(address[(at + 1)...])
        }
    }

    private static func isLocalPart(_ part: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard !part.isEmpty, part.count <= 64 else { return false }
        let dot = UInt8(ascii: ".")
        guard part.first != dot, part.last != dot else { return false }
        var previous: UInt8 = 0
        for byte in part {
            guard !isForbidden(byte), byte != dot || previous != dot else { return false }
            previous = byte
        }
        return true
    }

    /// At least two labels between dots, the last one not a number: that would be an IP address.
    private static func isDomain(_ part: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let (dot, hyphen) = (UInt8(ascii: "."), UInt8(ascii: "-"))
        var labels = 1
        var length = 0
        var isNumber = true
        var previous = dot
        for byte in part {
            if byte == dot {
                guard length > 0, previous != hyphen else { return false }
                labels += 1
                (length, isNumber) = (0, true)
            } else {
                guard byte >= 0x80 || byte == hyphen || isLetter(byte) || isDigit(byte) else { return false }
                guard byte != hyphen || length > 0 else { return false }
                length += 1
                guard length <= 63 else { return false }
                isNumber = isNumber && isDigit(byte)
            }
            previous = byte
        }
        return labels >= 2 && length > 0 && previous != hyphen && !isNumber
    }

    /// What only a quoted local part may have, or none; SendGrid's other identifiers are kept apart by the colon.
    private static func isForbidden(_ byte: UInt8) -> Bool {
        byte < 64 ? forbidden.low >> UInt64(byte) & 1 == 1 : byte < 128 && forbidden.high >> UInt64(byte - 64) & 1 == 1
    }

    /// A bit for each byte of ASCII: below 64, and from there on.
    private static let forbidden: (low: UInt64, high: UInt64) = {
        var (low, high) = (UInt64(0), UInt64(0))
        for byte in Array(0...0x20) + Array("()<>[]:;,\\\"\u{7F}".utf8) {
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
        }
        return (low, high)
    }()

    private static func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }
}
