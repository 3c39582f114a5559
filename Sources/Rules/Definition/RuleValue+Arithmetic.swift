import TidegateModel

/// Numbers and times. What leaves the range of its type is null.
extension RuleValue {
    var negated: RuleValue {
        switch self {
        case .integer(let integer): integer == .min ? .null : .integer(-integer)
        case .real(let real): .real(-real)
        default: .null
        }
    }

    func calculated(_ operation: ArithmeticOperator, _ other: RuleValue) -> RuleValue {
        if operation != .over, case .integer(let left) = self, case .integer(let right) = other {
            return Self.calculated(operation, left, right)
        }
        guard let left = number, let right = other.number else { return .null }
        switch operation {
        case .plus: return .finite(left + right)
        case .minus: return .finite(left - right)
        case .times: return .finite(left * right)
        case .over: return right == 0 ? .null : .finite(left / right)
        }
    }

    private static func calculated(_ operation: ArithmeticOperator, _ left: Int64, _ right: Int64) -> RuleValue {
        let (result, overflow) =
            switch operation {
            case .plus: left.addingReportingOverflow(right)
            case .minus: left.subtractingReportingOverflow(right)
            case .times, .over: left.multipliedReportingOverflow(by: right)
            }
        return overflow ? .null : .integer(result)
    }

    private var number: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .real(let real): real
        default: nil
        }
    }

    /// An integer as the nearest real; anything else as it is.
    var asReal: RuleValue {
        if case .integer(let integer) = self { .real(Double(integer)) } else { self }
    }

    /// A date stays a date unless it is moved by a part of a day, which makes it a timestamp.
    func shifted(by interval: Interval) -> RuleValue {
        switch self {
        case .date(let day) where interval.isWholeDays:
            let (result, overflow) = Self.addingMonths(interval.months, to: day)
                .addingReportingOverflow(interval.milliseconds / millisecondsPerDay)
            return overflow ? .null : .date(result)
        case .date(let day):
            let (midnight, overflow) = day.multipliedReportingOverflow(by: millisecondsPerDay)
            return overflow ? .null : RuleValue.timestamp(midnight).shifted(by: interval)
        case .timestamp(let milliseconds):
            return Self.shifted(milliseconds, by: interval)
        default:
            return .null
        }
    }

    /// Months are those of UTC; the time of day stays.
    private static func shifted(_ milliseconds: Int64, by interval: Interval) -> RuleValue {
        var start = milliseconds
        if interval.months != 0 {
            let (day, time) = milliseconds.flooredQuotientAndRemainder(dividingBy: millisecondsPerDay)
            let (midnight, overflow) = addingMonths(interval.months, to: day)
                .multipliedReportingOverflow(by: millisecondsPerDay)
            let (moved, overflowToo) = midnight.addingReportingOverflow(time)
            guard !overflow, !overflowToo else { return .null }
            start = moved
        }
        let (result, overflow) = start.addingReportingOverflow(interval.milliseconds)
        return overflow ? .null : .timestamp(result)
    }

    /// Only constants are moved by months, so `day` is never far from the years that literals and clocks have.
    private static func addingMonths(_ months: Int64, to day: Int64) -> Int64 {
        guard months != 0 else { return day }
        return Int64(LocalDate(daysSinceEpoch: Int(day)).addingClamped(months: Int(months)).daysSinceEpoch)
    }
}
