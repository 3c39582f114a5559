import TidegateModel

/// What a rule is asked about: one profile at one instant.
package struct RuleQuestion {
    /// The cycle's nominal instant.
    package var now: Instant
    /// The profile's value of an attribute, of the attribute's type or null.
    package var value: (Attribute) -> RuleValue
    /// Whether the profile is a member of a segment.
    package var isMember: (String) -> Bool
    /// Whether the profile has the trait of this number.
    package var hasTrait: (Int64) -> Bool

    package init(
        now: Instant,
        value: @escaping (Attribute) -> RuleValue,
        isMember: @escaping (String) -> Bool = { _ in false },
        hasTrait: @escaping (Int64) -> Bool = { _ in false }
    ) {
        self.now = now
        self.value = value
        self.isMember = isMember
        self.hasTrait = hasTrait
    }
}

/// What one node of a rule came to for one profile, and the answers it was made from.
package struct RuleAnswer: Sendable {
    package let value: RuleValue
    package let expression: Expression
    /// In the order of the text.
    package let parts: [RuleAnswer]
    private let rule: String

    /// The part of the rule's text that this is the answer to.
    package var text: String {
        let scalars = rule.unicodeScalars.dropFirst(expression.range.lowerBound).prefix(expression.range.count)
        return String(String.UnicodeScalarView(scalars))
    }

    /// The attributes that show in `value`: whoever prints it masks it where one of them is personal.
    ///
    /// A truth shows none, except where it is an attribute's own.
    package var shownAttributes: Set<String> {
        if case .attribute(let attribute) = expression.kind { return [attribute.name] }
        return expression.type == .boolean ? [] : expression.attributes
    }

    fileprivate init(_ expression: Expression, of rule: String, to question: RuleQuestion) {
        parts = expression.children.map { RuleAnswer($0, of: rule, to: question) }
        value = expression.value(of: parts.map(\.value), to: question)
        self.expression = expression
        self.rule = rule
    }
}

extension Rule {
    /// The definition of the language, what every engine must answer; `value.truth` is true for members.
    package func answer(to question: RuleQuestion) -> RuleAnswer {
        RuleAnswer(root, of: text, to: question)
    }
}

extension Expression {
    /// The value of an expression that needs no profile; nil where it needs one.
    package func constant(now: Instant) -> RuleValue? {
        guard isConstant else { return nil }
        let question = RuleQuestion(now: now, value: { _ in .null })
        return RuleAnswer(self, of: "", to: question).value
    }
}
