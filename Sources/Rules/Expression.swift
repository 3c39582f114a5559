import TidegateModel

/// A node of a rule's tree, type-checked: whatever meets in it may meet.
package struct Expression: Sendable {
    package indirect enum Kind: Sendable {
        case literal(RuleValue)
        case attribute(Attribute)
        /// The cycle's nominal instant, a timestamp.
        case now
        /// A date or timestamp moved by a length of time.
        case shift(Expression, Interval)
        case negate(Expression)
        case arithmetic(ArithmeticOperator, Expression, Expression)
        case compare(ComparisonOperator, Expression, Expression)
        /// Both bounds belong to it.
        case between(Expression, Expression, Expression)
        case isIn(Expression, [Expression])
        case like(Expression, pattern: Expression, LikeOptions)
        case isNull(Expression)
        /// Never null: an unknown operand is neither true nor false.
        case isTruth(Expression, Bool)
        case not(Expression)
        case all([Expression])
        case any([Expression])
        case call(RuleCall, [Expression])
        case inSegment(String)
        /// Whether the profile has the trait of this number.
        case hasTrait(Int64)
    }

    package let kind: Kind
    /// Nil where the value is always null.
    package let type: AttributeType?
    /// Where it stands in the rule's text, in Unicode scalars.
    package let range: Range<Int>
    /// Needs no profile: the value depends on `now` at most.
    package let isConstant: Bool
    let depth: Int

    init(_ kind: Kind, _ type: AttributeType?, at range: Range<Int>) {
        self.kind = kind
        self.type = type
        self.range = range
        let children = kind.children
        switch kind {
        case .attribute, .inSegment, .hasTrait: isConstant = false
        default: isConstant = children.allSatisfy(\.isConstant)
        }
        depth = 1 + (children.map(\.depth).max() ?? 0)
    }

    package var children: [Expression] { kind.children }

    /// The attributes its value is made from.
    package var attributes: Set<String> {
        if case .attribute(let attribute) = kind { return [attribute.name] }
        return children.reduce(into: []) { $0.formUnion($1.attributes) }
    }
}

extension Expression.Kind {
    var children: [Expression] {
        switch self {
        case .literal, .attribute, .now, .inSegment, .hasTrait: []
        case .shift(let operand, _), .negate(let operand), .isNull(let operand), .isTruth(let operand, _),
            .not(let operand):
            [operand]
        case .arithmetic(_, let left, let right), .compare(_, let left, let right): [left, right]
        case .between(let operand, let low, let high): [operand, low, high]
        case .isIn(let operand, let items): [operand] + items
        case .like(let operand, let pattern, _): [operand, pattern]
        case .all(let operands), .any(let operands), .call(_, let operands): operands
        }
    }
}

package enum ArithmeticOperator: String, Sendable {
    case plus = "+"
    case minus = "-"
    case times = "*"
    /// Always of reals: `1 / 2` is 0.5.
    case over = "/"
}

package enum ComparisonOperator: String, CaseIterable, Sendable {
    case equal = "="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    package func holds(_ order: RuleOrder) -> Bool {
        switch self {
        case .equal: order == .same
        case .unequal: order != .same
        case .less: order == .ascending
        case .lessOrEqual: order != .descending
        case .greater: order == .descending
        case .greaterOrEqual: order != .ascending
        }
    }

    /// Holds for exactly the orders for which this one does not.
    package var negated: ComparisonOperator {
        switch self {
        case .equal: .unequal
        case .unequal: .equal
        case .less: .greaterOrEqual
        case .lessOrEqual: .greater
        case .greater: .lessOrEqual
        case .greaterOrEqual: .less
        }
    }

    /// `a op b` is `b mirrored a`.
    package var mirrored: ComparisonOperator {
        switch self {
        case .equal, .unequal: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }
}

/// How a `like` reads its pattern.
package struct LikeOptions: Hashable, Sendable {
    package var ignoresCase: Bool
    /// Takes the meaning from a `%`, a `_` or itself that follows.
    package var escape: Unicode.Scalar?
}

/// A function of the language.
package enum RuleCall: String, CaseIterable, Sendable {
    case lower, upper, length, trim, coalesce
    case startsWith = "starts_with"
    case endsWith = "ends_with"
    case contains
}

/// A length of time as a rule writes it: calendar months or milliseconds, the other being zero.
package struct Interval: Hashable, Sendable {
    package var months: Int64
    package var milliseconds: Int64

    package enum Unit: String, CaseIterable, Sendable {
        case second, minute, hour, day, week, month, year

        init?(word: String) {
            let singular = word.lowercased()
            guard let unit = Unit(rawValue: singular.hasSuffix("s") ? String(singular.dropLast()) : singular) else {
                return nil
            }
            self = unit
        }

        /// Milliseconds of a unit that is always equally long.
        var milliseconds: Int64? {
            switch self {
            case .second: 1000
            case .minute: 60_000
            case .hour: 3_600_000
            case .day: millisecondsPerDay
            case .week: 7 * millisecondsPerDay
            case .month, .year: nil
            }
        }
    }

    /// Nil where it is longer than a rule may bridge.
    init?(count: Int64, unit: Unit) {
        let days = unit == .year ? 366 : unit == .month ? 31 : 0
        let length = unit.milliseconds ?? Int64(days) * millisecondsPerDay
        guard count.magnitude <= RuleLimits.intervalDays * millisecondsPerDay / length else { return nil }
        months = unit == .year ? 12 * count : unit == .month ? count : 0
        milliseconds = (unit.milliseconds ?? 0) * count
    }

    /// Whether a date moved by it is still a date.
    package var isWholeDays: Bool { milliseconds % millisecondsPerDay == 0 }
}
