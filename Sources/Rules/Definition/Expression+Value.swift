import TidegateModel

extension Expression {
    /// The value of this node, given those of its children in order.
    func value(of parts: [RuleValue], to question: RuleQuestion) -> RuleValue {
        switch kind {
        case .literal(let literal): literal
        case .attribute(let attribute): question.value(attribute)
        case .now: .timestamp(question.now.milliseconds)
        case .inSegment(let name): .boolean(question.isMember(name))
        case .hasTrait(let sid): .boolean(question.hasTrait(sid))
        case .shift(_, let interval): parts[0].shifted(by: interval)
        case .negate: parts[0].negated
        case .arithmetic(let operation, _, _): parts[0].calculated(operation, parts[1])
        case .compare(let comparison, _, _): .truth(parts[0].order(to: parts[1]).map(comparison.holds))
        case .between:
            .truth(
                Truth.all([
                    parts[1].order(to: parts[0]).map(ComparisonOperator.lessOrEqual.holds),
                    parts[0].order(to: parts[2]).map(ComparisonOperator.lessOrEqual.holds),
                ])
            )
        case .isIn: .truth(Truth.any(parts.dropFirst().map { parts[0].order(to: $0).map { $0 == .same } }))
        case .like(_, _, let options): parts[0].isLike(parts[1], options)
        case .isNull: .boolean(parts[0].isNull)
        case .isTruth(_, let truth): .boolean(parts[0].truth == truth)
        case .not: .truth(parts[0].truth.map { !$0 })
        case .all: .truth(Truth.all(parts.map(\.truth)))
        case .any: .truth(Truth.any(parts.map(\.truth)))
        case .call(let function, _): function.value(of: type == .real ? parts.map(\.asReal) : parts)
        }
    }
}

extension RuleCall {
    func value(of arguments: [RuleValue]) -> RuleValue {
        switch self {
        case .coalesce: arguments.first { !$0.isNull } ?? .null
        case .lower: arguments[0].mapped { .text(CaseMapping.lower($0)) }
        case .upper: arguments[0].mapped { .text(CaseMapping.upper($0)) }
        case .trim: arguments[0].mapped { .text($0.trimmedOfWhitespace) }
        case .length: arguments[0].mapped { .integer(Int64($0.unicodeScalars.count)) }
        case .startsWith: arguments[0].compared(arguments[1]) { $0.starts(with: $1) }
        case .endsWith: arguments[0].compared(arguments[1]) { $0.reversed().starts(with: $1.reversed()) }
        case .contains: arguments[0].compared(arguments[1]) { $0.contains($1) }
        }
    }
}

/// Kleene's three-valued logic; nil is unknown.
enum Truth {
    static func all(_ truths: some Sequence<Bool?>) -> Bool? {
        truths.reduce(true) { $0 == false || $1 == false ? false : $0 == nil || $1 == nil ? nil : true }
    }

    static func any(_ truths: some Sequence<Bool?>) -> Bool? {
        truths.reduce(false) { $0 == true || $1 == true ? true : $0 == nil || $1 == nil ? nil : false }
    }
}

/// Text.
extension RuleValue {
    func mapped(_ transform: (String) -> RuleValue) -> RuleValue {
        guard case .text(let text) = self else { return .null }
        return transform(text)
    }

    /// A test of two texts as their bytes, which never begin or end within a scalar by accident.
    func compared(_ other: RuleValue, _ test: ([UInt8], [UInt8]) -> Bool) -> RuleValue {
        guard case .text(let left) = self, case .text(let right) = other else { return .null }
        return .boolean(test(Array(left.utf8), Array(right.utf8)))
    }

    func isLike(_ pattern: RuleValue, _ options: LikeOptions) -> RuleValue {
        guard case .text(let text) = self, case .text(let written) = pattern,
            let pattern = LikePattern(written, options)
        else { return .null }
        return .boolean(pattern.matches(text))
    }
}

extension String {
    /// Without the Unicode White_Space at both ends.
    var trimmedOfWhitespace: String {
        let start = unicodeScalars.drop { $0.properties.isWhitespace }
        let end = start.reversed().drop { $0.properties.isWhitespace }.reversed()
        var trimmed = String.UnicodeScalarView()
        trimmed.append(contentsOf: end)
        return String(trimmed)
    }
}
