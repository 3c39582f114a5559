import TidegateModel

/// One value of the rule language.
package enum RuleValue: Sendable {
    case null
    case text(String)
    case integer(Int64)
    /// Always finite: arithmetic that leaves the finite numbers is null.
    case real(Double)
    case boolean(Bool)
    /// Days since 1970-01-01.
    case date(Int64)
    /// Milliseconds since 1970-01-01T00:00:00Z.
    case timestamp(Int64)

    /// Nil for null, which has no type of its own.
    package var type: AttributeType? {
        switch self {
        case .null: nil
        case .text: .text
        case .integer: .integer
        case .real: .real
        case .boolean: .boolean
        case .date: .date
        case .timestamp: .timestamp
        }
    }

    package var isNull: Bool { type == nil }

    /// The truth of a predicate; nil is unknown.
    package var truth: Bool? {
        guard case .boolean(let truth) = self else { return nil }
        return truth
    }

    static func truth(_ truth: Bool?) -> RuleValue {
        truth.map { .boolean($0) } ?? .null
    }

    static func finite(_ number: Double) -> RuleValue {
        number.isFinite ? .real(number) : .null
    }
}

extension RuleValue: Equatable {
    /// The same value of the same type; text is the same where its bytes are, which `String.==` does not promise.
    package static func == (left: RuleValue, right: RuleValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        case (.integer(let left), .integer(let right)): left == right
        case (.real(let left), .real(let right)): left == right
        case (.boolean(let left), .boolean(let right)): left == right
        case (.date(let left), .date(let right)): left == right
        case (.timestamp(let left), .timestamp(let right)): left == right
        default: false
        }
    }
}

/// Which of two values comes first.
package enum RuleOrder: Sendable {
    case ascending, same, descending

    var reversed: RuleOrder {
        switch self {
        case .ascending: .descending
        case .same: .same
        case .descending: .ascending
        }
    }

    package static func of<Value: Comparable>(_ left: Value, _ right: Value) -> RuleOrder {
        left < right ? .ascending : left == right ? .same : .descending
    }

    /// The order of the two numbers themselves: the integer is not rounded first, so 2^53 + 1 differs from 2^53.
    package static func of(_ integer: Int64, _ real: Double) -> RuleOrder {
        if real >= 0x1p63 { return .ascending }
        if real < -0x1p63 { return .descending }
        let whole = real.rounded(.down)
        let order = of(integer, Int64(whole))
        return order == .same && whole < real ? .ascending : order
    }

    /// The order of a date's midnight in UTC and a timestamp in milliseconds, exact for every pair.
    package static func of(day: Int64, milliseconds: Int64) -> RuleOrder {
        let (today, rest) = milliseconds.flooredQuotientAndRemainder(dividingBy: millisecondsPerDay)
        let order = of(day, today)
        return order == .same && rest > 0 ? .ascending : order
    }
}

package let millisecondsPerDay: Int64 = 86_400_000

extension RuleValue {
    /// Nil where either is null, or where the type checker would not have let the two meet.
    func order(to other: RuleValue) -> RuleOrder? {
        switch (self, other) {
        case (.text(let left), .text(let right)):
            left.utf8.elementsEqual(right.utf8)
                ? .same : left.utf8.lexicographicallyPrecedes(right.utf8) ? .ascending : .descending
        case (.integer(let left), .integer(let right)): .of(left, right)
        case (.real(let left), .real(let right)): .of(left, right)
        case (.integer(let left), .real(let right)): .of(left, right)
        case (.real(let left), .integer(let right)): RuleOrder.of(right, left).reversed
        case (.boolean(let left), .boolean(let right)): .of(left ? 1 : 0, right ? 1 : 0)
        case (.date(let left), .date(let right)): .of(left, right)
        case (.timestamp(let left), .timestamp(let right)): .of(left, right)
        case (.date(let left), .timestamp(let right)): .of(day: left, milliseconds: right)
        case (.timestamp(let left), .date(let right)): RuleOrder.of(day: right, milliseconds: left).reversed
        default: nil
        }
    }
}
