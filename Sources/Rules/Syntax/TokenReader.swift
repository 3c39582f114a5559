/// Goes through the tokens of one rule.
protocol TokenReader {
    /// Of the rule's text.
    var scalars: [Unicode.Scalar] { get }
    /// The last one is the end.
    var tokens: [Token] { get }
    /// Of the current token.
    var index: Int { get set }
    /// What was found wrong so far that did not keep reading from going on.
    var problems: [RuleProblem] { get set }
}

extension TokenReader {
    var current: Token { tokens[index] }
    var following: Token { tokens[min(index + 1, tokens.count - 1)] }
    var currentKeyword: RuleKeyword? { keyword(current) }
    /// Where the last token read ends.
    var end: Int { index > 0 ? tokens[index - 1].range.upperBound : 0 }

    func keyword(_ token: Token) -> RuleKeyword? {
        guard case .word(let word) = token.kind else { return nil }
        return RuleKeyword(rawValue: word.lowercased())
    }

    @discardableResult
    mutating func advance() -> Token {
        let token = current
        index = min(index + 1, tokens.count - 1)
        return token
    }

    mutating func accept(_ keyword: RuleKeyword) -> Bool {
        guard currentKeyword == keyword else { return false }
        advance()
        return true
    }

    mutating func accept(_ symbol: Token.Symbol) -> Bool {
        guard current.kind == .symbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: Token.Symbol, _ purpose: String) throws(RuleProblem) {
        guard accept(symbol) else {
            throw RuleProblem("expected '\(symbol.rawValue)' \(purpose), found \(found)", at: current.range)
        }
    }

    /// The current token as a sentence names it.
    var found: String {
        current.kind == .end ? "the end of the rule" : "'\(slice(current.range))'"
    }

    func slice(_ range: Range<Int>) -> String {
        excerpt(String(String.UnicodeScalarView(scalars[range])))
    }

    mutating func problem(_ message: String, at range: Range<Int>) {
        problems.append(RuleProblem(message, at: range))
    }

    func tooDeep(at range: Range<Int>) -> RuleProblem {
        RuleProblem("rule is nested more than \(RuleLimits.depth) levels deep", at: range)
    }
}
