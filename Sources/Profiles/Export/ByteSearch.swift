/// Looks for any of a few ASCII bytes in eight bytes at a time.
struct ByteSearch {
    private let patterns: (UInt64, UInt64, UInt64, UInt64, UInt64)

    /// One to five bytes.
    init(anyOf bytes: [UInt8]) {
        let wide = bytes.map { Self.lows * UInt64($0) }
        let last = wide.last ?? 0
        func pattern(_ index: Int) -> UInt64 { index < wide.count ? wide[index] : last }
        patterns = (pattern(0), pattern(1), pattern(2), pattern(3), pattern(4))
    }

    /// Whether any is among `count` bytes from `start`; up to seven bytes beyond them are read.
    @inline(__always)
    func finds(in start: UnsafePointer<UInt8>, count: Int) -> Bool {
        let raw = UnsafeRawPointer(start)
        var offset = 0
        while offset + 8 <= count {
            if hits(raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) != 0 { return true }
            offset += 8
        }
        guard offset < count else { return false }
        let tail = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        let kept: UInt64 = ~0 >> UInt64((8 - (count - offset)) * 8)
        // A hit's mark is in its own byte or above it, so that bytes beyond the end never mark one before it.
        return hits(tail) & kept != 0
    }

    /// Not zero where any byte of `word` is one of those looked for; the lowest mark is exact.
    @inline(__always)
    private func hits(_ word: UInt64) -> UInt64 {
        (Self.zeros(word ^ patterns.0) | Self.zeros(word ^ patterns.1) | Self.zeros(word ^ patterns.2)
            | Self.zeros(word ^ patterns.3) | Self.zeros(word ^ patterns.4)) & Self.highs
    }

    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 {
        (word &- lows) & ~word
    }

    static let lows: UInt64 = 0x0101_0101_0101_0101
    static let highs: UInt64 = 0x8080_8080_8080_8080
}
