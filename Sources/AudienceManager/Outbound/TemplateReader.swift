import TidegateModel

/// Reads a template into a program, front to back; the first thing that is wrong ends it.
struct TemplateReader {
    /// What the pieces that are being read stand in.
    struct Surroundings {
        /// The list whose elements are gone through, and what its template calls one.
        var element: (name: String, list: OutboundList)?
        /// Where the `<if(…)>` stands whose branch this is.
        var branch: Int?
        var depth = 0
    }

    let slot: OutboundTemplate.Slot
    let scalars: [Unicode.Scalar]
    var position = 0
    var program = TemplateProgram()
    /// Each with the place that asks for it first.
    var needs: [OutboundNeed: Int] = [:]
    var warnings: [TemplateProblem] = []
    /// Pieces before this number are jumped to or over, so that no text is added to them.
    var settled = 0

    /// Conditions within conditions, and parentheses within parentheses.
    static let maxDepth = 32

    init(_ text: String, for slot: OutboundTemplate.Slot) {
        self.slot = slot
        scalars = Array(text.unicodeScalars)
    }

    mutating func read() throws(TemplateProblem) {
        if scalars.isEmpty { throw TemplateProblem("\(slot) template is empty", at: 0) }
        if scalars.count > OutboundTemplate.maxLength {
            throw TemplateProblem(
                "\(slot) template has more than \(OutboundTemplate.maxLength) characters",
                at: OutboundTemplate.maxLength)
        }
        _ = try readPieces(Surroundings())
    }

    var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    /// Reads up to what ends these surroundings, and returns the word that did: `else`, `elseif` or `endif` for a branch,
    /// which has been read up to its `>` or, of `elseif`, its `(`; nil for a list's template, whose `}` is next, and for
    /// the whole.
    mutating func readPieces(_ surroundings: Surroundings) throws(TemplateProblem) -> String? {
        while let scalar = next {
            switch scalar {
            case "<":
                if let end = try readTag(surroundings) { return end }
            case "\\": try readEscape()
            case "}" where surroundings.element != nil:
                if let branch = surroundings.branch { throw Self.openCondition(at: branch) }
                return nil
            case "{" where surroundings.element != nil:
                throw TemplateProblem("'{' within '{…}' is written '<OPEN_CURLY_BRACKET>'", at: position)
            case "S" where starts("SPLITNUM"): try readSplitNumber(surroundings)
            default:
                if let problem = problem(with: scalar) { throw TemplateProblem(problem, at: position) }
                append(String(Character(scalar)))
                position += 1
            }
        }
        if let branch = surroundings.branch { throw Self.openCondition(at: branch) }
        return nil
    }

    static func openCondition(at position: Int) -> TemplateProblem {
        TemplateProblem("'<if(…)>' has no '<endif>'", at: position)
    }

    func starts(_ word: String) -> Bool { scalars[position...].starts(with: word.unicodeScalars) }

    mutating func append(_ text: String) {
        let start = program.literals.count
        program.literals.append(contentsOf: text.utf8)
        if program.pieces.count > settled, case .text(let range)? = program.pieces.last, range.upperBound == start {
            program.pieces[program.pieces.count - 1] = .text(range.lowerBound..<program.literals.count)
        } else {
            program.pieces.append(.text(start..<program.literals.count))
        }
    }

    /// Text that is no piece by itself.
    mutating func literal(_ text: String) -> Range<Int> {
        let start = program.literals.count
        program.literals.append(contentsOf: text.utf8)
        return start..<program.literals.count
    }

    /// The number of the next piece, which something jumps to.
    mutating func label() -> Int {
        settled = program.pieces.count
        return settled
    }

    private mutating func readEscape() throws(TemplateProblem) {
        let escaped = position + 1 < scalars.count ? scalars[position + 1] : nil
        guard let escaped, "<>{}\\".unicodeScalars.contains(escaped) else {
            let instead = escaped == "t" ? "; a tab is written '<TAB>'" : escaped == "n" ? "; " + Self.lineAdvice : ""
            throw TemplateProblem("'\\' stands only before '<', '>', '{', '}' and itself\(instead)", at: position)
        }
        append(String(Character(escaped)))
        position += 2
    }

    static let lineAdvice = "a line end is written '<NEW_LINE>' in a header, and ends each row by itself"

    private mutating func readSplitNumber(_ surroundings: Surroundings) throws(TemplateProblem) {
        try appendSplitNumber(surroundings, at: position)
        position += "SPLITNUM".count
    }

    mutating func appendSplitNumber(_ surroundings: Surroundings, at offset: Int) throws(TemplateProblem) {
        guard slot == .name else {
            throw TemplateProblem("'SPLITNUM' is for names of files, not for a \(slot)", at: offset)
        }
        if surroundings.branch != nil {
            throw TemplateProblem("'SPLITNUM' must not depend on a condition", at: offset)
        }
        if program.pieces.contains(.splitNumber) {
            throw TemplateProblem("'SPLITNUM' stands there already", at: offset)
        }
        if let problem = OutboundFileName.problem(beforeSplitNumber: program) {
            throw TemplateProblem(problem, at: offset)
        }
        program.pieces.append(.splitNumber)
    }

    /// Why a character cannot stand in the text for itself.
    private func problem(with scalar: Unicode.Scalar) -> String? {
        switch (scalar, slot) {
        case ("/", .name): "'/' cannot be in a file's name, folders are the destination's"
        case ("\t", .header), ("\t", .row), ("\u{1}", .header), ("\u{1}", .row), ("\n", .header): nil
        case ("\n", .row), ("\r", .row): "a row is one line, and a line end stands in it"
        case ("\0"..."\u{1F}", _), ("\u{7F}"..."\u{9F}", _), ("\u{2028}"..."\u{2029}", _):
            "a \(slot) cannot hold the control character U+\(Self.hex(scalar))"
        default: nil
        }
    }

    private static func hex(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
