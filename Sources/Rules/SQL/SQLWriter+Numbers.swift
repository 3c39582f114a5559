import TidegateModel

/// Arithmetic and comparison, where SQLite differs from the language: an overflowing integer becomes a real, integers
/// divide to integers, and reals may be infinite.
extension SQLWriter {
    /// An arithmetic expression, null where it leaves the range of its type.
    ///
    /// One check around a whole tree of integers is enough, because what has become a real stays one. So it is for
    /// reals, because an infinity stays one, except in a divisor.
    mutating func checked(_ expression: Expression) {
        let check: RuleFunction.Name = expression.type == .real ? .finite : .whole
        call(check.rawValue, [{ $0.unchecked(expression, within: .none) }])
    }

    private mutating func unchecked(_ expression: Expression, within binding: Binding) {
        if expression.isConstant { return write(expression, within: binding) }
        switch expression.kind {
        case .negate(let operand):
            parenthesized(.sign, within: binding) {
                $0.put("- ")
                $0.unchecked(operand, within: .sign)
            }
        case .arithmetic(.over, let left, let right):
            parenthesized(.product, within: binding) {
                $0.numerator(left)
                $0.put(" / ")
                $0.write(right, within: .sign)
            }
        case .arithmetic(let operation, let left, let right):
            let own: Binding = operation == .times ? .product : .sum
            parenthesized(own, within: binding) {
                $0.operand(left, of: expression.type, within: own)
                $0.put(" \(operation.rawValue) ")
                $0.operand(right, of: expression.type, within: operation == .times ? .sign : .product)
            }
        case .shift(let base, let interval):
            shift(base, interval, within: binding)
        default:
            write(expression, within: binding)
        }
    }

    private mutating func numerator(_ expression: Expression) {
        if expression.type == .real { return unchecked(expression, within: .product) }
        put("CAST(")
        write(expression, within: .none)
        put(" AS REAL)")
    }

    /// An integer is checked before it becomes part of a real.
    private mutating func operand(_ expression: Expression, of type: AttributeType?, within binding: Binding) {
        if type == .real, expression.type != .real {
            write(expression, within: binding)
        } else {
            unchecked(expression, within: binding)
        }
    }

    private mutating func shift(_ base: Expression, _ interval: Interval, within binding: Binding) {
        let staysDate = base.type == .date && interval.isWholeDays
        let distance = staysDate ? interval.milliseconds / millisecondsPerDay : interval.milliseconds
        let becomesTimestamp = base.type == .date && !staysDate
        parenthesized(.sum, within: binding) {
            $0.unchecked(base, within: becomesTimestamp ? .product : .sum)
            if becomesTimestamp { $0.put(" * \(millisecondsPerDay)") }
            $0.put(distance < 0 ? " - \(distance.magnitude)" : " + \(distance)")
        }
    }

    // MARK: Comparison

    mutating func compare(
        _ comparison: ComparisonOperator,
        _ left: Expression,
        _ right: Expression,
        within binding: Binding
    ) {
        parenthesized(.comparison, within: binding) {
            $0.side(left, facing: right)
            $0.put(" \(comparison.rawValue) ")
            $0.side(right, facing: left)
        }
    }

    private mutating func side(_ expression: Expression, facing other: Expression) {
        if expression.type == .date, other.type == .timestamp {
            write(expression, within: .sign)
            return put(" * \(millisecondsPerDay)")
        }
        write(expression, within: .sum)
    }

    mutating func isIn(_ operand: Expression, _ items: [Expression], within binding: Binding) {
        var listed: [RuleValue] = []
        var compared: [Expression] = []
        for item in items {
            if let constant = item.constant(now: now), let value = constant.exactly(operand.type) {
                listed.append(value)
            } else {
                compared.append(item)
            }
        }
        let terms = (listed.isEmpty ? [] : [nil]) + compared.map(Optional.some)
        let inner = terms.count == 1 ? binding : .and
        chain(terms, .or, within: binding) { writer, item in
            if let item { return writer.compare(.equal, operand, item, within: inner) }
            writer.parenthesized(.comparison, within: inner) { writer in
                writer.write(operand, within: .sum)
                writer.put(" IN ")
                writer.call("", listed.map { value in { $0.literal(value) } })
            }
        }
    }
}

extension RuleValue {
    /// This value as one of `type`, where that is the same number or moment; null is of every type.
    package func exactly(_ type: AttributeType?) -> RuleValue? {
        switch (self, type) {
        case (.null, _): return .null
        case (.integer(let integer), .real): return Double(exactly: integer).map { .real($0) }
        case (.real(let real), .integer): return Int64(exactly: real).map { .integer($0) }
        case (.date(let day), .timestamp):
            let (milliseconds, overflow) = day.multipliedReportingOverflow(by: millisecondsPerDay)
            return overflow ? nil : .timestamp(milliseconds)
        case (.timestamp(let milliseconds), .date):
            let (day, rest) = milliseconds.flooredQuotientAndRemainder(dividingBy: millisecondsPerDay)
            return rest == 0 ? .date(day) : nil
        default: return self.type == type ? self : nil
        }
    }
}
