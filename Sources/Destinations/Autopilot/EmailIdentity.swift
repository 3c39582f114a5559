/// An e-mail address in the one form by which receivers and runs tell people apart: trimmed, in lower case.
enum EmailIdentity {
    enum Verdict: Hashable, Sendable {
        case address, empty
        /// No receiver would take it: it has no `@` with something around it, or a space or control character inside.
        case malformed
    }

    /// Appends the address that `raw` holds to `identity`; nothing where it holds none.
    static func write(_ raw: ArraySlice<UInt8>, into identity: inout [UInt8]) -> Verdict {
        // Case and spaces beyond ASCII need Unicode's tables; hardly any address does.
        if raw.contains(where: { $0 >= 0x80 }) {
            let text = String(decoding: raw, as: UTF8.self).lowercased()
            return append(Array(text.trimmed.utf8)[...], to: &identity)
        }
        var rest = raw
        while let first = rest.first, first <= 0x20 { rest.removeFirst() }
        while let last = rest.last, last <= 0x20 { rest.removeLast() }
        return append(rest, to: &identity)
    }

    private static func append(_ address: ArraySlice<UInt8>, to identity: inout [UInt8]) -> Verdict {
        guard !address.isEmpty else { return .empty }
        guard let sign = address.lastIndex(of: UInt8(ascii: "@")), sign != address.startIndex,
            sign != address.endIndex - 1, address.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { return .malformed }
        for byte in address {
            identity.append(UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte)
        }
        return .address
    }
}

extension String {
    /// Without white space at either end, that of Unicode and the marks that only look like nothing included.
    fileprivate var trimmed: Substring {
        var rest = self[...]
        while let first = rest.first, first.isNothing { rest.removeFirst() }
        while let last = rest.last, last.isNothing { rest.removeLast() }
        return rest
    }
}

extension Character {
    fileprivate var isNothing: Bool {
        isWhitespace || self == "\u{200B}" || self == "\u{FEFF}" || self == "\u{2060}"
            || unicodeScalars.allSatisfy { $0.value < 0x20 }
    }
}
