/// Reads the tokens of a trait's rule.
///
/// A value that does not fit what is asked of it is noted and reading goes on, so that one pass finds every such
/// problem. A problem of syntax ends it.
struct TraitRuleParser: TokenReader {
    let scalars: [Unicode.Scalar]
    let tokens: [Token]
    var index = 0
    var problems: [RuleProblem] = []
    private var nesting = 0

    static func parse(_ text: String) throws(InvalidRule) -> TraitCondition {
        let scalars = Array(text.unicodeScalars)
        var problems: [RuleProblem] = []
        do throws(RuleProblem) {
            var parser = TraitRuleParser(scalars, try Lexer.tokens(of: scalars, in: .traits))
            defer { problems = parser.problems }
            let root = try parser.rule()
            if parser.problems.isEmpty { return root }
        } catch {
            problems.append(error)
        }
        throw InvalidRule(problems: problems.sorted { $0.range.lowerBound < $1.range.lowerBound })
    }

    private init(_ scalars: [Unicode.Scalar], _ tokens: [Token]) {
        self.scalars = scalars
        self.tokens = tokens
    }

    private mutating func rule() throws(RuleProblem) -> TraitCondition {
        if current.kind == .end { throw RuleProblem("rule is empty", at: current.range) }
        let root = try disjunction()
        guard current.kind == .end else {
            throw RuleProblem("expected 'and' or 'or', found \(found)", at: current.range)
        }
        return root
    }

    private mutating func disjunction() throws(RuleProblem) -> TraitCondition {
        var operands = [try conjunction()]
        while accept(.or) { operands.append(try conjunction()) }
        return operands.count == 1 ? operands[0] : .any(operands)
    }

    private mutating func conjunction() throws(RuleProblem) -> TraitCondition {
        var operands = [try negation()]
        while accept(.and) { operands.append(try negation()) }
        return operands.count == 1 ? operands[0] : .all(operands)
    }

    /// The only way down a level: everything that nests is `not` or in parentheses.
    private mutating func negation() throws(RuleProblem) -> TraitCondition {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= RuleLimits.depth else { throw tooDeep(at: current.range) }
        if accept(.not) { return .not(try negation()) }
        if accept(.opening) {
            let inner = try disjunction()
            try expect(.closing, "to close the parenthesis")
            return inner
        }
        if case .word(let word) = current.kind, following.kind == .symbol(.opening), currentKeyword == nil {
            return try call(word)
        }
        return try predicate()
    }

    // MARK: Keys

    mutating func key() throws(RuleProblem) -> FoldedText {
        let token = current
        switch token.kind {
        case .word(let word) where keyword(token) == nil:
            advance()
            return FoldedText(word)
        case .key(let written):
            advance()
            // As in data files.
            let key = FoldedText(written.hasPrefix("-") ? String(written.dropFirst()) : written)
            if key.text.isEmpty { problem("key is empty", at: token.range) }
            return key
        case .word:
            throw RuleProblem(
                "expected a key, found \(found), a key of that name is written \"\(slice(token.range))\"",
                at: token.range
            )
        case .text, .integer, .real:
            throw RuleProblem("expected a key, found \(found), the value comes after its key", at: token.range)
        case .symbol, .end:
            throw RuleProblem("expected a key, found \(found)", at: token.range)
        }
    }

    /// `contains(key, 'x')`, `starts_with(key, 'x')`, `ends_with(key, 'x')`.
    private mutating func call(_ word: String) throws(RuleProblem) -> TraitCondition {
        let name = advance()
        let functions: [RuleCall] = [.startsWith, .endsWith, .contains]
        guard let function = functions.first(where: { $0.rawValue == word.lowercased() }) else {
            let hint = hint(for: word, among: functions.map(\.rawValue))
            throw RuleProblem("a trait's rule has no function '\(excerpt(word))'\(hint)", at: name.range)
        }
        advance()
        let key = try key()
        try expect(.comma, "between the key and the text of '\(function.rawValue)'")
        guard case .text(let text) = current.kind else {
            throw RuleProblem("'\(function.rawValue)' needs text in quotes, found \(found)", at: current.range)
        }
        advance()
        try expect(.closing, "to close the arguments of '\(function.rawValue)'")
        return .some(key, .call(function, FoldedText(text)))
    }
}
