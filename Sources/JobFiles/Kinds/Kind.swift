import Digests
import Foundation
import TidegateModel

/// What a document of a job file declares.
enum Kind: String, CaseIterable {
    case profile = "Profile"
    case source = "Source"
    case dataSource = "DataSource"
    case trait = "Trait"
    case segmentation = "Segmentation"
    case segment = "Segment"
    case destination = "Destination"
    case dataflow = "Dataflow"

    /// The key by which a document says its kind. Every shape lists it, so that it is not unknown.
    static let key = "kind"

    var field: FieldDeclaration {
        FieldDeclaration(
            name: Self.key, isRequired: true, isSecret: false, help: "What this document declares.",
            schema: ["const": .text(rawValue)], fallback: nil
        )
    }
}

/// The keys that every object with a name has.
enum IdentityFields {
    static let name = Field.required(
        "name", .objectName, help: "Unique among the objects of this kind; other documents use it."
    )
    static let id = Field.optional(
        "id", .uuid, help: "A UUID to keep from elsewhere; made from kind and name where it is absent."
    )

    static let declarations = [name.declaration, id.declaration]
}

/// What names an object.
struct Identity: Sendable {
    var kind: Kind
    /// Nil where the document has no valid name, which was reported.
    var name: Located<String>?
    var id: UUID?
    /// Where `id` is written, or else the document.
    var idPosition: SourcePosition
    var position: SourcePosition

    static func read(_ reader: ObjectReader, kind: Kind) -> Identity {
        let name = reader.located(IdentityFields.name)
        let given = reader.located(IdentityFields.id)
        return Identity(
            kind: kind, name: name, id: given?.value ?? name.map { UUID(kind: kind.rawValue, name: $0.value) },
            idPosition: given?.position ?? reader.position, position: reader.position
        )
    }
}
