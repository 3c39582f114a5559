/// A place in one of the files being read, in YAML's own count, see `SourceText`.
struct SourcePosition: Hashable, Comparable, Sendable {
    var file: Int
    /// Counted from 1.
    var line: Int
    /// Counted from 1, in Unicode scalars.
    var column: Int

    static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

/// The lines of one job file.
///
/// YAML 1.1 also breaks lines at U+0085, U+2028 and U+2029, which editors show inside a line. Positions count
/// YAML's lines; `place(of:)` says what the user's editor shows.
struct SourceText: Sendable {
    let bytes: [UInt8]
    /// Where each of YAML's lines starts, and, last, the end of the text.
    private let starts: [Int]
    /// Indices of YAML's lines that go on an editor's line.
    private let continuations: Set<Int>

    init(_ text: String) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var bytes = Array(text.utf8)
        if bytes.starts(with: mark) { bytes.removeFirst(mark.count) }
        (starts, continuations) = Self.lines(of: bytes)
        self.bytes = bytes
    }

    var lineCount: Int { starts.count - 1 }

    /// The bytes of a line, counted from 0, without its line break.
    func line(_ index: Int) -> ArraySlice<UInt8> {
        guard 0..<lineCount ~= index else { return [] }
        var line = bytes[starts[index]..<starts[index + 1]]
        while let last = line.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { line.removeLast() }
        // Nearly every line is ASCII at its end.
        guard let last = line.last, last >= 0x80 else { return line }
        if line.suffix(3) == [0xE2, 0x80, 0xA8] || line.suffix(3) == [0xE2, 0x80, 0xA9] { line.removeLast(3) }
        if line.suffix(2) == [0xC2, 0x85] { line.removeLast(2) }
        return line
    }

    /// The bytes of several whole lines, counted from 0.
    func text(ofLines range: Range<Int>) -> ArraySlice<UInt8> {
        bytes[starts[range.lowerBound]..<starts[range.upperBound]]
    }

    /// The line and the column, both from 1, of a position as editors count them.
    func place(of position: SourcePosition) -> (line: Int, column: Int) {
        guard !continuations.isEmpty else { return (position.line, position.column) }
        var column = position.column
        var index = position.line - 1
        while continuations.contains(index) {
            index -= 1
            column += scalars(line(index)).count + 1
        }
        let skipped = continuations.count { $0 <= index }
        return (index + 1 - skipped, column)
    }

    /// The editor's whole line that a position is in.
    func shownLine(of position: SourcePosition) -> String {
        var first = position.line - 1
        while continuations.contains(first) { first -= 1 }
        var last = position.line - 1
        while continuations.contains(last + 1) { last += 1 }
        return (max(first, 0)...max(last, 0)).map { String(decoding: line($0), as: UTF8.self) }.joined(separator: " ")
    }

    private static func lines(of bytes: [UInt8]) -> (starts: [Int], continuations: Set<Int>) {
        var starts = [0]
        var continuations: Set<Int> = []
        var index = 0
        func follows(_ pattern: UInt8...) -> Bool { bytes[index...].starts(with: pattern) }
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\n"):
                index += 1
                starts.append(index)
            case UInt8(ascii: "\r"):
                index += follows(0x0D, 0x0A) ? 2 : 1
                starts.append(index)
            case 0xC2 where follows(0xC2, 0x85):
                index += 2
                continuations.insert(starts.count)
                starts.append(index)
            case 0xE2 where follows(0xE2, 0x80, 0xA8) || follows(0xE2, 0x80, 0xA9):
                index += 3
                continuations.insert(starts.count)
                starts.append(index)
            default:
                index += 1
            }
        }
        if starts.last != bytes.count || starts.count == 1 { starts.append(bytes.count) }
        return (starts, continuations)
    }
}

/// The Unicode scalars of UTF-8 bytes.
func scalars(_ bytes: some Collection<UInt8>) -> [Unicode.Scalar] {
    Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
}
