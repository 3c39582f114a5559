import TidegateModel

/// The `file` of a dataflow with `layout: audience-manager`.
enum AudienceManagerFileFields {
    private enum Packing: String, CaseIterable { case none, gzip }
    private static let standard = AudienceManagerLayout(dataSource: "")

    static let dataSource = Field.required(
        "dataSource", .reference, help: "The name of the data source, declared or global, whose ids the rows are of."
    )
    static let name = Field.optional(
        "name", .template,
        help: "With the vendor's macros; absent, \(AudienceManagerLayout.defaultName)."
    )
    private static let compression = Field.optional(
        "compression", .choice(Packing.self), default: Packing.none, help: "How files are compressed."
    )
    static let syncType = Field.optional(
        "syncType", .choice(AudienceManagerLayout.SyncType.self),
        help: "What SYNC_TYPE writes; absent, S3 for destinations of type s3 and ftp for others."
    )
    static let orderID = Field.optional(
        "orderId", .integer(from: 1), help: "What ORDER_ID writes; absent, the dataflow's id."
    )
    static let pid = Field.optional(
        "pid", .integer(from: 1), help: "What PID writes in rows: the partner's number; absent, nothing."
    )
    static let pidAlias = Field.optional(
        "pidAlias", .line("an alias"), help: "What PID_ALIAS writes: how the receiver knows the customer."
    )
    static let fullEvery = Field.optional(
        "fullEvery", .choice(AudienceManagerLayout.FullEvery.self), default: standard.fullEvery,
        help: "How often an incremental dataflow exports everybody."
    )
    static let header = Field.optional(
        "header", .template, help: "With the vendor's macros, what each file begins with; absent, nothing."
    )
    static let row = Field.optional(
        "row", .template, help: "With the vendor's macros; absent, \(AudienceManagerLayout.defaultRow)."
    )
    static let controlFile = Field.optional(
        "controlFile", .boolean, default: standard.hasControlFile,
        help: "Whether an .info file with sizes, lines and digests follows the data."
    )

    private static let own = [
        dataSource.declaration, syncType.declaration, orderID.declaration, pid.declaration, pidAlias.declaration,
        fullEvery.declaration, header.declaration, row.declaration, controlFile.declaration,
    ]
    static let ownKeys = own.map(\.name)

    private static let layout = FieldDeclaration(
        name: FileFields.layout.name, isRequired: true, isSecret: false, help: "What a row is.",
        schema: ["const": .text(FileFields.Layout.audienceManager.rawValue)], fallback: nil
    )

    static let shape = Shape(
        "file with layout audience-manager",
        help: "Files with one row per id, named and written as Audience Manager does.",
        [layout, name.declaration, compression.declaration, FileFields.maxRows.declaration] + own,
        elsewhere: Dictionary(FileFields.rowKeys.map { ($0, "is for layout rows alone") }) { first, _ in first }
    )

    static func read(_ reader: ObjectReader) -> FileDraft {
        var draft = FileDraft(at: reader.position)
        draft.name = reader.value(name)
        if reader.value(compression) == .gzip { draft.layout.compression = .gzip }
        draft.layout.maxRows = reader.value(FileFields.maxRows) ?? FileLayout().maxRows
        draft.audienceManager = AudienceManagerDraft(
            dataSource: reader.located(dataSource), syncType: reader.value(syncType), orderID: reader.value(orderID),
            pid: reader.value(pid), pidAlias: reader.value(pidAlias), fullEvery: reader.located(fullEvery),
            hasFullEvery: reader.has(fullEvery), header: reader.value(header), row: reader.value(row),
            hasControlFile: reader.value(controlFile) ?? standard.hasControlFile
        )
        return draft
    }
}

/// Audience Manager's layout as it was written.
struct AudienceManagerDraft: Sendable {
    var dataSource: Located<String>?
    var syncType: AudienceManagerLayout.SyncType?
    var orderID: Int?
    var pid: Int?
    var pidAlias: String?
    var fullEvery: Located<AudienceManagerLayout.FullEvery>?
    var hasFullEvery: Bool
    var header: YAMLScalar?
    var row: YAMLScalar?
    var hasControlFile: Bool
}

extension ValueKind where Value == YAMLScalar {
    /// A template with the vendor's macros, kept with what is needed to point into it.
    fileprivate static let template = ValueKind(
        schema: ["type": .text("string"), "minLength": .integer(1)], show: { .text($0.text) }
    ) { tree, name, context in
        guard let scalar = scalar(of: tree, named: name, expected: "a template", context) else { return nil }
        if scalar.text.isEmpty {
            context.problems.error("'\(name)' has no value", at: scalar.position)
            return nil
        }
        guard !scalar.text.contains("${") else {
            context.problems.error("'\(name)' takes macros such as <ORDER_ID>, not ${…}", at: scalar.position)
            return nil
        }
        return scalar
    }
}
