import TidegateModel

extension TraitRule {
    /// The definition of rules of traits, what `TraitRuleSet` must answer, for the signals of one line.
    ///
    /// Keys and values are without quotes, and keys without a leading dash; a key may come several times.
    package func isFulfilled(by signals: [(key: String, value: String)]) -> Bool {
        root.isFulfilled { key in signals.filter { FoldedText($0.key) == key }.map(\.value) }
    }
}

extension TraitCondition {
    func isFulfilled(by values: (FoldedText) -> [String]) -> Bool {
        switch self {
        case .all(let operands): operands.allSatisfy { $0.isFulfilled(by: values) }
        case .any(let operands): operands.contains { $0.isFulfilled(by: values) }
        case .not(let operand): !operand.isFulfilled(by: values)
        case .occurs(let key): !values(key).isEmpty
        case .some(let key, let test): values(key).contains(where: test.isPassed)
        }
    }
}

extension SignalTest {
    func isPassed(by value: String) -> Bool {
        let text = RuleValue.text(FoldedText(value).text)
        let number = RuleValue(signalNumber: value)
        func order(to literal: RuleValue) -> RuleOrder? {
            literal.type == .text ? text.order(to: literal) : number?.order(to: literal)
        }
        switch self {
        case .equals(let literals): return literals.contains { order(to: $0) == .same }
        case .compares(let comparison, let literal): return order(to: literal).map(comparison.holds) ?? false
        case .isBetween(let low, let high):
            guard let fromLow = order(to: low), let fromHigh = order(to: high) else { return false }
            return fromLow != .ascending && fromHigh != .descending
        case .isLike(let pattern): return pattern.matches(value)
        case .call(let function, let literal):
            return function.value(of: [text, .text(literal.text)]).truth == true
        }
    }
}

extension RuleValue {
    /// The number that a value of a signal is: written as in a rule, with or without a sign, and nothing around it.
    ///
    /// An integer where it is written as one and has 64 bits, otherwise the nearest real; nil where that is not finite.
    init?(signalNumber text: String) {
        let bytes = Array(text.utf8)
        var rest = bytes[...]
        func digits() -> Int {
            let count = rest.prefix { 0x30...0x39 ~= $0 }.count
            rest = rest.dropFirst(count)
            return count
        }
        func accept(_ accepted: String) -> Bool {
            guard let first = rest.first, accepted.utf8.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = accept("+-")
        let whole = digits()
        let isWhole = rest.isEmpty
        if accept(".") {
            guard digits() > 0 else { return nil }
        } else if whole == 0 {
            return nil
        }
        if accept("eE") {
            _ = accept("+-")
            guard digits() > 0 else { return nil }
        }
        guard rest.isEmpty else { return nil }
        if isWhole, let integer = Int64(text) {
            self = .integer(integer)
        } else if let real = Double(text), real.isFinite {
            self = .real(real)
        } else {
            return nil
        }
    }
}
