/// Where in the file a character of a YAML text stands.
///
/// Walks the source and the parsed text side by side, undoing quotes, escapes and folded lines. Where the two do not
/// match character by character (a tag in front, an unusual escape) there is no answer.
struct ScalarAlignment {
    private let text: [Unicode.Scalar]
    private var lines: [[Unicode.Scalar]]
    private let start: SourcePosition
    private let style: YAMLScalar.Style

    init(_ scalar: YAMLScalar, in source: SourceText) {
        text = Array(scalar.text.unicodeScalars)
        start = scalar.position
        style = scalar.style
        // Each line of source gives at least one character of the text, but for blank and escaped ones.
        let last = min(source.lineCount, start.line + 2 * text.count + 16)
        lines = (max(start.line - 1, 0)..<max(last, start.line)).map { scalars(source.line($0)) }
    }

    /// `offset` counts the text's Unicode scalars; its count stands for the end. Nil where the two do not match.
    func position(ofScalar offset: Int) -> SourcePosition? {
        switch style {
        case .plain, .singleQuoted, .doubleQuoted: flowPosition(of: offset)
        case .literal, .folded: blockPosition(of: offset)
        }
    }

    private func place(_ line: Int, _ column: Int) -> SourcePosition {
        SourcePosition(file: start.file, line: start.line + line, column: column + 1)
    }

    // MARK: Plain and quoted texts

    private func flowPosition(of offset: Int) -> SourcePosition? {
        var (line, column, value) = (0, start.column - 1 + (style == .plain ? 0 : 1), 0)
        while line < lines.count {
            if value == offset { return place(line, column) }
            guard value < text.count else { return nil }
            let rest = lines[line].dropFirst(column)
            if rest.allSatisfy(isBlank) {
                let breaks = skipBreaks(&line, &column)
                guard takeFold(of: breaks, at: &value) else { return nil }
            } else if style == .doubleQuoted, rest.first == "\\" {
                if rest.count == 1 {
                    _ = skipBreaks(&line, &column)
                } else {
                    column += Self.escapeLength(rest.dropFirst().first)
                    value += 1
                }
            } else {
                guard rest.first == text[value] else { return nil }
                column += style == .singleQuoted && rest.first == "'" ? 2 : 1
                value += 1
            }
        }
        return nil
    }

    /// Moves to the next character that is not blank, over line breaks, and counts these.
    private func skipBreaks(_ line: inout Int, _ column: inout Int) -> Int {
        var breaks = 0
        repeat {
            line += 1
            breaks += 1
            column = line < lines.count ? lines[line].prefix(while: isBlank).count : 0
        } while line < lines.count && column == lines[line].count
        return breaks
    }

    /// One line break was read as a space, more of them as one break less.
    private func takeFold(of breaks: Int, at value: inout Int) -> Bool {
        let expected: [Unicode.Scalar] = breaks == 1 ? [" "] : Array(repeating: "\n", count: breaks - 1)
        guard text[value...].starts(with: expected) else { return false }
        value += expected.count
        return true
    }

    private static func escapeLength(_ scalar: Unicode.Scalar?) -> Int {
        switch scalar {
        case "x": 4
        case "u": 6
        case "U": 10
        default: 2
        }
    }

    // MARK: Block texts

    private func blockPosition(of offset: Int) -> SourcePosition? {
        let content = lines.dropFirst()
        guard let first = content.first(where: { !$0.allSatisfy(isBlank) }) else { return nil }
        let leading = text.drop { $0 == "\n" }.prefix { $0 == " " }.count
        let indent = first.prefix { $0 == " " }.count - leading
        var value = 0
        for (line, source) in content.enumerated() {
            for (column, scalar) in source.enumerated().dropFirst(indent) {
                if value == offset { return place(line + 1, column) }
                guard value < text.count, text[value] == scalar else { return nil }
                value += 1
            }
            if value == offset { return place(line + 1, max(source.count, indent)) }
            if value < text.count, text[value] == "\n" || style == .folded && text[value] == " " { value += 1 }
        }
        return nil
    }
}

private func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
