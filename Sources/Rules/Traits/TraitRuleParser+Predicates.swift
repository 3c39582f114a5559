import TidegateModel

/// What is asked of the values of a key.
extension TraitRuleParser {
    mutating func predicate() throws(RuleProblem) -> TraitCondition {
        let key = try key()
        if case .symbol(let symbol) = current.kind, let comparison = ComparisonOperator(rawValue: symbol.rawValue) {
            return try compared(key, comparison)
        }
        if accept(.is) { return try isNull(key) }
        let isNegated = accept(.not)
        let test: SignalTest
        switch currentKeyword {
        case .in: test = try isIn()
        case .between: test = try between()
        case .like, .ilike: test = try like()
        default:
            let wanted = isNegated ? "'in', 'between' or 'like' after 'not'" : "a comparison after a key"
            let isSplit = current.kind == .symbol(.minus) || current.kind == .symbol(.over)
            let advice = isSplit ? ", keys that are no plain words are written in double quotes" : ""
            throw RuleProblem("expected \(wanted), found \(found)\(advice)", at: current.range)
        }
        return isNegated ? otherwise(key, test) : .some(key, test)
    }

    /// The line has the key, and no value of it passes.
    private func otherwise(_ key: FoldedText, _ test: SignalTest) -> TraitCondition {
        .all([.occurs(key), .not(.some(key, test))])
    }

    private mutating func compared(
        _ key: FoldedText,
        _ comparison: ComparisonOperator
    ) throws(RuleProblem) -> TraitCondition {
        let sign = advance()
        let literal = try literal()
        switch comparison {
        case .equal: return .some(key, .equals([literal.value]))
        case .unequal: return otherwise(key, .equals([literal.value]))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            requireOrder(literal, for: slice(sign.range))
            return .some(key, .compares(comparison, literal.value))
        }
    }

    private mutating func isNull(_ key: FoldedText) throws(RuleProblem) -> TraitCondition {
        let isNegated = accept(.not)
        guard accept(.null) else {
            throw RuleProblem("expected 'null' after 'is', found \(found)", at: current.range)
        }
        return isNegated ? .occurs(key) : .not(.occurs(key))
    }

    private mutating func isIn() throws(RuleProblem) -> SignalTest {
        advance()
        try expect(.opening, "after 'in'")
        if current.kind == .symbol(.closing) {
            throw RuleProblem("'in' needs at least one value", at: current.range)
        }
        var values: [RuleValue] = []
        repeat { values.append(try literal().value) } while accept(.comma)
        try expect(.closing, "to close the list of 'in'")
        return .equals(values)
    }

    private mutating func between() throws(RuleProblem) -> SignalTest {
        advance()
        let low = try literal()
        guard accept(.and) else {
            throw RuleProblem("expected 'and' between the bounds of 'between', found \(found)", at: current.range)
        }
        let high = try literal()
        if (low.value.type == .text) != (high.value.type == .text) {
            let range = low.range.lowerBound..<high.range.upperBound
            problem("'between' needs two numbers or two texts, not one of each", at: range)
        } else {
            requireOrder(low, for: "between")
            requireOrder(high, for: "between")
        }
        return .isBetween(low.value, high.value)
    }

    private mutating func like() throws(RuleProblem) -> SignalTest {
        let word = slice(advance().range)
        guard case .text(let written) = current.kind else {
            throw RuleProblem("'\(word)' needs a pattern in quotes, found \(found)", at: current.range)
        }
        let pattern = advance()
        var options = LikeOptions(ignoresCase: true, escape: nil)
        if accept(.escape) {
            let range = current.range
            guard case .text(let text) = advance().kind, let escape = text.unicodeScalars.first,
                text.unicodeScalars.count == 1
            else { throw RuleProblem("'escape' needs one character in quotes", at: range) }
            options.escape = escape
        }
        guard let like = LikePattern(written, options) else {
            let escape = options.escape.map { String($0) } ?? ""
            problem("pattern ends in the escape character '\(escape)', which escapes nothing", at: pattern.range)
            return .equals([])
        }
        return .isLike(like)
    }

    // MARK: Values

    private mutating func literal() throws(RuleProblem) -> (value: RuleValue, range: Range<Int>) {
        let start = current.range.lowerBound
        let isSigned = current.kind == .symbol(.minus) || current.kind == .symbol(.plus)
        let isNegative = current.kind == .symbol(.minus)
        if isSigned { advance() }
        let token = current
        switch token.kind {
        case .integer(let magnitude):
            advance()
            let integer = isNegative ? 0 - Int128(magnitude) : Int128(magnitude)
            guard let integer = Int64(exactly: integer) else {
                throw RuleProblem("'\(slice(start..<end))' is out of the range of an integer", at: start..<end)
            }
            return (.integer(integer), start..<end)
        case .real(let real):
            advance()
            return (.real(isNegative ? -real : real), start..<end)
        case .text(let text) where !isSigned:
            advance()
            return (.text(FoldedText(text).text), start..<end)
        case .word where !isSigned:
            throw RuleProblem("expected a value, found \(found), text is written in single quotes", at: token.range)
        case .key where !isSigned:
            throw RuleProblem(
                "expected a value, found the key \(slice(token.range)), text is written in single quotes",
                at: token.range
            )
        default:
            throw RuleProblem("expected \(isSigned ? "a number" : "a value"), found \(found)", at: token.range)
        }
    }

    /// Notes a number in quotes where order matters: as text, 99 comes after 100.
    private mutating func requireOrder(_ literal: (value: RuleValue, range: Range<Int>), for word: String) {
        guard case .text(let text) = literal.value, RuleValue(signalNumber: text) != nil else { return }
        problem(
            "'\(word)' would compare '\(excerpt(text))' as text, write \(excerpt(text)) without quotes",
            at: literal.range)
    }
}
