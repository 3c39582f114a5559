import TidegateModel

/// Which types may meet, and the sentence where they may not.
extension RuleParser {
    @discardableResult
    mutating func require(_ operand: Expression, _ type: AttributeType, for word: String) -> Bool {
        if operand.type == nil || operand.type == type { return true }
        problem("'\(word)' needs \(phrase(type)) but \(noun(operand))", at: operand.range)
        return false
    }

    @discardableResult
    mutating func requireNumber(_ operand: Expression, for sign: String) -> Bool {
        switch operand.type {
        case nil, .integer, .real: return true
        case .date, .timestamp:
            problem(
                "'\(sign)' needs numbers but \(noun(operand)), a length of time is written like '90 days'",
                at: operand.range
            )
        default: problem("'\(sign)' needs numbers but \(noun(operand))", at: operand.range)
        }
        return false
    }

    @discardableResult
    mutating func requireComparable(
        _ left: Expression,
        _ right: Expression,
        for comparison: ComparisonOperator
    ) -> Bool {
        guard let leftType = left.type, let rightType = right.type else { return true }
        guard leftType == rightType || leftType.isNumber && rightType.isNumber || leftType.isTime && rightType.isTime
        else {
            problem(
                "\(noun(left)) and cannot be compared with \(object(right))" + advice(left, right),
                at: left.range.lowerBound..<right.range.upperBound
            )
            return false
        }
        guard leftType != .boolean || comparison == .equal || comparison == .unequal else {
            problem("\(noun(left)) and has no order, compare it with '=' or '!='", at: left.range)
            return false
        }
        return true
    }

    mutating func checked(
        _ comparison: ComparisonOperator,
        _ left: Expression,
        _ right: Expression
    ) throws(RuleProblem) -> Expression {
        let start = left.range.lowerBound
        guard requireComparable(left, right, for: comparison) else { return unknown(start..<end) }
        return try node(.compare(comparison, left, right), .boolean, from: start)
    }

    mutating func checked(
        _ operation: ArithmeticOperator,
        _ left: Expression,
        _ right: Expression
    ) throws(RuleProblem) -> Expression {
        let start = left.range.lowerBound
        let fit = requireNumber(left, for: operation.rawValue)
        guard requireNumber(right, for: operation.rawValue), fit else { return unknown(start..<end) }
        let type: AttributeType? =
            operation == .over || left.type == .real || right.type == .real ? .real : left.type ?? right.type
        return try node(.arithmetic(operation, left, right), type, from: start)
    }

    mutating func checked(
        _ function: RuleCall,
        _ arguments: [Expression],
        from start: Int
    ) throws(RuleProblem) -> Expression {
        let expected = function.argumentCounts
        guard expected.contains(arguments.count) else {
            let count = expected.count == 1 ? "\(expected.lowerBound)" : "at least \(expected.lowerBound)"
            let values = expected == 1...1 ? "value" : "values"
            problem("'\(function.rawValue)' needs \(count) \(values), found \(arguments.count)", at: start..<end)
            return unknown(start..<end)
        }
        switch function {
        case .coalesce:
            return try node(.call(function, arguments), commonType(of: arguments), from: start)
        case .lower, .upper, .trim, .length, .startsWith, .endsWith, .contains:
            for argument in arguments { require(argument, .text, for: function.rawValue) }
            return try node(.call(function, arguments), function.resultType, from: start)
        }
    }

    /// The one type of all the values that `coalesce` may give: numbers become reals where one of them is.
    private mutating func commonType(of arguments: [Expression]) -> AttributeType? {
        var common: Expression?
        for argument in arguments {
            guard let type = argument.type else { continue }
            guard let first = common, let firstType = first.type else {
                common = argument
                continue
            }
            if firstType == .integer, type == .real { common = argument }
            guard firstType == type || firstType.isNumber && type.isNumber else {
                problem(
                    "'coalesce' needs values of one type but \(noun(first)) and \(noun(argument))",
                    at: argument.range
                )
                return nil
            }
        }
        return common?.type
    }

    // MARK: Sentences

    /// `'orders' is an integer`; a literal is quoted as it is written.
    func noun(_ expression: Expression) -> String {
        let slice = slice(expression.range)
        let type = expression.type.map(phrase) ?? "null"
        if case .literal = expression.kind { return "\(slice) is \(type)" }
        return "'\(slice)' is \(type)"
    }

    /// `text 'x'` for a literal, `'email', which is text` for the rest.
    private func object(_ expression: Expression) -> String {
        let slice = slice(expression.range)
        guard case .literal = expression.kind, let type = expression.type else {
            return "'\(slice)', which is \(expression.type.map(phrase) ?? "null")"
        }
        switch type {
        case .date, .timestamp: return slice
        case .text, .integer, .real, .boolean: return "\(type.rawValue) \(slice)"
        }
    }

    private func phrase(_ type: AttributeType) -> String {
        switch type {
        case .text: "text"
        case .integer: "an integer"
        case .real, .boolean, .date, .timestamp: "a \(type.rawValue)"
        }
    }

    private func advice(_ left: Expression, _ right: Expression) -> String {
        for (one, other) in [(left, right), (right, left)] {
            guard case .literal(let literal) = one.kind, let type = other.type else { continue }
            switch (type, literal) {
            case (.date, .text), (.timestamp, .text):
                return ", write \(type.rawValue) \(slice(one.range))"
            case (.boolean, .integer(1)): return ", write true"
            case (.boolean, .integer(0)): return ", write false"
            case (.integer, .text(let text)) where Int64(text) != nil,
                (.real, .text(let text)) where Double(text) != nil:
                return ", write \(text) without quotes"
            default: continue
            }
        }
        return ""
    }
}

extension AttributeType {
    package var isNumber: Bool { self == .integer || self == .real }
    package var isTime: Bool { self == .date || self == .timestamp }
}

extension RuleCall {
    fileprivate var argumentCounts: ClosedRange<Int> {
        switch self {
        case .lower, .upper, .length, .trim: 1...1
        case .startsWith, .endsWith, .contains: 2...2
        case .coalesce: 2...1000
        }
    }

    /// Of those whose result does not depend on their arguments.
    fileprivate var resultType: AttributeType {
        switch self {
        case .lower, .upper, .trim, .coalesce: .text
        case .length: .integer
        case .startsWith, .endsWith, .contains: .boolean
        }
    }
}
