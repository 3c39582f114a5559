import Glibc

/// Text that starts with one thing and ends with another, or is the first as a whole.
final class EndsMatcher: TextMatcher {
    private let prefix: TextEnd
    private let suffix: TextEnd
    private let least: Int
    private let isWhole: Bool

    init(_ prefix: [UInt8], _ suffix: [UInt8], isWhole: Bool, ignoresCase: Bool = false) {
        self.prefix = TextEnd(prefix, isStart: true, ignoresCase: ignoresCase)
        self.suffix = TextEnd(suffix, isStart: false, ignoresCase: ignoresCase)
        self.isWhole = isWhole
        least = prefix.count + suffix.count
        super.init(cost: 3)
    }

    override func matches(_ text: TextBytes) -> Bool {
        quickly(text) == .equal
    }

    /// Uncertain only where case is ignored and letters beyond ASCII are in the way, of which some fold to ASCII.
    func quickly(_ text: TextBytes) -> TextEnd.Outcome {
        guard isWhole ? text.count == least : text.count >= least else { return .different }
        let outcome = suffix.compare(text)
        return outcome == .equal ? prefix.compare(text) : outcome
    }
}

/// What text is to start or to end with, compared eight bytes at a time.
struct TextEnd {
    enum Outcome { case equal, different, uncertain }

    private let literal: OwnedBytes
    private let isStart: Bool
    private let ignoresCase: Bool
    /// The literal's eight bytes at the very start or end.
    private let word: UInt64
    /// Ones where `word` has bytes of a shorter literal.
    private let care: UInt64
    /// The bits that make letters lower-case.
    private let letters: UInt64

    init(_ literal: [UInt8], isStart: Bool, ignoresCase: Bool) {
        self.literal = OwnedBytes(literal)
        self.isStart = isStart
        self.ignoresCase = ignoresCase
        var (word, care, letters): (UInt64, UInt64, UInt64) = (0, 0, 0)
        for (index, byte) in (isStart ? literal.prefix(8) : literal.suffix(8)).enumerated() {
            let place = UInt64(isStart ? index : index + max(0, 8 - literal.count)) * 8
            word |= UInt64(byte) << place
            care |= 0xFF << place
            if ignoresCase, 0x61...0x7A ~= byte { letters |= 0x20 << place }
        }
        (self.word, self.care, self.letters) = (word, care, letters)
    }

    /// Of a text that is at least as long as the literal.
    @inline(__always)
    func compare(_ text: TextBytes) -> Outcome {
        let count = literal.bytes.count
        guard text.count >= 8 else { return slowly(text, from: 0) }
        let start = isStart ? text.start : text.end - 8
        let eight = UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
        guard ((eight | letters) ^ word) & care == 0 else {
            return ignoresCase && eight & care & 0x8080_8080_8080_8080 != 0 ? .uncertain : .different
        }
        return count <= 8 ? .equal : slowly(text, from: 8)
    }

    /// Byte by byte from the very start or end on, of which `from` bytes are known to be equal.
    @inline(never)
    private func slowly(_ text: TextBytes, from: Int) -> Outcome {
        let literal = literal.bytes
        for index in from..<max(from, literal.count) {
            let wanted = isStart ? literal.start[index] : literal.start[literal.count - 1 - index]
            let byte = isStart ? text.start[index] : text.start[text.count - 1 - index]
            if byte == wanted || ignoresCase && 0x61...0x7A ~= wanted && byte | 0x20 == wanted { continue }
            return ignoresCase && byte >= 0x80 ? .uncertain : .different
        }
        return .equal
    }
}
