/// How much rule one rule may be, so that hostile text ends in a problem and not in an exhausted stack.
package enum RuleLimits {
    /// Unicode scalars of a rule's text.
    package static let length = 262_144
    /// Levels of the tree, and of parentheses, `not` and signs in front of one operand.
    package static let depth = 100
    /// The longest distance that one `± count unit` may bridge, in days: ten thousand years.
    static let intervalDays: Int64 = 3_652_500
}
