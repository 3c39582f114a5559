import Rules
import TidegateModel

/// Comparisons: with a constant they become ranges, so that every operator costs the same.
extension RuleProgramCompiler {
    /// The condition that neither side is null and they compare as wanted.
    mutating func compare(
        _ left: Expression,
        _ comparison: ComparisonOperator,
        _ right: Expression
    ) throws(ProfileError) -> RuleCondition {
        guard let leftType = left.type, let rightType = right.type else { return ConstantCondition(false) }
        if let constant = right.constant(now: now) { return try compare(left, leftType, comparison, constant) }
        if let constant = left.constant(now: now) {
            return try compare(right, rightType, comparison.mirrored, constant)
        }
        let (one, other) = (try slot(left), try slot(right))
        let cost = cost(one) + cost(other)
        switch (leftType, rightType) {
        case (.text, _): return CellComparison(one, comparison, other, .texts, cost: cost)
        case (.real, .real): return CellComparison(one, comparison, other, .reals, cost: cost)
        case (.integer, .real): return CellComparison(one, comparison, other, .integerWithReal, cost: cost)
        case (.real, _): return CellComparison(other, comparison.mirrored, one, .integerWithReal, cost: cost)
        case (.date, .timestamp): return CellComparison(one, comparison, other, .dayWithTimestamp, cost: cost)
        case (.timestamp, .date): return CellComparison(other, comparison.mirrored, one, .dayWithTimestamp, cost: cost)
        default: return CellComparison(one, comparison, other, .integers, cost: cost)
        }
    }

    private mutating func compare(
        _ operand: Expression,
        _ type: AttributeType,
        _ comparison: ComparisonOperator,
        _ constant: RuleValue
    ) throws(ProfileError) -> RuleCondition {
        let slot = try slot(operand)
        switch (type, constant) {
        case (_, .null): return ConstantCondition(false)
        case (.integer, .integer(let integer)): return range(slot, comparison, Cut<Int64>(at: integer))
        case (.integer, .real(let real)): return range(slot, comparison, Cut<Int64>(at: real))
        case (.real, .integer(let integer)): return range(slot, comparison, Cut<Double>(at: integer))
        case (.real, .real(let real)): return range(slot, comparison, Cut<Double>(at: real))
        case (.boolean, .boolean(let boolean)): return range(slot, comparison, Cut<Int64>(at: Int64(boolean ? 1 : 0)))
        case (.date, .timestamp(let instant)): return range(slot, comparison, Cut(amongDays: instant))
        case (.timestamp, .date(let day)): return range(slot, comparison, Cut(amongTimestamps: day))
        case (.date, .date(let moment)), (.timestamp, .timestamp(let moment)):
            return range(slot, comparison, Cut<Int64>(at: moment))
        case (.text, .text(let text)) where comparison == .equal || comparison == .unequal:
            return TextEquality(slot, Array(text.utf8), comparison == .equal, cost: cost(slot))
        default:
            let other = self.constant(constant)
            return CellComparison(slot, comparison, other, .texts, cost: cost(slot))
        }
    }

    private func range(_ slot: Int, _ comparison: ComparisonOperator, _ cut: Cut<Int64>) -> RuleCondition {
        let (range, isInside) = cut.range(comparison, least: .min, greatest: .max)
        guard let range else { return nothing(slot, isInside) }
        return IntegerRange(slot, range, isInside, cost: cost(slot))
    }

    private func range(_ slot: Int, _ comparison: ComparisonOperator, _ cut: Cut<Double>) -> RuleCondition {
        let most = Double.greatestFiniteMagnitude
        let (range, isInside) = cut.range(comparison, least: -most, greatest: most)
        guard let range else { return nothing(slot, isInside) }
        return RealRange(slot, range, isInside, cost: cost(slot))
    }

    /// Within an empty range is nobody; outside of it is everybody who has a value.
    private func nothing(_ slot: Int, _ isInside: Bool) -> RuleCondition {
        isInside ? ConstantCondition(false) : IsNull(slot, false, cost: cost(slot))
    }

    mutating func isIn(
        _ operand: Expression,
        _ items: [Expression],
        is wanted: Bool
    ) throws(ProfileError) -> RuleCondition {
        var texts: [[UInt8]] = []
        var integers: [Int64] = []
        var hasNull = false
        var conditions: [RuleCondition] = []
        for item in items {
            switch item.constant(now: now)?.exactly(operand.type) {
            case .null?: hasNull = true
            case .text(let text)?: texts.append(Array(text.utf8))
            case .integer(let integer)?, .date(let integer)?, .timestamp(let integer)?: integers.append(integer)
            default: conditions.append(try compare(operand, wanted ? .equal : .unequal, item))
            }
        }
        // With a null in the list, nothing is known not to be in it.
        if hasNull, !wanted { return ConstantCondition(false) }
        if !texts.isEmpty || !integers.isEmpty {
            let slot = try slot(operand)
            let list: RuleCondition =
                texts.isEmpty
                ? IntegerList(slot, integers, wanted, cost: cost(slot))
                : TextList(slot, texts, wanted, cost: cost(slot))
            conditions.append(list)
        }
        return junction(conditions, isAll: !wanted)
    }
}
