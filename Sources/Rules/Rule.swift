import TidegateModel

/// A rule that parses and type-checks against a profile's attributes.
package struct Rule: Sendable {
    package let text: String
    /// Of type boolean, or null.
    package let root: Expression

    /// The rule that `text` states; otherwise everything found wrong with it.
    package static func parse(_ text: String, schema: ProfileSchema) throws(InvalidRule) -> Rule {
        Rule(text: text, root: try RuleParser.parse(text, schema: schema))
    }

    /// Names of the attributes that an answer depends on.
    package var attributes: Set<String> { root.attributes }

    /// The segments it asks for with `in_segment`, in the order of the text.
    package var referencedSegments: [SegmentMention] {
        var found: [SegmentMention] = []
        var waiting = [root]
        while let expression = waiting.popLast() {
            if case .inSegment(let name) = expression.kind {
                found.append(SegmentMention(name: name, range: expression.range))
            }
            waiting += expression.children.reversed()
        }
        return found
    }
}

/// One `in_segment('name')`.
package struct SegmentMention: Hashable, Sendable {
    package var name: String
    /// Unicode scalars from the start of the rule's text.
    package var range: Range<Int>
}
