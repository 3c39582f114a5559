import TidegateModel

/// `<SEGMENT_LIST:{seg|<seg.sid>}; separator=",">`, and other options behind a semicolon.
extension TemplateReader {
    mutating func readList(
        _ list: OutboundList, named word: String, _ surroundings: Surroundings, from start: Int
    ) throws(TemplateProblem) {
        if surroundings.element != nil {
            throw TemplateProblem("'<\(word)>' stands within a list, which holds no other", at: start)
        }
        let piece = program.pieces.count
        program.pieces.append(.list(list, separator: 0..<0, end: 0))
        _ = label()
        let hasBody = take(":")
        if hasBody {
            try readBody(of: list, surroundings, from: start)
        } else {
            program.pieces.append(.field(.id))
        }
        let end = label()
        let separator = try readOption("separator", from: start)?.value ?? (hasBody ? "" : ",")
        try close(from: start)
        if separator.isEmpty, isGlued(piece + 1..<end) {
            throw TemplateProblem(
                "numbers of '<\(word)>' would stand without anything between them, "
                    + "write '; separator=\",\"'", at: start)
        }
        program.pieces[piece] = .list(list, separator: literal(separator), end: end)
    }

    private mutating func readBody(
        of list: OutboundList, _ surroundings: Surroundings, from start: Int
    ) throws(TemplateProblem) {
        guard take("{") else { throw unexpected(in: start) }
        skipBlanks()
        let offset = position
        let name = readWord()
        guard !name.isEmpty, take("|") else {
            throw TemplateProblem("'{' needs a name for an element and '|', as in '{seg|<seg.sid>}'", at: offset)
        }
        if name.contains(".") || OutboundMacro.named(name) != nil || ["if", "else", "elseif", "endif"].contains(name) {
            throw TemplateProblem("'\(name)' cannot name an element", at: offset)
        }
        let count = program.pieces.count
        _ = try readPieces(Surroundings(element: (name, list), depth: surroundings.depth))
        guard next == "}" else { throw TemplateProblem("'{' is not closed by '}'", at: offset - 1) }
        position += 1
        if program.pieces.count == count { throw TemplateProblem("'{\(name)|}' writes nothing", at: offset) }
    }

    /// True where one element would end in a number and the next begin with one.
    private func isGlued(_ body: Range<Int>) -> Bool {
        guard let first = body.first, let last = body.last, case .field = program.pieces[first],
            case .field = program.pieces[last]
        else { return false }
        return true
    }

    // MARK: - Options

    /// Reads `; name="value"`; nil where there is none.
    mutating func readOption(
        _ name: String, from start: Int
    ) throws(TemplateProblem) -> (value: String, offset: Int)? {
        guard take(";") else { return nil }
        skipBlanks()
        let offset = position
        let word = readWord()
        guard word == name else {
            throw TemplateProblem("option '\(word)' is not known here, '\(name)' is", at: offset)
        }
        guard take("=") else { throw unexpected(in: start) }
        skipBlanks()
        let valueOffset = position
        if next == "\"" { return (try readQuoted(from: start), valueOffset + 1) }
        let value = readWord()
        guard let text = OutboundMacro.named(value)?.text, value != "NEW_LINE" else {
            throw TemplateProblem(
                "\(name) stands in straight quotes, or is 'TAB', 'COMMA' or 'ASCII_SOH'", at: valueOffset)
        }
        return (text, valueOffset)
    }

    private mutating func readQuoted(from start: Int) throws(TemplateProblem) -> String {
        let quote = position
        position += 1
        var value = String.UnicodeScalarView()
        while let scalar = next {
            switch scalar {
            case "\"":
                position += 1
                return String(value)
            case "\\":
                guard position + 1 < scalars.count, let escaped = Self.escapes[scalars[position + 1]] else {
                    throw TemplateProblem(
                        "in quotes '\\' stands only before 't', '\"', '<', '>' and itself", at: position)
                }
                value.append(escaped)
                position += 2
            case "<":
                throw TemplateProblem("'<' within quotes is no macro; write 'separator=TAB' or '\\<'", at: position)
            case "\t", "\u{1}":
                value.append(scalar)
                position += 1
            case _ where FileName.printable(String(Character(scalar))) != String(Character(scalar)):
                throw TemplateProblem("a control character stands within quotes", at: position)
            default:
                value.append(scalar)
                position += 1
            }
        }
        throw TemplateProblem("a quote is not closed", at: quote)
    }

    private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
        "t": "\t", "\"": "\"", "\\": "\\", "<": "<", ">": ">",
    ]

    /// `; format="YYYYMMDDhhmmss"`, `"seconds"` or `"milliseconds"`.
    mutating func readStamp(from start: Int) throws(TemplateProblem) -> TemplateProgram.Stamp {
        guard let format = try readOption("format", from: start) else { return .milliseconds }
        switch format.value {
        case "milliseconds": return .milliseconds
        case "seconds": return .seconds
        default:
            do {
                return .date(try DatePattern(format.value))
            } catch {
                switch error {
                case .malformed(let message, let offset): throw TemplateProblem(message, at: format.offset + offset)
                case .unusable(let message): throw TemplateProblem(message, at: format.offset)
                }
            }
        }
    }
}
