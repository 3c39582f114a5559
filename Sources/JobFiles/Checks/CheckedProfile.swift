import Rules
import TidegateModel

/// The profile's attributes, as far as they can be told.
struct CheckedProfile {
    /// Means something only where `isWhole`.
    let schema: ProfileSchema
    /// Every attribute that is declared, right or wrong.
    let names: Set<String>
    /// Every attribute is right, so that rules can be held against them.
    let isWhole: Bool

    init(_ draft: ProfileDraft, _ context: ReadingContext) {
        let problems = context.problems
        var isWhole = !draft.attributes.isEmpty
        var lowercased: [String: Located<String>] = [:]
        for entry in draft.attributes {
            if entry.value == nil { isWhole = false }
            if let refusal = Self.refusal(of: entry.key.value) {
                problems.error(refusal, at: entry.key.position)
                isWhole = false
            } else if let first = lowercased.updateValue(entry.key, forKey: entry.key.value.lowercased()) {
                problems.error(
                    "attributes '\(first.value)' and '\(entry.key.value)' differ only by case", at: entry.key.position
                )
                isWhole = false
            }
        }
        schema = ProfileSchema(
            key: draft.key?.value ?? "",
            attributes: draft.attributes.compactMap { entry in
                entry.value.map { Attribute(entry.key.value, $0.type, personal: $0.isPersonal) }
            }
        )
        names = Set(draft.attributes.map(\.key.value))
        self.isWhole = isWhole
        checkKey(draft, context)
    }

    private static func refusal(of name: String) -> String? {
        guard name.wholeMatch(of: #/[A-Za-z_][A-Za-z0-9_]{0,62}/#) != nil else {
            return "an attribute's name must be at most 63 letters, digits and underscores without a digit first, "
                + "not '\(name)'"
        }
        if name.lowercased() == MappedColumn.segmentStatusName {
            return "'\(name)' is what a mapping calls the segment status and cannot name an attribute"
        }
        if RuleKeyword(rawValue: name.lowercased()) != nil {
            return "'\(name)' is a word of the rule language and cannot name an attribute"
        }
        return nil
    }

    private func checkKey(_ draft: ProfileDraft, _ context: ReadingContext) {
        guard let key = draft.key, !draft.attributes.isEmpty else { return }
        guard names.contains(key.value) else {
            let suggestion = context.suggestion(for: key.value, among: schema.attributes.map(\.name))
            context.problems.error("unknown attribute '\(key.value)'\(suggestion)", at: key.position)
            return
        }
        if let attribute = schema.attribute(named: key.value), attribute.type != .text {
            context.problems.error(
                "key '\(key.value)' must be of type text, not \(attribute.type.rawValue)", at: key.position
            )
        }
    }
}
