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
        mentions { expression in
            guard case .inSegment(let name) = expression.kind else { return nil }
            return SegmentMention(name: name, range: expression.range)
        }
    }

    /// The traits it asks for with `has_trait`, in the order of the text.
    package var referencedTraits: [TraitMention] {
        mentions { expression in
            guard case .hasTrait(let sid) = expression.kind else { return nil }
            return TraitMention(sid: sid, range: expression.range)
        }
    }

    private func mentions<Mention>(_ mention: (Expression) -> Mention?) -> [Mention] {
        var found: [Mention] = []
        var waiting = [root]
        while let expression = waiting.popLast() {
            if let mention = mention(expression) { found.append(mention) }
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

/// One `has_trait(123)`.
package struct TraitMention: Hashable, Sendable {
    /// The number of the trait, not negative.
    package var sid: Int64
    /// Unicode scalars from the start of the rule's text.
    package var range: Range<Int>
}
