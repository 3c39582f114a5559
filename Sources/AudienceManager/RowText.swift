/// The bytes of one row, without its end, as one look at all of them finds them.
struct RowText {
    let bytes: UnsafePointer<UInt8>
    /// Without one carriage return at the end.
    let count: Int
    /// Of the first TAB; `count` where there is none.
    private(set) var firstTab: Int
    private(set) var hasSecondTab = false
    /// A carriage return or line feed behind the first TAB.
    private(set) var hasNewlineInList = false
    private var hasNul = false
    private var isASCII = true

    /// Nil for a row without bytes.
    init?(_ line: UnsafeRawBufferPointer) {
        guard let start = line.baseAddress, !line.isEmpty else { return nil }
        bytes = start.assumingMemoryBound(to: UInt8.self)
        count = line[line.count - 1] == Self.carriageReturn ? line.count - 1 : line.count
        guard count > 0 else { return nil }
        firstTab = count
        look()
    }

    static let tab = UInt8(ascii: "\t")
    static let space = UInt8(ascii: " ")
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")

    /// What is wrong with a row of any kind of file.
    var fault: RowFault? {
        if isBlank(0..<count) { return .blankLine }
        if !isASCII, !UTF8Text.isValid(bytes, count) { return .invalidUTF8 }
        return hasNul ? .nulByte : nil
    }

    func isBlank(_ range: Range<Int>) -> Bool {
        for at in range where bytes[at] != Self.space && bytes[at] != Self.tab { return false }
        return true
    }

    /// Eight bytes at a time: control characters are rare, so that only they are looked at one by one.
    private mutating func look() {
        var at = 0
        var highBits: UInt64 = 0
        let raw = UnsafeRawPointer(bytes)
        while at + 8 <= count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            highBits |= word
            // The high bit of each byte below 0x20.
            var controls = ~(((word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x6060_6060_6060_6060) | word) & 0x8080_8080_8080_8080
            while controls != 0 {
                note(at + controls.trailingZeroBitCount >> 3)
                controls &= controls &- 1
            }
            at += 8
        }
        isASCII = highBits & 0x8080_8080_8080_8080 == 0
        while at < count {
            if bytes[at] >= 0x80 { isASCII = false }
            if bytes[at] < 0x20 { note(at) }
            at += 1
        }
    }

    private mutating func note(_ at: Int) {
        switch bytes[at] {
        case Self.tab:
            if firstTab == count { firstTab = at } else { hasSecondTab = true }
        case Self.carriageReturn, Self.lineFeed:
            if firstTab < at { hasNewlineInList = true }
        case 0:
            hasNul = true
        default:
            break
        }
    }
}
