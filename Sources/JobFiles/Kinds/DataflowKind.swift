import TidegateModel

/// A `Dataflow` document.
enum DataflowKind {
    static let destination = Field.required("destination", .reference, help: "The name of the destination.")
    static let segments = Field.required(
        "segments", .list(of: .reference), help: "The names of the segments, each exported as a file set of its own."
    )
    static let export = Field.optional(
        "export", .choice(Dataflow.ExportMode.self), default: .full,
        help: "All members each time (full), or first all and then who joined and left (incremental)."
    )
    static let schedule = Field.required(
        "schedule", .object(ScheduleFields.shape, ScheduleFields.read), help: "When to export."
    )
    static let mapping = Field.required(
        "mapping", .list(of: .object(MappingFields.shape, MappingFields.read)),
        help: "The columns of the export, in order."
    )
    static let deduplicateBy = Field.optional(
        "deduplicateBy", .list(of: .reference, atMost: 2),
        help: "One or two attributes; of the profiles that agree in them only the newest is exported."
    )
    static let file = Field.optional(
        "file", .object(FileFields.shape, FileFields.read), help: "How the files look."
    )
    static let enabled = Field.optional(
        "enabled", .boolean, default: true, help: "Whether the schedule fires and ad-hoc runs are taken."
    )

    static let shape = Shape(
        "Dataflow", help: "Segments to a destination, with mapping, export mode and schedule.",
        [Kind.dataflow.field] + IdentityFields.declarations + [
            destination.declaration, segments.declaration, export.declaration, schedule.declaration,
            mapping.declaration, deduplicateBy.declaration, file.declaration, enabled.declaration,
        ]
    )

    static func read(_ reader: ObjectReader) -> DataflowDraft {
        DataflowDraft(
            identity: .read(reader, kind: .dataflow), destination: reader.located(destination),
            segments: reader.value(segments) ?? [], export: reader.located(export),
            schedule: reader.value(schedule), mapping: reader.value(mapping) ?? [],
            deduplicateBy: reader.value(deduplicateBy) ?? [],
            file: reader.has(file) ? reader.value(file) : FileDraft(at: reader.position),
            isEnabled: reader.value(enabled)
        )
    }
}

/// A dataflow's document as it was written.
struct DataflowDraft {
    var identity: Identity
    var destination: Located<String>?
    var segments: [Located<String>]
    var export: Located<Dataflow.ExportMode>?
    var schedule: ScheduleDraft?
    var mapping: [Located<ColumnDraft>]
    var deduplicateBy: [Located<String>]
    var file: FileDraft?
    var isEnabled: Bool?
}

/// One item of a mapping as it was written.
struct ColumnDraft: Sendable {
    var attribute: Located<String>
    /// Dots are underscores already.
    var header: Located<String>
    var isRequired: Bool
}

private enum MappingFields {
    static let attribute = Field.required(
        "attribute", .reference, help: "The name of an attribute, or segment_status."
    )
    static let header = Field.optional(
        "as", .header,
        help: "The header of the column, the attribute's name where it is absent; dots become underscores."
    )
    static let required = Field.optional(
        "required", .boolean, default: false, help: "Whether a profile without a value is skipped, and counted."
    )
    static let shape = Shape(
        "mapping", help: "One column of the export.",
        [attribute.declaration, header.declaration, required.declaration]
    )

    static func read(_ reader: ObjectReader) -> ColumnDraft? {
        let header = reader.located(header)
        let isRequired = reader.value(required) ?? false
        guard let attribute = reader.located(attribute) else { return nil }
        return ColumnDraft(attribute: attribute, header: header ?? attribute, isRequired: isRequired)
    }
}

extension ValueKind where Value == String {
    /// The header of a column, with underscores for dots.
    fileprivate static let header = ValueKind.scalar(
        "a header", schema: ["type": .text("string"), "minLength": .integer(1)]
    ) { text, name in
        if text.isEmpty { return .refused("'\(name)' has no value") }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return .refused("'\(name)' must not contain control characters")
        }
        return .value(String(text.map { $0 == "." ? "_" : $0 }))
    }
}
