/// Text as bytes of UTF-8.
enum Text {
    /// How many characters a database counts in it: Unicode's, not bytes.
    static func characters(in bytes: Swift.Span<UInt8>) -> Int {
        bytes.withUnsafeBufferPointer { $0.reduce(0) { $1 & 0xc0 == 0x80 ? $0 : $0 + 1 } }
    }

    /// Without what nobody sees at its ends, the space that does not break and the byte order mark among it.
    static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: isSeen), let last = scalars.lastIndex(where: isSeen) else {
            return ""
        }
        return String(scalars[first...last])
    }

    static func trimmed(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        if let first = value.first, let last = value.last, 0x21..<0x7f ~= first, 0x21..<0x7f ~= last { return value }
        return Array(trimmed(String(decoding: value, as: UTF8.self)).utf8)[...]
    }

    private static func isSeen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format: false
        default: !scalar.properties.isWhitespace
        }
    }
}
