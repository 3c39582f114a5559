import Rules
import TidegateModel

/// Turns rules into conditions over the cells of a row, sharing what they have in common.
struct RuleProgramCompiler {
    let columns: [String: Int32]
    let now: Instant
    let traits: [Int64: ProfileMarks]
    /// Indices of the segments whose answers come before the next one's.
    private var segments: [String: Int] = [:]
    private(set) var cells: [RuleCell] = []
    /// Keeps alive what the cells point at.
    private(set) var sources: [CellSource] = []
    private(set) var constants: [OwnedBytes] = []
    private var costs: [Int] = []
    private var slots: [String: Int] = [:]

    init(columns: [String: Int32], now: Instant, traits: [Int64: ProfileMarks]) {
        self.columns = columns
        self.now = now
        self.traits = traits
    }

    /// The condition to be a member of the next segment.
    mutating func segment(_ name: String, _ rule: Rule) throws(ProfileError) -> RuleCondition {
        let condition = try condition(rule.root, is: true)
        segments[name] = segments.count
        return condition
    }

    func cost(_ slot: Int) -> Int { costs[slot] }

    /// The slot of a cell that does not depend on the profile.
    mutating func constant(_ value: RuleValue) -> Int {
        let key = "constant \(value)"
        if value.type != .text, let slot = slots[key] { return slot }
        var cell = RuleCell(row: RuleCell.everyRow, column: -1, expected: .null, source: nil)
        switch value {
        case .null: break
        case .boolean(let boolean): cell.set(boolean)
        case .integer(let integer), .date(let integer), .timestamp(let integer): cell.set(integer)
        case .real(let real): cell.set(real)
        case .text(let text):
            let bytes = OwnedBytes(Array(text.utf8))
            constants.append(bytes)
            cell.set(bytes.bytes)
            // Not by a key of text: Strings are equal where their bytes are not.
            return append(cell, cost: 0)
        }
        let slot = append(cell, cost: 0)
        slots[key] = slot
        return slot
    }

    /// The slot of an attribute's column.
    mutating func column(_ attribute: Attribute) throws(ProfileError) -> Int {
        let key = "column \(attribute.name)"
        if let slot = slots[key] { return slot }
        guard let column = columns[attribute.name] else {
            throw .rejected("attribute '\(attribute.name)' has no column in the profile store")
        }
        let cell = RuleCell(row: 0, column: column, expected: RuleCell.Kind(attribute.type), source: nil)
        let slot = append(cell, cost: attribute.type == .text ? 2 : 1)
        slots[key] = slot
        return slot
    }

    /// The slot of a computed cell, shared by all that have its `key`.
    mutating func computed(_ key: String, cost: Int, by source: () -> CellSource) -> Int {
        if let slot = slots[key] { return slot }
        let source = source()
        sources.append(source)
        let cell = RuleCell(row: 0, column: -1, expected: .null, source: .passUnretained(source))
        let slot = append(cell, cost: cost)
        slots[key] = slot
        return slot
    }

    private mutating func append(_ cell: RuleCell, cost: Int) -> Int {
        cells.append(cell)
        costs.append(min(cost, RuleCondition.greatestCost))
        return cells.count - 1
    }

    /// The slot of a predicate's truth.
    ///
    /// Known by its place in the text, because to compile it once for each of its uses, twice in each, would take
    /// exponential time.
    mutating func truth(_ expression: Expression) throws(ProfileError) -> Int {
        let isNegation = if case .not = expression.kind { true } else { false }
        let key = "truth \(segments.count) \(expression.range) \(isNegation)"
        if let slot = slots[key] { return slot }
        let (isTrue, isFalse) = (try condition(expression, is: true), try condition(expression, is: false))
        return computed(key, cost: isTrue.cost + isFalse.cost) { TruthValue(isTrue: isTrue, isFalse: isFalse) }
    }

    // MARK: Predicates

    /// The condition that `expression` is true, or that it is false: null is neither.
    mutating func condition(_ expression: Expression, is wanted: Bool) throws(ProfileError) -> RuleCondition {
        if let constant = expression.constant(now: now) { return ConstantCondition(constant.truth == wanted) }
        switch expression.kind {
        case .all(let operands): return try junction(operands, is: wanted, isAll: wanted)
        case .any(let operands): return try junction(operands, is: wanted, isAll: !wanted)
        case .not(let operand): return try condition(operand, is: !wanted)
        case .compare(let comparison, let left, let right):
            return try compare(left, wanted ? comparison : comparison.negated, right)
        case .between(let operand, let low, let high):
            return junction(
                [
                    try compare(operand, wanted ? .greaterOrEqual : .less, low),
                    try compare(operand, wanted ? .lessOrEqual : .greater, high),
                ],
                isAll: wanted
            )
        case .isIn(let operand, let items): return try isIn(operand, items, is: wanted)
        case .isNull(let operand):
            let slot = try slot(operand)
            return IsNull(slot, wanted, cost: cost(slot))
        case .isTruth(let operand, let truth):
            let holds = try condition(operand, is: truth)
            return wanted ? holds : NegatedCondition(holds)
        case .inSegment(let name):
            guard let segment = segments[name] else { throw .rejected("segment '\(name)' has not been evaluated yet") }
            return SegmentMembership(segment: segment, isMember: wanted)
        case .hasTrait(let sid):
            guard let profiles = traits[sid], profiles.count > 0 else { return ConstantCondition(!wanted) }
            return TraitMembership(profiles, isMember: wanted)
        case .attribute, .call, .like, .literal, .now, .shift, .negate, .arithmetic:
            let slot = try slot(expression)
            return IntegerRange(slot, wanted ? 1...1 : 0...0, true, cost: cost(slot))
        }
    }

    private mutating func junction(
        _ operands: [Expression],
        is wanted: Bool,
        isAll: Bool
    ) throws(ProfileError) -> RuleCondition {
        var conditions: [RuleCondition] = []
        for operand in operands { conditions.append(try condition(operand, is: wanted)) }
        return junction(conditions, isAll: isAll)
    }

    /// All or any of `conditions`, without those that decide nothing.
    func junction(_ conditions: [RuleCondition], isAll: Bool) -> RuleCondition {
        var operands: [RuleCondition] = []
        for condition in conditions {
            if let constant = condition as? ConstantCondition {
                if constant.value != isAll { return constant }
            } else if let inner = condition as? Junction, inner.isAll == isAll {
                operands += inner.operands.conditions
            } else {
                operands.append(condition)
            }
        }
        if isAll { operands = Self.intersected(operands) }
        guard let only = operands.first else { return ConstantCondition(isAll) }
        return operands.count == 1 ? only : Junction(operands, isAll: isAll)
    }

    /// With two ranges of one integer cell, such as the two sides of a `between`, made one.
    private static func intersected(_ conditions: [RuleCondition]) -> [RuleCondition] {
        var kept: [RuleCondition] = []
        var ranges: [Int: Int] = [:]
        for condition in conditions {
            guard let range = condition as? IntegerRange, range.isInside else {
                kept.append(condition)
                continue
            }
            guard let place = ranges[range.slot], let other = kept[place] as? IntegerRange else {
                ranges[range.slot] = kept.count
                kept.append(range)
                continue
            }
            let low = max(range.range.lowerBound, other.range.lowerBound)
            let high = min(range.range.upperBound, other.range.upperBound)
            kept[place] =
                low <= high
                ? IntegerRange(range.slot, low...high, true, cost: range.cost - 1) : ConstantCondition(false)
        }
        return kept
    }
}
