/// A rule over the keys and values of one line of a data file, which parses.
///
/// Keys and values compare without case, one Unicode scalar with the other. There is no unknown: a key that the line
/// does not have fulfils nothing but `is null`, and what is `not` fulfilled.
package struct TraitRule: Sendable {
    package let text: String
    let root: TraitCondition

    /// The rule that `text` states; otherwise what was found wrong with it.
    package static func parse(_ text: String) throws(InvalidRule) -> TraitRule {
        TraitRule(text: text, root: try TraitRuleParser.parse(text))
    }

    /// The keys it asks for, in the case in which keys compare.
    package var keys: Set<String> {
        var keys: Set<String> = []
        var waiting = [root]
        while let condition = waiting.popLast() {
            switch condition {
            case .all(let operands), .any(let operands): waiting += operands
            case .not(let operand): waiting.append(operand)
            case .occurs(let key), .some(let key, _): keys.insert(key.text)
            }
        }
        return keys
    }
}

/// What a rule of a trait comes down to: each sign of the language that says `not` is written out.
indirect enum TraitCondition: Sendable {
    case all([TraitCondition])
    case any([TraitCondition])
    case not(TraitCondition)
    /// The line has the key.
    case occurs(FoldedText)
    /// Any value that the line has for the key passes.
    case some(FoldedText, SignalTest)
}

/// What a single value is tested for.
///
/// Literals are folded text or numbers. With a number compare only values that are numbers, with text every value.
enum SignalTest: Sendable {
    case equals([RuleValue])
    case compares(ComparisonOperator, RuleValue)
    /// Both bounds belong to it.
    case isBetween(RuleValue, RuleValue)
    case isLike(LikePattern)
    /// `starts_with`, `ends_with` or `contains`.
    case call(RuleCall, FoldedText)
}

/// Text in the case in which keys and values compare; equal where its bytes are.
struct FoldedText: Hashable, Sendable {
    let text: String

    init(_ text: String) {
        self.text = CaseMapping.folded(text)
    }

    var bytes: [UInt8] { Array(text.utf8) }

    static func == (left: FoldedText, right: FoldedText) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
