import TidegateModel

/// What stands where a value is expected.
extension RuleParser {
    mutating func operand(_ weakest: Precedence) throws(RuleProblem) -> Expression {
        let token = current
        let start = token.range.lowerBound
        switch token.kind {
        case .integer(let magnitude):
            advance()
            guard let integer = Int64(exactly: magnitude) else {
                throw RuleProblem("'\(slice(token.range))' is out of the range of an integer", at: token.range)
            }
            return try node(.literal(.integer(integer)), .integer, from: start)
        case .real(let real):
            advance()
            return try node(.literal(.real(real)), .real, from: start)
        case .text(let text):
            advance()
            return try node(.literal(.text(text)), .text, from: start)
        case .symbol(.opening):
            advance()
            let inner = try expression(.or)
            try expect(.closing, "to close the parenthesis")
            return Expression(inner.kind, inner.type, at: start..<end)
        case .symbol(.minus), .symbol(.plus):
            return try signed()
        case .word(let word):
            return try named(word, weakest)
        case .symbol, .key, .end:
            throw RuleProblem("expected a value, found \(found)", at: token.range)
        }
    }

    private mutating func signed() throws(RuleProblem) -> Expression {
        let sign = advance()
        let start = sign.range.lowerBound
        let isNegative = sign.kind == .symbol(.minus)
        if isNegative, case .integer(let magnitude) = current.kind {
            advance()
            let integer = magnitude > UInt64(Int64.max) ? Int64.min : -Int64(magnitude)
            return try node(.literal(.integer(integer)), .integer, from: start)
        }
        if isNegative, case .real(let real) = current.kind {
            advance()
            return try node(.literal(.real(-real)), .real, from: start)
        }
        let operand = try expression(.sign)
        guard requireNumber(operand, for: isNegative ? "-" : "+") else { return unknown(start..<end) }
        return isNegative
            ? try node(.negate(operand), operand.type, from: start)
            : Expression(operand.kind, operand.type, at: start..<end)
    }

    private mutating func named(_ word: String, _ weakest: Precedence) throws(RuleProblem) -> Expression {
        let token = current
        let start = token.range.lowerBound
        if let keyword = currentKeyword { return try keywordOperand(keyword, weakest) }
        advance()
        if current.kind == .symbol(.opening) { return try call(word, token) }
        if case .text(let content) = current.kind, let literal = try temporal(word, content) {
            advance()
            return try node(.literal(literal), literal.type, from: start)
        }
        guard let attribute = schema.attribute(named: word) else {
            problem(
                "unknown attribute '\(excerpt(word))'" + hint(for: word, among: schema.attributes.map(\.name)),
                at: token.range
            )
            return unknown(token.range)
        }
        return try node(.attribute(attribute), attribute.type, from: start)
    }

    private mutating func keywordOperand(
        _ keyword: RuleKeyword,
        _ weakest: Precedence
    ) throws(RuleProblem) -> Expression {
        let token = current
        let start = token.range.lowerBound
        switch keyword {
        case .true, .false:
            advance()
            return try node(.literal(.boolean(keyword == .true)), .boolean, from: start)
        case .null:
            advance()
            return try node(.literal(.null), nil, from: start)
        case .now:
            advance()
            return try node(.now, .timestamp, from: start)
        case .not:
            guard weakest <= .not else { throw RuleProblem("'not' needs parentheses here", at: token.range) }
            advance()
            let operand = try expression(.not)
            require(operand, .boolean, for: "not")
            return try node(.not(operand), .boolean, from: start)
        default:
            throw RuleProblem("expected a value, found \(found)", at: token.range)
        }
    }

    /// The value of `date '…'` or `timestamp '…'`, whose word has been read and whose text is current.
    private mutating func temporal(_ word: String, _ content: String) throws(RuleProblem) -> RuleValue? {
        switch word.lowercased() {
        case "date":
            guard let date = LocalDate(iso: content) else {
                problem("date '\(excerpt(content))' does not exist or is not written yyyy-mm-dd", at: current.range)
                return .null
            }
            return .date(Int64(date.daysSinceEpoch))
        case "timestamp":
            guard let instant = Instant(iso: content) else {
                let example = "2026-01-31T02:00:00Z"
                problem(
                    "timestamp '\(excerpt(content))' does not exist or is not written like '\(example)'",
                    at: current.range
                )
                return .null
            }
            return .timestamp(instant.milliseconds)
        default:
            return nil
        }
    }

    private mutating func call(_ word: String, _ name: Token) throws(RuleProblem) -> Expression {
        let start = name.range.lowerBound
        advance()
        switch word.lowercased() {
        case "in_segment": return try membership(from: start)
        case "has_trait": return try trait(from: start)
        default: break
        }
        var arguments: [Expression] = []
        if current.kind != .symbol(.closing) {
            repeat { arguments.append(try expression(.or)) } while accept(.comma)
        }
        try expect(.closing, "to close the arguments of '\(excerpt(word))'")
        guard let function = RuleCall(rawValue: word.lowercased()) else {
            let names = RuleCall.allCases.map(\.rawValue) + ["in_segment", "has_trait"]
            problem("unknown function '\(excerpt(word))'" + hint(for: word, among: names), at: name.range)
            return unknown(start..<end)
        }
        return try checked(function, arguments, from: start)
    }

    private mutating func membership(from start: Int) throws(RuleProblem) -> Expression {
        guard case .text(let segment) = current.kind, following.kind == .symbol(.closing) else {
            throw RuleProblem("'in_segment' needs the name of one segment in quotes", at: current.range)
        }
        advance()
        advance()
        return try node(.inSegment(segment), .boolean, from: start)
    }

    private mutating func trait(from start: Int) throws(RuleProblem) -> Expression {
        guard case .integer(let number) = current.kind, let sid = Int64(exactly: number) else {
            throw RuleProblem("'has_trait' needs the number of one trait" + adviceOnTrait, at: current.range)
        }
        advance()
        if current.kind == .symbol(.comma) {
            throw RuleProblem("'has_trait' needs the number of one trait, join two with 'or'", at: current.range)
        }
        try expect(.closing, "after the number of the trait")
        return try node(.hasTrait(sid), .boolean, from: start)
    }

    private var adviceOnTrait: String {
        switch current.kind {
        case .text(let text) where UInt64(text) != nil: ", write \(text) without quotes"
        case .text: ", not text"
        case .symbol(.minus), .symbol(.plus): ", which has no sign"
        case .symbol(.closing): ""
        default: ", found \(found)"
        }
    }
}
