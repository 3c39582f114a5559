import Glibc
import Rules

/// Looks for a pattern in UTF-8.
class TextMatcher {
    let cost: Int

    init(cost: Int) {
        self.cost = cost
    }

    func matches(_ text: TextBytes) -> Bool { false }

    /// The quickest way to look for a pattern.
    static func of(_ elements: [LikePattern.Element]) -> TextMatcher {
        let pieces = elements.split(separator: .anyText, omittingEmptySubsequences: false).map(PatternPiece.init)
        let first = pieces.first ?? PatternPiece([])
        let last = pieces.last ?? first
        let middle = pieces.dropFirst().dropLast().filter { !$0.units.isEmpty }
        let isLiteral = pieces.allSatisfy { $0.literal != nil }
        guard isLiteral, middle.isEmpty || first.units.isEmpty && last.units.isEmpty && middle.count == 1 else {
            return PatternMatcher(first, middle, last, isWhole: pieces.count == 1)
        }
        if let inner = middle.first { return ContentMatcher(inner.literal ?? []) }
        if pieces.count == 1 { return EndsMatcher(first.literal ?? [], [], isWhole: true) }
        return EndsMatcher(first.literal ?? [], last.literal ?? [], isWhole: false)
    }

    /// Looks at no more than the ends of text, whose letters may be of either case.
    ///
    /// Nil unless the pattern is lower-case ASCII around one `%`.
    static func ignoringCase(_ elements: [LikePattern.Element]) -> EndsMatcher? {
        let pieces = elements.split(separator: .anyText, omittingEmptySubsequences: false).map(PatternPiece.init)
        guard pieces.count == 2, let prefix = pieces[0].literal, let suffix = pieces[1].literal,
            (prefix + suffix).allSatisfy({ $0 < 0x80 && !(0x41...0x5A ~= $0) })
        else { return nil }
        return EndsMatcher(prefix, suffix, isWhole: false, ignoresCase: true)
    }
}

/// Text that contains something.
final class ContentMatcher: TextMatcher {
    private let content: OwnedBytes

    init(_ content: [UInt8]) {
        self.content = OwnedBytes(content)
        super.init(cost: 12)
    }

    override func matches(_ text: TextBytes) -> Bool {
        text.contains(content.bytes)
    }
}

/// Any pattern: a beginning, pieces in their order, an end.
final class PatternMatcher: TextMatcher {
    private let first: PatternPiece
    private let middle: [PatternPiece]
    private let last: PatternPiece
    private let isWhole: Bool

    init(_ first: PatternPiece, _ middle: some Sequence<PatternPiece>, _ last: PatternPiece, isWhole: Bool) {
        self.first = first
        self.middle = Array(middle)
        self.last = last
        self.isWhole = isWhole
        super.init(cost: 30)
    }

    override func matches(_ text: TextBytes) -> Bool {
        guard var at = first.match(text, at: text.start) else { return false }
        if isWhole { return at == text.end }
        for piece in middle {
            guard let next = piece.find(text, from: at) else { return false }
            at = next
        }
        guard let start = last.start(backFrom: text.end, notBefore: at) else { return false }
        return last.match(text, at: start) == text.end
    }
}

/// What stands between two `%`.
struct PatternPiece {
    /// Bytes, or 256 for any one scalar.
    let units: [UInt16]
    /// The bytes, where there is no `_` among them.
    let literal: [UInt8]?
    private let scalarCount: Int

    init(_ elements: some Sequence<LikePattern.Element>) {
        var units: [UInt16] = []
        var scalarCount = 0
        for element in elements {
            scalarCount += 1
            if case .scalar(let scalar) = element {
                units += UTF8.encode(scalar)?.map(UInt16.init) ?? []
            } else {
                units.append(256)
            }
        }
        self.units = units
        self.scalarCount = scalarCount
        literal = units.contains(256) ? nil : units.map { UInt8($0) }
    }

    /// The end of this piece where it stands at `start`.
    func match(_ text: TextBytes, at start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        var at = start
        for unit in units {
            guard at < text.end else { return nil }
            if unit == 256 {
                at = after(at, text)
            } else {
                guard UInt16(at.pointee) == unit else { return nil }
                at += 1
            }
        }
        return at
    }

    /// The end of this piece where it first stands at or after `start`.
    func find(_ text: TextBytes, from start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        var at = start
        while true {
            if let end = match(text, at: at) { return end }
            guard at < text.end else { return nil }
            at = after(at, text)
        }
    }

    /// Where a piece of this many scalars starts that ends at `end`.
    func start(backFrom end: UnsafePointer<UInt8>, notBefore least: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        var at = end
        for _ in 0..<scalarCount {
            guard at > least else { return nil }
            repeat { at -= 1 } while at > least && at.pointee & 0xC0 == 0x80
        }
        return at
    }

    private func after(_ at: UnsafePointer<UInt8>, _ text: TextBytes) -> UnsafePointer<UInt8> {
        var next = at + 1
        while next < text.end, next.pointee & 0xC0 == 0x80 { next += 1 }
        return next
    }
}
