/// A `Trait` document.
enum TraitKind {
    static let description = Field.optional("description", .text, default: "", help: "What the trait is, for people.")
    static let sid = Field.required(
        "sid", .integer(from: 1), help: "The number in data files and in has_trait(…), unique among traits."
    )
    static let dataSource = Field.required(
        "dataSource", .reference, help: "The name of the data source that owns the trait: its files say who has it."
    )
    static let rule = Field.optional(
        "where", .rule,
        help: "A rule over the keys and values of one line; absent, the trait is brought by its number alone."
    )

    static let shape = Shape(
        "Trait", help: "Something known of people that data files bring.",
        [Kind.trait.field] + IdentityFields.declarations + [
            description.declaration, sid.declaration, dataSource.declaration, rule.declaration,
        ]
    )

    static func read(_ reader: ObjectReader) -> TraitDraft {
        TraitDraft(
            identity: .read(reader, kind: .trait), description: reader.value(description), sid: reader.located(sid),
            dataSource: reader.located(dataSource), rule: reader.value(rule)
        )
    }
}

/// A trait's document as it was written.
struct TraitDraft {
    var identity: Identity
    var description: String?
    var sid: Located<Int>?
    var dataSource: Located<String>?
    /// Nil also where it is no text.
    var rule: YAMLScalar?
}
