import TidegateModel

/// A `Dataflow` document.
enum DataflowKind {
    static let destination = Field.required("destination", .reference, help: "The name of the destination.")
    static let segments = Field.required(
        "segments", .list(of: .reference),
        help: "The names of the segments: each a file set of its own, or all one push to a connector."
    )
    static let export = Field.optional(
        "export", .choice(Dataflow.ExportMode.self), default: .full,
        help: "All members each time (full), or first all and then who joined and left (incremental)."
    )
    static let schedule = Field.required(
        "schedule", .object(ScheduleFields.shape, ScheduleFields.read), help: "When to export."
    )
    static let mapping = Field.optional(
        "mapping", .list(of: .object(MappingFields.shape, MappingFields.read)),
        help: "The columns of files, in order, or the fields of contacts; needed but for layout audience-manager."
    )
    static let deduplicateBy = Field.optional(
        "deduplicateBy", .list(of: .reference, atMost: 2),
        help: "One or two attributes; of the profiles that agree in them only the newest is exported."
    )
    static let file = Field.optional(
        "file", .file, help: "How the files look; not for connectors."
    )
    static let list = Field.optional(
        "list", .line("a list's id"), help: "The connector's own id of the list that members are put on."
    )
    static let onLeave = Field.optional(
        "onLeave", .choice(PushOptions.OnLeave.self), default: PushOptions().onLeave,
        help: "For connectors, whether who leaves the segments stays on the list (keep) or leaves it (remove)."
    )
    static let maxRemoved = Field.optional(
        "maxRemoved", .share, default: PushOptions().maxRemoved,
        help: "The share of the last confirmed members above which nobody is removed and the run fails."
    )
    static let enabled = Field.optional(
        "enabled", .boolean, default: true, help: "Whether the schedule fires and ad-hoc runs are taken."
    )
    static let detached = Field.optional(
        "detached", .boolean, default: false,
        help: "Keeps the dataflow without running it, also where its destination is gone."
    )

    static let shape = Shape(
        "Dataflow", help: "Segments to a destination, with mapping, export mode and schedule.",
        [Kind.dataflow.field] + IdentityFields.declarations + [
            destination.declaration, segments.declaration, export.declaration, schedule.declaration,
            mapping.declaration, deduplicateBy.declaration, file.declaration, list.declaration, onLeave.declaration,
            maxRemoved.declaration, enabled.declaration, detached.declaration,
        ],
        rules: [["oneOf": .list([["required": .list([.text(mapping.name)])], layoutWithoutMapping])]]
    )

    private static let layoutWithoutMapping: JSON = [
        "required": .list([.text(file.name)]),
        "properties": [
            "file": [
                "required": .list([.text(FileFields.layout.name)]),
                "properties": ["layout": ["const": .text(FileFields.Layout.audienceManager.rawValue)]],
            ]
        ],
    ]

    static func read(_ reader: ObjectReader) -> DataflowDraft {
        DataflowDraft(
            identity: .read(reader, kind: .dataflow), destination: reader.located(destination),
            segments: reader.value(segments) ?? [], export: reader.located(export),
            schedule: reader.value(schedule), mapping: reader.value(mapping) ?? [],
            deduplicateBy: reader.value(deduplicateBy) ?? [],
            file: reader.has(file) ? reader.value(file) : FileDraft(at: reader.position), push: push(reader),
            isEnabled: reader.value(enabled), isDetached: reader.value(detached), keys: reader.keyPositions
        )
    }

    private static func push(_ reader: ObjectReader) -> PushDraft {
        PushDraft(
            list: reader.located(list), onLeave: reader.located(onLeave),
            maxRemoved: reader.value(maxRemoved)
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
    var push: PushDraft
    var isEnabled: Bool?
    var isDetached: Bool?
    /// Where each key is written.
    var keys: [String: SourcePosition]
}

/// How a dataflow treats a connector's list, as it was written.
struct PushDraft {
    var list: Located<String>?
    var onLeave: Located<PushOptions.OnLeave>?
    var maxRemoved: Double?
}

/// One item of a mapping as it was written.
struct ColumnDraft: Sendable {
    var attribute: Located<String>
    /// As written: for files, dots become underscores.
    var header: Located<String>
    var isRequired: Bool
}

private enum MappingFields {
    static let attribute = Field.required(
        "attribute", .reference, help: "The name of an attribute, or segment_status."
    )
    static let header = Field.optional(
        "as", .line("a header or a field"),
        help: "The column's header (dots become underscores) or the connector's field; absent, the attribute's name."
    )
    static let required = Field.optional(
        "required", .boolean, default: false, help: "Whether a profile without a value is skipped, and counted."
    )
    static let shape = Shape(
        "mapping", help: "One column of files, or one field of contacts.",
        [attribute.declaration, header.declaration, required.declaration]
    )

    static func read(_ reader: ObjectReader) -> ColumnDraft? {
        let header = reader.located(header)
        let isRequired = reader.value(required) ?? false
        guard let attribute = reader.located(attribute) else { return nil }
        return ColumnDraft(attribute: attribute, header: header ?? attribute, isRequired: isRequired)
    }
}
