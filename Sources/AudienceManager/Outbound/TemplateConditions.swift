import TidegateModel

/// `<if(SEGMENT_LIST && !REMOVED_SEGMENT_LIST)>…<elseif(…)>…<else>…<endif>`
extension TemplateReader {
    mutating func readConditional(_ surroundings: Surroundings, from start: Int) throws(TemplateProblem) {
        var inside = surroundings
        inside.branch = start
        inside.depth += 1
        if inside.depth > Self.maxDepth { throw TemplateProblem("conditions are nested too deep", at: start) }
        var exits: [Int] = []
        var end: String? = "elseif"
        while end == "elseif" {
            let test = try readTest(from: start)
            end = try readPieces(inside)
            if end != "endif" {
                exits.append(program.pieces.count)
                program.pieces.append(.jump(0))
            }
            program.pieces[test.piece] = .test(test.condition, otherwise: label())
        }
        if end == "else" {
            let elseStart = position
            end = try readPieces(inside)
            if end != "endif" { throw TemplateProblem("'<\(end ?? "")>' stands behind '<else>'", at: elseStart) }
        }
        let target = label()
        for exit in exits { program.pieces[exit] = .jump(target) }
    }

    /// Reads a condition in parentheses and the `>` behind it; its piece waits for where it jumps to.
    private mutating func readTest(from start: Int) throws(TemplateProblem) -> (piece: Int, condition: Int) {
        guard take("(") else { throw unexpected(in: start) }
        let condition = try readEither(from: start, depth: 0)
        guard take(")") else { throw unexpected(in: start) }
        try close(from: start)
        program.conditions.append(condition)
        program.pieces.append(.test(program.conditions.count - 1, otherwise: 0))
        _ = label()
        return (program.pieces.count - 1, program.conditions.count - 1)
    }

    private mutating func readEither(
        from start: Int, depth: Int
    ) throws(TemplateProblem) -> TemplateProgram.Condition {
        var parts = [try readBoth(from: start, depth: depth)]
        while try takePair("|", from: start) { parts.append(try readBoth(from: start, depth: depth)) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func readBoth(
        from start: Int, depth: Int
    ) throws(TemplateProblem) -> TemplateProgram.Condition {
        var parts = [try readTerm(from: start, depth: depth)]
        while try takePair("&", from: start) { parts.append(try readTerm(from: start, depth: depth)) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func readTerm(
        from start: Int, depth: Int
    ) throws(TemplateProblem) -> TemplateProgram.Condition {
        if depth > Self.maxDepth { throw TemplateProblem("a condition is nested too deep", at: start) }
        if take("!") { return .not(try readTerm(from: start, depth: depth + 1)) }
        if take("(") {
            let inner = try readEither(from: start, depth: depth + 1)
            guard take(")") else { throw unexpected(in: start) }
            return inner
        }
        let offset = position
        let word = readWord()
        if word.isEmpty { throw unexpected(in: start) }
        let macro = try macro(word, at: offset)
        if macro.text != nil || macro == .splitNumber || macro == .dpUUIDs {
            throw TemplateProblem("'\(word)' cannot be asked for in a condition", at: offset)
        }
        return .has(macro)
    }

    /// Takes `&&` or `||`.
    private mutating func takePair(_ scalar: Unicode.Scalar, from start: Int) throws(TemplateProblem) -> Bool {
        guard take(scalar) else { return false }
        guard next == scalar else { throw unexpected(in: start) }
        position += 1
        return true
    }
}
