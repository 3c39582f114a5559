import TidegateModel

/// A `Destination` document: keys of every destination, and those of its type.
enum DestinationKind {
    static let types: [DestinationType] = [.directory]

    static func field(of type: DestinationType) -> FieldDeclaration {
        FieldDeclaration(
            name: "type", isRequired: true, isSecret: false, help: "The type of the destination.",
            schema: ["const": .text(type.name)], fallback: nil
        )
    }

    static func shape(of type: DestinationType) -> Shape {
        Shape(
            "Destination", help: type.help,
            [Kind.destination.field] + IdentityFields.declarations + [field(of: type)] + type.fields
        )
    }

    /// The type comes first: it says which other keys there may be.
    static func read(_ mapping: YAMLMapping, _ context: ReadingContext) -> DestinationDraft {
        guard let type = type(of: mapping, context) else {
            return DestinationDraft(identity: identityOnly(mapping, context), place: nil)
        }
        let reader = ObjectReader(mapping, as: shape(of: type), in: context)
        return DestinationDraft(identity: .read(reader, kind: .destination), place: type.read(reader))
    }

    private static func type(of mapping: YAMLMapping, _ context: ReadingContext) -> DestinationType? {
        guard let entry = mapping.entries.first(where: { $0.key == "type" }) else {
            context.problems.error("missing key 'type'", at: mapping.position)
            return nil
        }
        let names = types.map(\.name)
        let expected = alternatives(names)
        guard let scalar = ValueKind<String>.scalar(of: entry.value, named: "type", expected: expected, context) else {
            return nil
        }
        if let type = types.first(where: { $0.name == scalar.text }) { return type }
        let suggestion = context.suggestion(for: scalar.text, among: names)
        let hint = suggestion.isEmpty ? ", this version has \(names.joined(separator: ", "))" : suggestion
        context.problems.error("unknown destination type \(shown(entry.value))\(hint)", at: scalar.position)
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

/// What a type of destination is and which keys it takes.
struct DestinationType: Sendable {
    var name: String
    var help: String
    var fields: [FieldDeclaration]
    /// Nil where a value is wrong, which was reported.
    var read: @Sendable (ObjectReader) -> Destination.Place?
}

extension DestinationType {
    private static let path = Field.required(
        "path", .path,
        help: "The folder that files are delivered to, relative to this job file; made where it is missing."
    )

    /// A folder on this machine.
    static let directory = DestinationType(
        name: "directory", help: "A destination that takes files: a folder on this machine.",
        fields: [path.declaration]
    ) { reader in
        reader.value(path).map { .directory(DirectoryPlace(path: $0.path)) }
    }
}

/// A destination's document as it was written.
struct DestinationDraft {
    var identity: Identity
    var place: Destination.Place?
}
