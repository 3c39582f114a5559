import TidegateModel

/// The JSON Schema of a job file's documents, made from the declarations that read them.
package enum JobFileSchema {
    /// JSON Schema 2020-12, the same text for the same version of the program.
    package static var text: String { schema.printed() + "\n" }

    static var schema: JSON {
        [
            "$schema": .text("https://json-schema.org/draft/2020-12/schema"),
            "title": .text("Tidegate job file"),
            "description": .text("One document of a job file; a file may hold several."),
            "oneOf": .list(definitions.map { ["$ref": .text("#/$defs/\($0.name)")] }),
            "$defs": .object(definitions.map { JSON.Member(key: $0.name, value: $0.shape.schema) }),
        ]
    }

    /// One for each kind, and for each type of destination.
    static var definitions: [(name: String, shape: Shape)] {
        Kind.allCases.flatMap { kind -> [(name: String, shape: Shape)] in
            switch kind {
            case .profile: [(kind.rawValue, ProfileKind.shape)]
            case .source:
                [
                    (kind.rawValue, SourceKind.shape),
                    ("\(kind.rawValue).\(Source.Format.audienceManager.rawValue)", DropOffFields.shape),
                ]
            case .dataSource: [(kind.rawValue, DataSourceKind.shape)]
            case .trait: [(kind.rawValue, TraitKind.shape)]
            case .segmentation: [(kind.rawValue, SegmentationKind.shape)]
            case .segment: [(kind.rawValue, SegmentKind.shape)]
            case .destination:
                DestinationKind.types.map { ("\(kind.rawValue).\($0.name)", DestinationKind.shape(of: $0)) }
            case .dataflow: [(kind.rawValue, DataflowKind.shape)]
            }
        }
    }
}
