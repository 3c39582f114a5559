import TidegateModel

/// A `Destination` document: keys of every destination, and those of its type.
enum DestinationKind {
    static let types = DestinationType.all

    private static let displayName = Field.optional(
        "displayName", .filledIn("a name"), help: "What people call it; absent, the name."
    )
    private static let consent = Field.required(
        "consent", .object(ConsentFields.shape, ConsentFields.read),
        help: "Who agreed that profiles go to this receiver, and when."
    )
    /// What is a secret in one type of destination is none of the others' business either.
    private static let secretKeys = Set(types.flatMap(\.fields).filter(\.isSecret).map(\.name))

    private static func field(of type: DestinationType) -> FieldDeclaration {
        FieldDeclaration(
            name: "type", isRequired: true, isSecret: false, help: "The type of the destination.",
            schema: ["const": .text(type.name)], fallback: nil
        )
    }

    static func shape(of type: DestinationType) -> Shape {
        Shape(
            "Destination of type \(type.name)", help: type.help,
            [Kind.destination.field] + IdentityFields.declarations + [field(of: type), displayName.declaration]
                + (type.pushes == nil ? [] : [consent.declaration]) + type.fields,
            rules: type.rules
        )
    }

    private static let shapes = Dictionary(types.map { ($0.name, shape(of: $0)) }) { first, _ in first }

    /// The type comes first: it says which other keys there may be.
    static func read(_ mapping: YAMLMapping, _ context: ReadingContext) -> DestinationDraft {
        withholdSecrets(of: mapping, context)
        guard let type = type(of: mapping, among: types, called: "destination type", context),
            let shape = shapes[type.name]
        else {
            return DestinationDraft(identity: identityOnly(mapping, context))
        }
        let reader = ObjectReader(mapping, as: shape, in: context)
        var draft = DestinationDraft(identity: .read(reader, kind: .destination), type: type)
        draft.displayName = reader.value(displayName)
        if type.pushes != nil { draft.consent = reader.value(consent) }
        draft.place = type.read(reader)
        return draft
    }

    static func withholdSecrets(of mapping: YAMLMapping, _ context: ReadingContext) {
        for entry in mapping.entries where secretKeys.contains(entry.key) { context.withhold(entry.value) }
    }

    /// Nil, and reported, where `type` names none of `types`.
    static func type(
        of mapping: YAMLMapping, among types: [DestinationType], called what: String, _ context: ReadingContext
    ) -> DestinationType? {
        let names = types.map(\.name)
        guard let entry = mapping.entries.first(where: { $0.key == "type" }) else {
            context.problems.error("missing key 'type', one of \(alternatives(names))", at: mapping.position)
            return nil
        }
        let expected = alternatives(names)
        guard let scalar = ValueKind<String>.scalar(of: entry.value, named: "type", expected: expected, context) else {
            return nil
        }
        if let type = types.first(where: { $0.name == scalar.text }) { return type }
        let suggestion = context.suggestion(for: scalar.text, among: names)
        let hint = suggestion.isEmpty ? ", this version has \(names.joined(separator: ", "))" : suggestion
        context.problems.error("unknown \(what) \(shown(entry.value))\(hint)", at: scalar.position)
        return nil
    }

    /// Of a destination of unknown type only the name is read, so that dataflows that use it are not blamed.
    private static func identityOnly(_ mapping: YAMLMapping, _ context: ReadingContext) -> Identity {
        var named = mapping
        named.entries = mapping.entries.filter { ["name", "id"].contains($0.key) }
        let shape = Shape("Destination", help: "", IdentityFields.declarations)
        return .read(ObjectReader(named, as: shape, in: context), kind: .destination)
    }
}

private enum ConsentFields {
    static let agreedBy = Field.required("agreedBy", .line("a name"), help: "Who agreed.")
    static let agreedOn = Field.required("agreedOn", .localDate, help: "The date on which they agreed.")
    static let shape = Shape(
        "consent", help: "Who agreed that profiles go to a receiver, and when.",
        [agreedBy.declaration, agreedOn.declaration]
    )

    static func read(_ reader: ObjectReader) -> Consent? {
        let agreedBy = reader.value(agreedBy)
        guard let agreedOn = reader.value(agreedOn), let agreedBy else { return nil }
        return Consent(agreedBy: agreedBy, agreedOn: agreedOn)
    }
}

/// A destination's document as it was written.
struct DestinationDraft {
    var identity: Identity
    /// Nil where it is not known.
    var type: DestinationType?
    var displayName: String?
    /// Nil also where it is wrong.
    var consent: Consent?
    /// Nil where it is wrong.
    var place: Destination.Place?
}
