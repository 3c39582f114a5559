import Rules
import TidegateModel

/// Where a constant lies among the values that a column can have: exactly on one, or between two neighbours.
struct Cut<Value: Comparable> {
    /// The greatest value less than the constant; nil where there is none.
    var below: Value?
    var exact: Value?
    /// The least value greater than the constant.
    var above: Value?

    /// The values that compare with the constant as wanted: those within `range`, or those outside of it.
    func range(
        _ comparison: ComparisonOperator,
        least: Value,
        greatest: Value
    ) -> (range: ClosedRange<Value>?, isInside: Bool) {
        switch comparison {
        case .equal: (exact.map { $0...$0 }, true)
        case .unequal: (exact.map { $0...$0 }, false)
        case .less: (below.map { least...$0 }, true)
        case .lessOrEqual: ((exact ?? below).map { least...$0 }, true)
        case .greater: (above.map { $0...greatest }, true)
        case .greaterOrEqual: ((exact ?? above).map { $0...greatest }, true)
        }
    }
}

extension Cut<Int64> {
    init(at value: Int64) {
        self.init(
            below: value == .min ? nil : value - 1,
            exact: value,
            above: value == .max ? nil : value + 1
        )
    }

    /// Between `below` and the integer after it.
    private init(after below: Int64) {
        self.init(below: below, exact: nil, above: below == .max ? nil : below + 1)
    }

    init(at real: Double) {
        if let integer = Int64(exactly: real) {
            self.init(at: integer)
        } else if real >= 0x1p63 {
            self.init(after: .max)
        } else if real < -0x1p63 {
            self.init(below: nil, exact: nil, above: .min)
        } else {
            self.init(after: Int64(real.rounded(.down)))
        }
    }

    /// A timestamp among days.
    init(amongDays milliseconds: Int64) {
        let (day, rest) = milliseconds.flooredQuotientAndRemainder(dividingBy: millisecondsPerDay)
        if rest == 0 { self.init(at: day) } else { self.init(after: day) }
    }

    /// A day's midnight among timestamps.
    init(amongTimestamps day: Int64) {
        let (milliseconds, overflow) = day.multipliedReportingOverflow(by: millisecondsPerDay)
        if !overflow {
            self.init(at: milliseconds)
        } else if day > 0 {
            self.init(after: .max)
        } else {
            self.init(below: nil, exact: nil, above: .min)
        }
    }
}

extension Cut<Double> {
    init(at real: Double) {
        let (below, above) = (real.nextDown, real.nextUp)
        self.init(below: below.isFinite ? below : nil, exact: real, above: above.isFinite ? above : nil)
    }

    init(at integer: Int64) {
        let nearest = Double(integer)
        switch RuleOrder.of(integer, nearest) {
        case .same: self.init(at: nearest)
        case .ascending: self.init(below: nearest.nextDown, exact: nil, above: nearest)
        case .descending: self.init(below: nearest, exact: nil, above: nearest.nextUp)
        }
    }
}
