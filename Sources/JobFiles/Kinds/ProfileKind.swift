import TidegateModel

/// The `Profile` document.
enum ProfileKind {
    static let attributeName = "^[A-Za-z_][A-Za-z0-9_]{0,62}$"

    static let key = Field.required(
        "key", .reference, help: "The attribute that identifies a profile; its type must be text."
    )
    static let attributes = Field.required(
        "attributes", .map(of: .either(.shortAttribute, .longAttribute), keys: attributeName),
        help: "Name and type of each attribute: text, integer, real, boolean, date or timestamp."
    )

    static let shape = Shape(
        "Profile", help: "The schema of the profile store. There is exactly one.",
        [Kind.profile.field, key.declaration, attributes.declaration]
    )

    static func read(_ reader: ObjectReader) -> ProfileDraft {
        ProfileDraft(
            position: reader.position, key: reader.located(key),
            attributes: reader.value(attributes) ?? []
        )
    }
}

/// A profile's document as it was written.
struct ProfileDraft {
    var position: SourcePosition
    var key: Located<String>?
    var attributes: [MapEntry<AttributeDraft>]
}

struct AttributeDraft: Sendable {
    var type: AttributeType
    var isPersonal = false
}

private enum AttributeFields {
    static let type = Field.required("type", .choice(AttributeType.self), help: "The type of the values.")
    static let personal = Field.optional(
        "personal", .boolean, default: false, help: "Masks the values on pages, in logs and in explanations."
    )
    static let shape = Shape(
        "attribute", help: "An attribute of the profile.", [type.declaration, personal.declaration]
    )
}

extension ValueKind where Value == AttributeDraft {
    fileprivate static let shortAttribute: ValueKind = {
        let choice = ValueKind<AttributeType>.choice()
        return ValueKind(schema: choice.schema, show: { .text($0.type.rawValue) }) { tree, name, context in
            choice.read(tree, name, context).map { AttributeDraft(type: $0) }
        }
    }()

    fileprivate static let longAttribute = ValueKind.object(AttributeFields.shape) { reader in
        let isPersonal = reader.value(AttributeFields.personal) ?? false
        return reader.value(AttributeFields.type).map { AttributeDraft(type: $0, isPersonal: isPersonal) }
    }
}
