import Yams

/// Text of one document to a tree, or nil with the reasons among the problems.
struct YAMLComposer {
    /// How deep collections may nest; job files need five.
    private static let deepest = 32
    /// How often one document is parsed again because of a key that it has twice.
    private static let mostRenamings = 100

    let file: Int
    let lines: Range<Int>
    let problems: Problems
    private var renamed: [SourcePosition: String] = [:]
    private var nodesLeft: Int
    /// The key of the document that is being looked into.
    private var topKey: SourcePosition

    init(file: Int, lines: Range<Int>, problems: Problems) {
        self.file = file
        self.lines = lines
        self.problems = problems
        topKey = SourcePosition(file: file, line: lines.lowerBound + 1, column: 1)
        nodesLeft = problems.sources[file].text(ofLines: lines).count + 10_000
    }

    private var source: SourceText { problems.sources[file] }

    /// Nil also where the document has nothing but comments.
    mutating func compose() -> YAMLTree? {
        if let control = firstControlCharacter() {
            problems.error("control character \(control.name) is not allowed", at: control.position)
            return nil
        }
        if let excess = AliasGuard.excess(in: lines, of: source) {
            problems.error(
                "a document may use at most \(AliasGuard.limit) aliases, not \(excess.count)",
                at: SourcePosition(file: file, line: excess.line, column: excess.column)
            )
            return nil
        }
        guard let node = parse() else { return nil }
        if case .scalar(let scalar) = node, scalar.string.isEmpty, scalar.style == .plain { return nil }
        return tree(of: node, depth: 0)
    }

    // MARK: Parsing

    /// Yams stops at the first key that a mapping has twice. The first of the two is renamed in the text, to one of
    /// the same width, and the document parsed again; the tree gets the key's own name back.
    private mutating func parse() -> Node? {
        var text = String(decoding: source.text(ofLines: lines), as: UTF8.self)
        for _ in 0...Self.mostRenamings {
            do {
                return try node(of: text)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                guard rename(keys.first ?? "", at: context.mark, in: &text) else {
                    problems.error("key '\(keys.first ?? "")' is given twice", at: position(context.mark))
                    return nil
                }
            } catch {
                report(error)
                return nil
            }
        }
        problems.error(
            "a document may have at most \(Self.mostRenamings) keys that are given twice",
            at: SourcePosition(file: file, line: lines.lowerBound + 1, column: 1)
        )
        return nil
    }

    private func node(of text: String) throws -> Node? {
        // The parser keeps a pointer into the string's storage, which a string of at most 15 bytes does not have.
        let padded = text + String(repeating: "\n", count: 16)
        // The default encoding would read the process's environment each time; the basic resolver guesses no types.
        return try Parser(yaml: padded, resolver: .basic, encoding: .utf8).singleRoot()
    }

    private mutating func rename(_ key: String, at mark: Mark, in text: inout String) -> Bool {
        var scalars = Array(text.unicodeScalars)
        guard let first = key.unicodeScalars.first, var index = index(of: mark, in: scalars) else { return false }
        if scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
        guard index < scalars.count, scalars[index] == first,
            let stand = Unicode.Scalar(0xF0000 + UInt32(renamed.count))
        else { return false }
        scalars[index] = stand
        text = String(String.UnicodeScalarView(scalars))
        renamed[position(mark)] = key
        return true
    }

    private func index(of mark: Mark, in text: [Unicode.Scalar]) -> Int? {
        let before = source.text(ofLines: lines.lowerBound..<lines.lowerBound + mark.line - 1)
        let index = scalars(before).count + mark.column - 1
        return text.indices.contains(index) ? index : nil
    }

    private func position(_ mark: Mark?) -> SourcePosition {
        SourcePosition(file: file, line: lines.lowerBound + (mark?.line ?? 1), column: mark?.column ?? 1)
    }

    // MARK: Nodes to tree

    private mutating func tree(of node: Node, depth: Int) -> YAMLTree? {
        let position = position(node.mark)
        nodesLeft -= 1
        guard nodesLeft > 0 else {
            if nodesLeft == 0 { problems.error("the aliases in here expand to too much", at: topKey) }
            return nil
        }
        guard depth <= Self.deepest else {
            problems.error("nested deeper than \(Self.deepest) levels", at: position)
            return nil
        }
        if let tag = Self.foreignTag(of: node) { problems.error("tag '\(tag)' is not supported", at: position) }
        switch node {
        case .scalar(let scalar):
            return .scalar(YAMLScalar(text: scalar.string, style: .init(scalar.style), position: position))
        case .sequence(let sequence):
            var items: [YAMLTree] = []
            for item in sequence {
                if let item = tree(of: item, depth: depth + 1) { items.append(item) }
                if nodesLeft <= 0 { return nil }
            }
            return .list(items, position)
        case .mapping(let mapping):
            return self.mapping(mapping, at: position, depth: depth)
        case .alias:
            return nil
        }
    }

    /// Nil for the tags that a node has by itself.
    private static func foreignTag(of node: Node) -> String? {
        let (tag, own): (Tag, Tag.Name) =
            switch node {
            case .scalar(let scalar): (scalar.tag, .str)
            case .sequence(let sequence): (sequence.tag, .seq)
            case .mapping(let mapping): (mapping.tag, .map)
            case .alias: (.implicit, .implicit)
            }
        let known: [Tag.Name] = [.implicit, .nonSpecific, own]
        return known.contains { $0.rawValue == tag.rawValue } ? nil : tag.rawValue
    }

    private mutating func mapping(_ mapping: Node.Mapping, at position: SourcePosition, depth: Int) -> YAMLTree? {
        var entries: [YAMLMapping.Entry] = []
        var seen: [String: SourcePosition] = [:]
        for (keyNode, valueNode) in mapping {
            let keyPosition = self.position(keyNode.mark)
            guard let scalar = keyNode.scalar else {
                problems.error("a key must be text", at: keyPosition)
                continue
            }
            if depth == 0 { topKey = keyPosition }
            guard let value = tree(of: valueNode, depth: depth + 1) else { continue }
            let key = renamed[keyPosition] ?? scalar.string
            if let first = seen[key] {
                let line = source.place(of: first).line
                problems.error("key '\(key)' is given twice, first in line \(line)", at: keyPosition)
            } else if key == "<<", scalar.style == .plain {
                problems.error("merge key '<<' is not supported, write the keys out", at: keyPosition)
            } else {
                seen[key] = keyPosition
                entries.append(.init(key: key, keyPosition: keyPosition, value: value))
            }
        }
        return nodesLeft > 0 ? .mapping(YAMLMapping(entries: entries, position: position)) : nil
    }
}

// MARK: - What the parser or the reader would not take

extension YAMLComposer {
    private func report(_ error: any Error) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let position = place(of: mark, context: context)
            withholdLikelySecret(at: position)
            let character = scalars(source.line(position.line - 1)).dropFirst(position.column - 1).first
            if character == "\t", problem.contains("cannot start any token") {
                problems.error("tabs cannot indent YAML, use spaces", at: position)
            } else {
                let sentence = [context?.text, problem].compactMap(\.self).joined(separator: ", ")
                problems.error("not valid YAML: \(sentence)", at: position)
            }
        default:
            problems.error("not valid YAML", at: SourcePosition(file: file, line: lines.lowerBound + 1, column: 1))
        }
    }

    /// What is never closed is only noticed at the end; where it was opened helps more.
    private func place(of mark: Mark, context: YamlError.Context?) -> SourcePosition {
        let position = position(mark)
        guard position.line > lines.upperBound else { return position }
        if let context, case let opened = self.position(context.mark), opened.line <= lines.upperBound { return opened }
        return SourcePosition(file: file, line: lines.upperBound, column: 1)
    }

    /// What no tree was made of has no fields that could say so.
    private func withholdLikelySecret(at position: SourcePosition) {
        let line = String(decoding: source.line(position.line - 1), as: UTF8.self)
        guard SecretWords.occur(in: line) else { return }
        problems.withhold(lines: position.line...position.line, of: file)
    }

    private func firstControlCharacter() -> (name: String, position: SourcePosition)? {
        for index in lines {
            let line = source.line(index)
            // Nearly every line is clean, and bytes tell so at once: these are the lead bytes of what YAML refuses.
            guard line.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F || $0 == 0xC2 || $0 == 0xEF }) else {
                continue
            }
            for (offset, scalar) in scalars(line).enumerated() where !Self.isAllowed(scalar) {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let name = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
                return (name, SourcePosition(file: file, line: index + 1, column: offset + 1))
            }
        }
        return nil
    }

    /// The characters that YAML 1.1 takes.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
