import Digests
import Foundation
import TidegateModel

/// One declared object as the store keeps it: canonical JSON and its digest.
package struct DeclaredObject: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case profile = "Profile"
        case source = "Source"
        case dataSource = "DataSource"
        case trait = "Trait"
        case segmentation = "Segmentation"
        case segment = "Segment"
        case destination = "Destination"
        case dataflow = "Dataflow"
    }

    package let kind: Kind
    package let id: UUID
    package let name: String
    package let spec: String
    package let digest: String

    private init(_ kind: Kind, id: UUID, name: String, _ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.kind = kind
        self.id = id
        self.name = name
        let data = try encoder.encode(value)
        spec = String(decoding: data, as: UTF8.self)
        digest = sha256(of: data)
    }

    /// Every object of a specification, in the order of the job files.
    package static func all(of spec: JobSpec) throws -> [DeclaredObject] {
        let profile = try DeclaredObject(
            .profile, id: UUID(kind: "Profile", name: "profile"), name: "profile", spec.profile)
        let segmentation = try DeclaredObject(
            .segmentation, id: UUID(kind: "Segmentation", name: "segmentation"), name: "segmentation", spec.segmentation
        )
        return try [profile, segmentation]
            + spec.sources.map { try DeclaredObject(.source, id: $0.id, name: $0.name, $0) }
            + spec.dataSources.map { try DeclaredObject(.dataSource, id: $0.id, name: $0.name, $0) }
            + spec.traits.map { try DeclaredObject(.trait, id: $0.id, name: $0.name, $0) }
            + spec.segments.map { try DeclaredObject(.segment, id: $0.id, name: $0.name, $0) }
            + spec.destinations.map { try DeclaredObject(.destination, id: $0.id, name: $0.name, $0) }
            + spec.dataflows.map { try DeclaredObject(.dataflow, id: $0.id, name: $0.name, $0) }
    }

    static func dataflow(from spec: String) throws -> Dataflow {
        try DataflowText.read(spec) ?? decode(Dataflow.self, from: spec)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from spec: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(spec.utf8))
    }
}
