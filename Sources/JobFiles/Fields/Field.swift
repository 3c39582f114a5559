/// One key that an object of a job file may have: what it accepts and what is said about it.
///
/// The same declaration reads the key and describes it in the JSON Schema.
struct Field<Value: Sendable>: Sendable {
    let declaration: FieldDeclaration
    let accepts: ValueKind<Value>
    /// What an absent key means; nil where it means nothing or must not be absent.
    let fallback: Value?

    var name: String { declaration.name }

    private init(_ name: String, _ accepts: ValueKind<Value>, isRequired: Bool, fallback: Value?, help: String) {
        self.accepts = accepts
        self.fallback = fallback
        declaration = FieldDeclaration(
            name: name, isRequired: isRequired, isSecret: accepts.isSecret, help: help, schema: accepts.schema,
            fallback: fallback.flatMap(accepts.show)
        )
    }

    static func required(_ name: String, _ accepts: ValueKind<Value>, help: String) -> Field {
        Field(name, accepts, isRequired: true, fallback: nil, help: help)
    }

    static func optional(
        _ name: String, _ accepts: ValueKind<Value>, default fallback: Value? = nil, help: String
    ) -> Field {
        Field(name, accepts, isRequired: false, fallback: fallback, help: help)
    }
}

/// What is known of a field whatever its values are.
struct FieldDeclaration: Hashable, Sendable {
    let name: String
    let isRequired: Bool
    /// Its value never appears in a job file nor in an excerpt.
    let isSecret: Bool
    /// One sentence for editors and documents.
    let help: String
    let schema: JSON
    let fallback: JSON?

    /// The same key, with something else said about it.
    func saying(_ help: String) -> FieldDeclaration { copy(help: help, schema: schema) }

    /// The same key, of which the JSON Schema takes something else.
    func accepting(_ schema: JSON) -> FieldDeclaration { copy(help: help, schema: schema) }

    private func copy(help: String, schema: JSON) -> FieldDeclaration {
        FieldDeclaration(
            name: name, isRequired: isRequired, isSecret: isSecret, help: help, schema: schema, fallback: fallback
        )
    }
}

/// The keys of one kind of object.
struct Shape: Hashable, Sendable {
    /// As a sentence names it: `Segment`, `schedule`.
    let name: String
    let help: String
    /// In the order in which people write them.
    let fields: [FieldDeclaration]
    /// What the JSON Schema says of keys that go together or exclude each other; whoever reads the object checks it.
    let rules: [JSON]
    /// What a sentence says of keys that such objects have otherwise, behind the key: `is for format csv alone`.
    let elsewhere: [String: String]

    init(
        _ name: String, help: String, _ fields: [FieldDeclaration], rules: [JSON] = [],
        elsewhere: [String: String] = [:]
    ) {
        self.name = name
        self.help = help
        self.fields = fields
        self.rules = rules
        self.elsewhere = elsewhere
    }

    var schema: JSON {
        let properties = fields.map { field in
            var schema = field.schema.adding(["description": .text(field.help)])
            if let fallback = field.fallback { schema = schema.adding(["default": fallback]) }
            return JSON.Member(key: field.name, value: schema)
        }
        let schema = JSON.object([
            "type": .text("object"),
            "description": .text(help),
            "additionalProperties": .boolean(false),
            "required": .list(fields.filter(\.isRequired).map { .text($0.name) }),
            "properties": .object(properties),
        ])
        return rules.isEmpty ? schema : schema.adding(["allOf": .list(rules)])
    }
}
