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
        case .compare, .between, .isIn, .isNull, .isTruth, .not, .all, .any, .inSegment, .hasTrait, .literal, .now:
            return try truth(expression)
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
        if let constant = pattern.constant(now: now) {
            guard case .text(let written) = constant, let pattern = LikePattern(written, options) else {
                return self.constant(.null)
            }
            return try matching(operand, options.ignoresCase ? .folded : nil, pattern.elements)
        }
        var (text, other) = (try slot(operand), try slot(pattern))
        if options.ignoresCase { (text, other) = (cased(text, .folded), cased(other, .folded)) }
        return pair(text, other, .like)
    }

    /// Whether the text matches once it has been mapped.
    private mutating func matching(
        _ operand: Expression,
        _ mapping: CaseMapping?,
        _ elements: [LikePattern.Element]
    ) throws(ProfileError) -> Int {
        if mapping == nil, case .call(.lower, let inner) = operand.kind {
            return try matching(inner[0], .lower, elements)
        }
        let matcher = TextMatcher.of(elements)
        let original = try slot(operand)
        let text = mapping.map { cased(original, $0) } ?? original
        if mapping != nil, let ends = TextMatcher.ignoringCase(elements) {
            return computed("match \(text) \(elements)", cost: cost(original) + ends.cost + 1) {
                TextEndsMatch(original, ends, folded: text, matcher)
            }
        }
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
            case .startsWith: return try matching(arguments[0], nil, content + [.anyText])
            case .endsWith: return try matching(arguments[0], nil, [.anyText] + content)
            default: return try matching(arguments[0], nil, [.anyText] + content + [.anyText])
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
