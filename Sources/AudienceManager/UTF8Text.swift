enum UTF8Text {
    /// Whether the bytes are UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
    static func isValid(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let raw = UnsafeRawPointer(bytes)
        var at = 0
        while at < count {
            if at + 8 <= count, raw.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 {
                at += 8
            } else if bytes[at] < 0x80 {
                at += 1
            } else {
                let length = scalarLength(bytes + at, count - at)
                guard length > 0 else { return false }
                at += length
            }
        }
        return true
    }

    /// Of the scalar beyond ASCII that the bytes begin with; 0 where they begin with none.
    private static func scalarLength(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
        let length: Int
        // Which second bytes may follow the first.
        let second: ClosedRange<UInt8>
        switch bytes[0] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard length <= count, second.contains(bytes[1]) else { return 0 }
        for at in 2..<max(length, 2) where bytes[at] & 0xC0 != 0x80 { return 0 }
        return length
    }
}
