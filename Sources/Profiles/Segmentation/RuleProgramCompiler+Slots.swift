import Rules
import TidegateModel

/// Values: each expression becomes a cell, and equal expressions become one.
extension RuleProgramCompiler {
    mutating func slot(_ expression: Expression) throws(ProfileError) -> Int {
        if let constant = expression.constant(now: now) { return self.constant(constant) }
        switch expression.kind {
        case .attribute(let attribute): return try column(attribute)
        case .negate(let operand):
            let type = operand.type ?? .integer
            let zero = constant(type == .real ? .real(0) : .integer(0))
            return arithmetic(.minus, zero, try slot(operand), type)
        case .arithmetic(let operation, let left, let right):
            let type = expression.type ?? .integer
            return arithmetic(operation, try slot(left, as: type), try slot(right, as: type), type)
        case .shift(let base, let interval): return try shift(base, interval)
        case .like(let operand, let pattern, let options): return try like(operand, pattern, options)
        case .call(let function, let arguments): return try call(function, arguments, expression.type)
        case .compare, .between, .isIn, .isNull, .isTruth, .not, .all, .any, .inSegment, .literal, .now:
            let (isTrue, isFalse) = (try condition(expression, is: true), try condition(expression, is: false))
            let key = "truth \(sources.count)"
            return computed(key, cost: isTrue.cost + isFalse.cost) { TruthValue(isTrue: isTrue, isFalse: isFalse) }
        }
    }

    /// An integer where a real is wanted is widened.
    private mutating func slot(_ expression: Expression, as type: AttributeType) throws(ProfileError) -> Int {
        let slot = try slot(expression)
        guard type == .real, expression.type == .integer else { return slot }
        return computed("real \(slot)", cost: cost(slot) + 2) { Widening(slot) }
    }

    private mutating func arithmetic(
        _ operation: ArithmeticOperator,
        _ left: Int,
        _ right: Int,
        _ type: AttributeType
    ) -> Int {
        computed("\(left) \(operation.rawValue) \(right)", cost: cost(left) + cost(right) + 2) {
            type == .real ? RealArithmetic(operation, left, right) : IntegerArithmetic(operation, left, right)
        }
    }

    private mutating func shift(_ base: Expression, _ interval: Interval) throws(ProfileError) -> Int {
        var start = try slot(base)
        var distance = interval.milliseconds
        if base.type == .date {
            if interval.isWholeDays {
                distance /= millisecondsPerDay
            } else {
                start = arithmetic(.times, start, constant(.integer(millisecondsPerDay)), .integer)
            }
        }
        return arithmetic(.plus, start, constant(.integer(distance)), .integer)
    }

    private mutating func like(
        _ operand: Expression,
        _ pattern: Expression,
        _ options: LikeOptions
    ) throws(ProfileError) -> Int {
        var text = try slot(operand)
        if options.ignoresCase { text = cased(text, .folded) }
        if let constant = pattern.constant(now: now) {
            guard case .text(let written) = constant, let pattern = LikePattern(written, options) else {
                return self.constant(.null)
            }
            return matching(text, pattern.elements)
        }
        var other = try slot(pattern)
        if options.ignoresCase { other = cased(other, .folded) }
        return pair(text, other, .like)
    }

    private mutating func matching(_ text: Int, _ elements: [LikePattern.Element]) -> Int {
        let matcher = TextMatcher.of(elements)
        return computed("match \(text) \(elements)", cost: cost(text) + matcher.cost) { TextMatch(text, matcher) }
    }

    private mutating func call(
        _ function: RuleCall,
        _ arguments: [Expression],
        _ type: AttributeType?
    ) throws(ProfileError) -> Int {
        var operands: [Int] = []
        for argument in arguments { operands.append(try slot(argument, as: type ?? .text)) }
        let first = operands[0]
        let cost = operands.reduce(2) { $0 + self.cost($1) }
        switch function {
        case .lower: return cased(first, .lower)
        case .upper: return cased(first, .upper)
        case .trim: return computed("trim \(first)", cost: cost + 4) { TrimmedText(first) }
        case .length: return computed("length \(first)", cost: cost + 10) { TextLength(first) }
        case .coalesce: return computed("first \(operands)", cost: cost) { FirstValue(operands) }
        case .startsWith, .endsWith, .contains: break
        }
        if case .text(let wanted)? = arguments[1].constant(now: now) {
            let content = wanted.unicodeScalars.map { LikePattern.Element.scalar($0) }
            switch function {
            case .startsWith: return matching(first, content + [.anyText])
            case .endsWith: return matching(first, [.anyText] + content)
            default: return matching(first, [.anyText] + content + [.anyText])
            }
        }
        return pair(
            first,
            operands[1],
            function == .startsWith ? .startsWith : function == .endsWith ? .endsWith : .contains
        )
    }

    private mutating func cased(_ text: Int, _ mapping: CaseMapping) -> Int {
        computed("\(mapping) \(text)", cost: cost(text) + 12) { CasedText(text, mapping) }
    }

    private mutating func pair(_ text: Int, _ other: Int, _ question: TextPair.Question) -> Int {
        computed("\(question) \(text) \(other)", cost: cost(text) + cost(other) + 10) {
            TextPair(text, other, question)
        }
    }
}
