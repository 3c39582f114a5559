/// Finds documents whose aliases could grow without bound, before a parser expands them.
///
/// With at most `limit` aliases, nested in the worst way, a document grows by less than two thousand times.
enum AliasGuard {
    static let limit = 20

    /// The line and column, from 1, of the first alias that is one too many, and how many there are.
    ///
    /// Counts generously: a `*word` inside a plain or quoted text counts, comments and block texts do not.
    static func excess(in lines: Range<Int>, of source: SourceText) -> (line: Int, column: Int, count: Int)? {
        var count = 0
        var first: (line: Int, column: Int)?
        var blockIndent: Int?
        for index in lines {
            let line = source.line(index)
            guard let indent = line.firstIndex(where: { $0 != UInt8(ascii: " ") }).map({ $0 - line.startIndex }) else {
                continue
            }
            if let block = blockIndent {
                if indent > block { continue }
                blockIndent = nil
            }
            if line[line.startIndex + indent] == UInt8(ascii: "#") { continue }
            for offset in aliases(in: line) {
                count += 1
                if count == limit + 1 { first = (index + 1, scalars(line.prefix(offset)).count + 1) }
            }
            if opensBlockText(line) { blockIndent = indent }
        }
        return first.map { ($0.line, $0.column, count) }
    }

    /// Offsets of each `*` that starts a word.
    private static func aliases(in line: ArraySlice<UInt8>) -> [Int] {
        var found: [Int] = []
        var previous = UInt8(ascii: " ")
        for (offset, byte) in line.enumerated() {
            if byte == UInt8(ascii: "*"), !isWord(previous), isWord(line.dropFirst(offset + 1).first ?? 0) {
                found.append(offset)
            }
            previous = byte
        }
        return found
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), 0x80...0xFF:
            true
        default: false
        }
    }

    /// Whether the line ends in `|` or `>` with its indicators, after a key or a dash.
    private static func opensBlockText(_ line: ArraySlice<UInt8>) -> Bool {
        let header = line.split(separator: UInt8(ascii: " ")).last ?? []
        guard header.count <= 3, header.count < line.count,
            let first = header.first, first == UInt8(ascii: "|") || first == UInt8(ascii: ">")
        else { return false }
        return header.dropFirst().allSatisfy { "+-123456789".utf8.contains($0) }
    }
}
