/// What personal data an id looks like. A guess: ids are warned about by it, never rejected.
package enum PersonalData {
    /// `e-mail` for an id with an address in it, `phone` for one that is a telephone number; nil for all others, so for
    /// every hash.
    ///
    /// Digits alone are a customer's number, whatever they begin with: `0046701234567` may be padded. A telephone
    /// number is 7 to 15 digits behind a plus sign, or 9 to 15 with blanks, hyphens, dots, slashes or brackets between
    /// them that begin with 0 or are grouped as in North America. `%40` and `%2B` are an at sign and a plus sign.
    package static func kind(of id: UnsafeRawBufferPointer) -> String? {
        if holdsAddress(id) { return "e-mail" }
        return isPhone(id) ? "phone" : nil
    }

    private static func holdsAddress(_ id: UnsafeRawBufferPointer) -> Bool {
        for at in id.indices {
            let isEncoded = id[at] == UInt8(ascii: "%") && id.dropFirst(at).starts(with: "%40".utf8)
            guard isEncoded || id[at] == UInt8(ascii: "@"), at > 0, isLocal(id[at - 1]) else { continue }
            if beginsWithDomain(id.dropFirst(at + (isEncoded ? 3 : 1))) { return true }
        }
        return false
    }

    private static func isLocal(_ byte: UInt8) -> Bool {
        byte.isASCIIDigit || byte.isASCIILetter || byte >= 0x80 || "!#$%&'*+-/=?^_`{|}~.\"".utf8.contains(byte)
    }

    /// At least two labels, the last one of two letters or more.
    private static func beginsWithDomain(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
        let domain = text.prefix {
            $0.isASCIIDigit || $0.isASCIILetter || $0 >= 0x80 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        }
        let labels = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        for (above, label) in zip(labels, labels.dropFirst()) where !above.isEmpty && label.count >= 2 {
            if label.allSatisfy({ $0.isASCIILetter || $0 >= 0x80 }) { return true }
            if label.starts(with: "xn--".utf8) { return true }
        }
        return false
    }

    private static func isPhone(_ id: UnsafeRawBufferPointer) -> Bool {
        // Longer ones are no telephone numbers even with a blank between all digits.
        guard let first = id.first, id.count <= 34 else { return false }
        let rest: Slice<UnsafeRawBufferPointer>
        if first == UInt8(ascii: "+") {
            rest = id.dropFirst(1)
        } else if first == UInt8(ascii: "%") {
            guard id.starts(with: "%2B".utf8) || id.starts(with: "%2b".utf8) else { return false }
            rest = id.dropFirst(3)
        } else {
            return isFormattedPhone(id)
        }
        return rest.allSatisfy { $0.isASCIIDigit || isSeparator($0) } && (7...15).contains(digitCount(rest))
    }

    private static func isFormattedPhone(_ id: UnsafeRawBufferPointer) -> Bool {
        guard id.allSatisfy({ $0.isASCIIDigit || isSeparator($0) }), (9...15).contains(digitCount(id[...])) else {
            return false
        }
        let groups = id.split(whereSeparator: isSeparator)
        guard groups.count > 1 else { return false }
        if groups[0].first == UInt8(ascii: "0") { return true }
        let counts = groups.map(\.count)
        return counts == [3, 3, 4] || counts == [1, 3, 3, 4] && groups[0].first == UInt8(ascii: "1")
    }

    private static func digitCount(_ text: Slice<UnsafeRawBufferPointer>) -> Int {
        text.reduce(0) { $0 + ($1.isASCIIDigit ? 1 : 0) }
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { " -./()".utf8.contains(byte) }
}
