import TidegateModel

/// A function that an SQL engine must offer for the rules it is given.
package struct RuleFunction: Sendable {
    package let name: Name
    package let argumentCount: Int
    /// Takes text, integers, reals and nulls as they are stored; a boolean result is stored as 0 or 1.
    package let body: @Sendable ([RuleValue]) -> RuleValue

    package enum Name: String, CaseIterable, Sendable {
        /// Null unless the argument is still an integer.
        case whole = "rule_whole"
        /// Null unless the argument is a finite real.
        case finite = "rule_finite"
        case like = "rule_like"
        case ilike = "rule_ilike"
        case lower = "rule_lower"
        case upper = "rule_upper"
        case length = "rule_length"
        case trim = "rule_trim"
        case startsWith = "rule_starts_with"
        case endsWith = "rule_ends_with"
        case contains = "rule_contains"
    }

    package static let all = Name.allCases.map(RuleFunction.init)

    private init(_ name: Name) {
        self.name = name
        switch name {
        case .whole:
            (argumentCount, body) = (1, { $0[0].type == .integer ? $0[0] : .null })
        case .finite:
            (argumentCount, body) = (1, { if case .real(let real) = $0[0] { .finite(real) } else { .null } })
        case .like: (argumentCount, body) = (3, { Self.like($0, ignoringCase: false) })
        case .ilike: (argumentCount, body) = (3, { Self.like($0, ignoringCase: true) })
        case .lower: (argumentCount, body) = (1, { RuleCall.lower.value(of: $0) })
        case .upper: (argumentCount, body) = (1, { RuleCall.upper.value(of: $0) })
        case .length: (argumentCount, body) = (1, { RuleCall.length.value(of: $0) })
        case .trim: (argumentCount, body) = (1, { RuleCall.trim.value(of: $0) })
        case .startsWith: (argumentCount, body) = (2, { RuleCall.startsWith.value(of: $0) })
        case .endsWith: (argumentCount, body) = (2, { RuleCall.endsWith.value(of: $0) })
        case .contains: (argumentCount, body) = (2, { RuleCall.contains.value(of: $0) })
        }
    }

    private static func like(_ arguments: [RuleValue], ignoringCase: Bool) -> RuleValue {
        var options = LikeOptions(ignoresCase: ignoringCase, escape: nil)
        if case .text(let escape) = arguments[2] { options.escape = escape.unicodeScalars.first }
        return arguments[0].isLike(arguments[1], options)
    }
}

extension RuleFunction.Name {
    /// Nil for `coalesce`, which SQLite has.
    init?(_ call: RuleCall) {
        self.init(rawValue: "rule_\(call.rawValue)")
    }
}
