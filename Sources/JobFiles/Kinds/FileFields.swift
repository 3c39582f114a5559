import TidegateModel

/// The `file` of a dataflow.
enum FileFields {
    enum Layout: String, CaseIterable {
        case rows
        case audienceManager = "audience-manager"
    }

    static let layout = Field.optional(
        "layout", .choice(Layout.self), default: .rows,
        help: "Whether a row is a profile (rows), or an id with its segments (audience-manager)."
    )
    static let name = Field.optional(
        "name", .fileName, help: "With macros, without extension; absent, \(FileLayout.defaultName)."
    )
    static let format = Field.optional(
        "format", .choice(FileLayout.Format.self), default: .csv, help: "How rows are written."
    )
    static let compression = Field.optional(
        "compression", .choice(FileLayout.Compression.self), default: FileLayout.Compression.none,
        help: "How files are compressed."
    )
    static let level = Field.optional(
        "level", .choice(FileLayout.Level.self), default: .fast,
        help: "Least time, one member that every reader takes (fast), or fewest bytes (small)."
    )
    static let maxRows = Field.optional(
        "maxRows", .integer(from: 1), default: FileLayout().maxRows,
        help: "Rows per file before the export goes on in name_2."
    )
    static let csv = Field.optional(
        "csv", .object(CSVWritingFields.shape, CSVWritingFields.read), help: "How CSV is written."
    )
    static let orderBy = Field.optional(
        "orderBy", .list(of: .reference), help: "Attributes to sort by before the key; absent, rows are in key order."
    )

    static let rowKeys = [format.name, level.name, csv.name, orderBy.name]

    static let shape = Shape(
        "file", help: "How the files of an export look.",
        [
            layout.declaration.accepting(["const": .text(Layout.rows.rawValue)]), name.declaration, format.declaration,
            compression.declaration, level.declaration, maxRows.declaration, csv.declaration, orderBy.declaration,
        ],
        elsewhere: Dictionary(
            AudienceManagerFileFields.ownKeys.map { ($0, "is for layout audience-manager alone") }
        ) { first, _ in first }
    )

    fileprivate static func read(_ reader: ObjectReader) -> FileDraft {
        var draft = FileDraft(at: reader.position)
        let standard = FileLayout()
        _ = reader.value(layout)
        draft.name = reader.value(name)
        draft.layout.format = reader.value(format) ?? standard.format
        draft.layout.compression = reader.value(compression) ?? standard.compression
        draft.layout.level = reader.value(level) ?? standard.level
        draft.layout.maxRows = reader.value(maxRows) ?? standard.maxRows
        draft.layout.csv = reader.value(csv) ?? standard.csv
        draft.orderBy = reader.value(orderBy) ?? []
        warnOfEffectless(draft.layout, reader)
        return draft
    }

    private static func warnOfEffectless(_ layout: FileLayout, _ reader: ObjectReader) {
        if layout.format == .jsonl, let position = reader.keyPosition(of: csv) {
            reader.context.problems.warning("'csv' has no effect with format jsonl", at: position)
        }
        if layout.compression == .none, let position = reader.keyPosition(of: level) {
            reader.context.problems.warning("'level' has no effect without compression", at: position)
        }
    }
}

/// A dataflow's `file` as it was written; what is wrong in it stands as its default.
struct FileDraft: Sendable {
    var position: SourcePosition
    var name: YAMLScalar?
    /// Its name and order are not set yet.
    var layout = FileLayout()
    var orderBy: [Located<String>] = []
    /// Nil with layout rows.
    var audienceManager: AudienceManagerDraft?

    init(at position: SourcePosition) {
        self.position = position
    }
}

extension ValueKind where Value == FileDraft {
    /// The layout comes first: it says which other keys there may be.
    static let file: ValueKind = {
        let rows = object(FileFields.shape, FileFields.read)
        let audienceManager = object(AudienceManagerFileFields.shape, AudienceManagerFileFields.read)
        let schema: JSON = ["anyOf": .list([rows.schema, audienceManager.schema])]
        return ValueKind(schema: schema, show: { _ in nil }) { tree, name, context in
            guard case .mapping(let mapping) = tree else { return rows.read(tree, name, context) }
            let layout = mapping.entries.first { $0.key == FileFields.layout.name }?.value
            if case .scalar(let scalar) = layout, scalar.text == FileFields.Layout.audienceManager.rawValue {
                return audienceManager.read(tree, name, context)
            }
            return rows.read(tree, name, context)
        }
    }()
}

private enum CSVWritingFields {
    private static let standard = CSVWriting()
    static let delimiter = Field.optional(
        "delimiter", .character, default: standard.delimiter, help: "What stands between two fields."
    )
    static let quote = Field.optional(
        "quote", .character, default: standard.quote, help: "What stands around a field that needs it."
    )
    static let escape = Field.optional(
        "escape", .choice(CSVWriting.Escape.self), default: standard.escape,
        help: "Whether a quote inside a field is doubled or gets a backslash."
    )
    static let null = Field.optional(
        "null", .nullText, default: standard.null, help: "Written, unquoted, where a profile has no value."
    )
    static let header = Field.optional(
        "header", .boolean, default: true, help: "Whether a file starts with the headers."
    )
    static let lineEnd = Field.optional(
        "lineEnd", .choice(CSVWriting.LineEnd.self), default: standard.lineEnd, help: "What ends a line."
    )
    static let shape = Shape(
        "csv", help: "How CSV is written; the defaults are RFC 4180 with a line feed.",
        [
            delimiter.declaration, quote.declaration, escape.declaration, null.declaration, header.declaration,
            lineEnd.declaration,
        ]
    )

    static func read(_ reader: ObjectReader) -> CSVWriting? {
        let (null, escape, header) = (reader.located(null), reader.value(escape), reader.value(header))
        let lineEnd = reader.value(lineEnd)
        guard let delimiter = reader.located(delimiter), let quote = reader.located(quote) else { return nil }
        let problems = reader.context.problems
        if delimiter.value == quote.value {
            problems.error(
                "'delimiter' and 'quote' must differ",
                at: reader.has(Self.delimiter) ? delimiter.position : quote.position
            )
        }
        if escape == .backslash, [delimiter.value, quote.value].contains(UInt8(ascii: "\\")) {
            problems.error("'escape' cannot be backslash with a backslash as delimiter or quote", at: reader.position)
        }
        let breaking: [UInt8] = [delimiter.value, quote.value, UInt8(ascii: "\n"), UInt8(ascii: "\r")]
        if let null, null.value.utf8.contains(where: breaking.contains) {
            problems.error("'null' must not contain the delimiter, the quote or a line break", at: null.position)
        }
        guard let null, let escape, let header, let lineEnd else { return nil }
        return CSVWriting(
            delimiter: delimiter.value, quote: quote.value, escape: escape, null: null.value, hasHeader: header,
            lineEnd: lineEnd
        )
    }
}
