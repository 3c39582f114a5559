import TidegateModel

/// What stands between `<` and `>`.
extension TemplateReader {
    /// Reads one tag, and returns its word where it ends a branch.
    mutating func readTag(_ surroundings: Surroundings) throws(TemplateProblem) -> String? {
        let start = position
        position += 1
        skipBlanks()
        let word = readWord()
        switch word {
        case "if":
            try readConditional(surroundings, from: start)
        case "else", "elseif", "endif":
            if surroundings.branch == nil {
                throw TemplateProblem("'<\(word)>' stands without '<if(…)>' before it", at: start)
            }
            if word != "elseif" { try close(from: start) }
            return word
        default:
            if let element = surroundings.element, word == element.name || word.hasPrefix(element.name + ".") {
                try readField(word.dropFirst(element.name.count), of: element.list, from: start)
            } else {
                try readMacro(word, surroundings, from: start)
            }
        }
        return nil
    }

    private mutating func readMacro(
        _ word: String, _ surroundings: Surroundings, from start: Int
    ) throws(TemplateProblem) {
        let macro = try macro(word, at: start)
        if let list = macro.list {
            try readList(list, named: word, surroundings, from: start)
            return
        }
        switch macro {
        case .splitNumber:
            try appendSplitNumber(surroundings, at: start)
        case .timestamp:
            program.pieces.append(.timestamp(program.stamps.count))
            program.stamps.append(try readStamp(from: start))
        case .dpUUIDs:
            program.pieces.append(.links(program.links.count))
            program.links.append(try readLinkQuery(from: start))
        case .uuid, .dpUUID: program.pieces.append(.id)
        case .mcid: break  // Nobody brings it apart from other ids.
        default:
            if let text = macro.text { append(text) } else { program.pieces.append(.constant(macro)) }
        }
        if macro == .optOut { warnings.append(TemplateProblem("'<OPT_OUT>' is deprecated and writes 0", at: start)) }
        try close(from: start)
    }

    /// The macro of a name, which may stand in this slot; what it needs is noted.
    mutating func macro(_ word: String, at offset: Int) throws(TemplateProblem) -> OutboundMacro {
        guard let macro = OutboundMacro.named(word) else { throw unknown(word, at: offset) }
        guard macro.slots.contains(slot) else {
            let there = macro.slots.map { $0 == .name ? "names of files" : "\($0)s" }.joined(separator: " and ")
            throw TemplateProblem("'<\(word)>' is for \(there), not for a \(slot)", at: offset)
        }
        if let need = macro.need, needs[need] == nil { needs[need] = offset }
        return macro
    }

    private func unknown(_ word: String, at offset: Int) -> TemplateProblem {
        if word.isEmpty {
            return TemplateProblem("'<' opens no macro; the character itself is written '\\<'", at: offset)
        }
        let known = OutboundMacro.allCases.filter { $0.slots.contains(slot) }.map(\.rawValue) + ["else", "endif"]
        let guess = Spelling.nearest(to: word, in: known).map { ", did you mean '<\($0)>'?" }
        let advice = word.contains(".") ? ", a field stands within a list, as in ':{seg|<seg.sid>}'" : ""
        return TemplateProblem("unknown macro '<\(word)>'" + (guess ?? advice), at: offset)
    }

    private mutating func readField(
        _ suffix: Substring, of list: OutboundList, from start: Int
    ) throws(TemplateProblem) {
        let name = String(suffix.dropFirst())
        if let field = suffix == "." ? nil : list.fields[name] {
            program.pieces.append(.field(field))
        } else if list.deprecatedFields.contains(name) {
            warnings.append(TemplateProblem("'\(name)' is deprecated, write 'sid'", at: start))
            program.pieces.append(.field(.id))
        } else {
            let known = list.fields.keys.filter { !$0.isEmpty }.sorted()
            let guess = Spelling.nearest(to: name, in: known).map { ", did you mean '\($0)'?" }
            let choice = known.isEmpty ? ", an id has none" : ", there are \(known.joined(separator: ", "))"
            throw TemplateProblem("unknown field '\(FileName.printable(name))'" + (guess ?? choice), at: start)
        }
        try close(from: start)
    }

    // MARK: - Words

    mutating func skipBlanks() {
        while let next, next == " " || next == "\t" || next == "\n" || next == "\r" || next == "\u{A0}" {
            position += 1
        }
    }

    mutating func readWord() -> String {
        let start = position
        while let next, Self.isWord(next) { position += 1 }
        return String(String.UnicodeScalarView(scalars[start..<position]))
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "A"..."Z", "a"..."z", "0"..."9", "_", ".": true
        default: false
        }
    }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard next == scalar else { return false }
        position += 1
        return true
    }

    /// Takes the `>` of the tag that starts at `start`.
    mutating func close(from start: Int) throws(TemplateProblem) {
        if !take(">") { throw unexpected(in: start) }
    }

    /// What is next has no place in the tag that starts at `start`.
    func unexpected(in start: Int) -> TemplateProblem {
        guard let next else { return TemplateProblem("'<' opens a macro that no '>' closes", at: start) }
        return TemplateProblem("unexpected '\(FileName.printable(String(Character(next))))' in a macro", at: position)
    }
}
