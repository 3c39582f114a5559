import TidegateModel

/// What follows a value.
extension RuleParser {
    /// `left + right`, or a date moved by a length of time.
    mutating func calculation(_ left: Expression, _ precedence: Precedence) throws(RuleProblem) -> Expression {
        let sign = advance()
        guard case .symbol(let symbol) = sign.kind, let operation = ArithmeticOperator(rawValue: symbol.rawValue) else {
            throw RuleProblem("expected an operator", at: sign.range)
        }
        if precedence == .sum, case .integer(let count) = current.kind, case .word(let word) = following.kind,
            let unit = Interval.Unit(word: word)
        {
            return try shift(left, by: count, unit, backwards: operation == .minus)
        }
        let right = try expression(precedence == .sum ? .product : .sign)
        return try checked(operation, left, right)
    }

    private mutating func shift(
        _ base: Expression,
        by count: UInt64,
        _ unit: Interval.Unit,
        backwards: Bool
    ) throws(RuleProblem) -> Expression {
        let start = base.range.lowerBound
        let written = advance().range.lowerBound..<advance().range.upperBound
        guard let count = Int64(exactly: count), let interval = Interval(count: backwards ? -count : count, unit: unit)
        else {
            problem("'\(slice(written))' is longer than ten thousand years", at: written)
            return unknown(start..<end)
        }
        guard base.type == nil || base.type == .date || base.type == .timestamp else {
            problem("'\(slice(written))' can only be added to a date or a timestamp but \(noun(base))", at: base.range)
            return unknown(start..<end)
        }
        guard interval.months == 0 || base.isConstant else {
            problem(
                "months and years are not equally long and can only be added to 'now' or a literal, move the other side",
                at: written
            )
            return unknown(start..<end)
        }
        let type = base.type == .date && !interval.isWholeDays ? .timestamp : base.type
        return try node(.shift(base, interval), type, from: start)
    }

    /// A comparison, or one of the words that ask something of `left`.
    mutating func predicate(_ left: Expression) throws(RuleProblem) -> Expression {
        let start = left.range.lowerBound
        if case .symbol(let symbol) = current.kind, let comparison = ComparisonOperator(rawValue: symbol.rawValue) {
            advance()
            return try checked(comparison, left, try expression(.sum))
        }
        if accept(.is) { return try isPredicate(left) }
        let isNegated = accept(.not)
        let word = advance()
        let positive =
            switch keyword(word) {
            case .between: try between(left)
            case .in: try isIn(left)
            case .like: try like(left, ignoringCase: false)
            default: try like(left, ignoringCase: true)
            }
        return isNegated ? try node(.not(positive), .boolean, from: start) : positive
    }

    private mutating func isPredicate(_ left: Expression) throws(RuleProblem) -> Expression {
        let start = left.range.lowerBound
        let isNegated = accept(.not)
        let kind: Expression.Kind
        switch currentKeyword {
        case .null:
            advance()
            kind = .isNull(left)
        case .true, .false:
            let isTrue = advance().kind.isWord("true")
            require(left, .boolean, for: "is \(isTrue)")
            kind = .isTruth(left, isTrue)
        default:
            throw RuleProblem("expected 'null', 'true' or 'false' after 'is', found \(found)", at: current.range)
        }
        let positive = try node(kind, .boolean, from: start)
        return isNegated ? try node(.not(positive), .boolean, from: start) : positive
    }

    private mutating func between(_ left: Expression) throws(RuleProblem) -> Expression {
        let low = try expression(.sum)
        guard accept(.and) else {
            throw RuleProblem("expected 'and' between the bounds of 'between', found \(found)", at: current.range)
        }
        let high = try expression(.sum)
        for bound in [low, high] {
            guard requireComparable(left, bound, for: .lessOrEqual) else {
                return unknown(left.range.lowerBound..<end)
            }
        }
        return try node(.between(left, low, high), .boolean, from: left.range.lowerBound)
    }

    private mutating func isIn(_ left: Expression) throws(RuleProblem) -> Expression {
        try expect(.opening, "after 'in'")
        if current.kind == .symbol(.closing) {
            throw RuleProblem("'in' needs at least one value", at: current.range)
        }
        var items: [Expression] = []
        repeat { items.append(try expression(.or)) } while accept(.comma)
        try expect(.closing, "to close the list of 'in'")
        for item in items { requireComparable(left, item, for: .equal) }
        return try node(.isIn(left, items), .boolean, from: left.range.lowerBound)
    }

    private mutating func like(_ left: Expression, ignoringCase: Bool) throws(RuleProblem) -> Expression {
        let word = ignoringCase ? "ilike" : "like"
        let pattern = try expression(.sum)
        require(left, .text, for: word)
        require(pattern, .text, for: word)
        var options = LikeOptions(ignoresCase: ignoringCase, escape: nil)
        if accept(.escape) {
            let range = current.range
            guard case .text(let text) = advance().kind, let escape = text.unicodeScalars.first,
                text.unicodeScalars.count == 1
            else { throw RuleProblem("'escape' needs one character in quotes", at: range) }
            options.escape = escape
            guard case .literal(.text(let written)) = pattern.kind else {
                throw RuleProblem("'escape' needs a pattern that is written in quotes", at: pattern.range)
            }
            if LikePattern(written, options) == nil {
                problem("pattern ends in the escape character '\(text)', which escapes nothing", at: pattern.range)
            }
        }
        return try node(.like(left, pattern: pattern, options), .boolean, from: left.range.lowerBound)
    }
}

extension Token.Kind {
    fileprivate func isWord(_ word: String) -> Bool {
        if case .word(let written) = self { written.lowercased() == word } else { false }
    }
}
