import TidegateModel

/// A `Source` document.
enum SourceKind {
    static let from = Field.required(
        "from", .rows, help: "A file, a folder (every file in it, by name) or a glob, relative to this job file."
    )
    static let format = Field.optional(
        "format", .choice(Source.Format.self), default: .csv, help: "How the files are written."
    )
    static let mode = Field.optional(
        "mode", .choice(Source.Mode.self), default: .upsert,
        help: "Whether profiles that the files do not have stay (upsert) or are removed (replace)."
    )
    static let columns = Field.optional(
        "columns", .map(of: .text, keys: ProfileKind.attributeName),
        help: "The column of an attribute, where the two have different names."
    )
    static let csv = Field.optional(
        "csv", .object(CSVReadingFields.shape, CSVReadingFields.read), help: "How CSV is read."
    )
    static let maxRejected = Field.optional(
        "maxRejected", .share, default: 0.01,
        help: "The share of rejected rows above which an ingest fails and changes nothing."
    )

    private static let own = [mode.declaration, columns.declaration, csv.declaration, maxRejected.declaration]
    static let rowKeys = own.map(\.name)
    private static let rowFormats = Source.Format.allCases.filter { $0 != .audienceManager }

    static let shape = Shape(
        "Source", help: "Where profile data comes from.",
        [Kind.source.field] + IdentityFields.declarations + [
            from.declaration,
            format.declaration.accepting([
                "type": .text("string"), "enum": .list(rowFormats.map { .text($0.rawValue) }),
            ]),
        ] + own,
        elsewhere: Dictionary(DropOffFields.ownKeys.map { ($0, "is for format audience-manager alone") }) {
            first, _ in first
        }
    )

    /// The format comes first: it says which other keys there may be.
    static func read(_ mapping: YAMLMapping, _ context: ReadingContext) -> SourceDraft {
        let entry = mapping.entries.first { $0.key == format.name }
        if case .scalar(let scalar) = entry?.value, scalar.text == Source.Format.audienceManager.rawValue {
            return DropOffFields.read(ObjectReader(mapping, as: DropOffFields.shape, in: context))
        }
        return read(ObjectReader(mapping, as: shape, in: context))
    }

    private static func read(_ reader: ObjectReader) -> SourceDraft {
        var draft = SourceDraft(identity: .read(reader, kind: .source))
        draft.from = reader.value(from)
        draft.format = reader.value(format)
        draft.mode = reader.value(mode)
        draft.columns = reader.value(columns) ?? []
        draft.csv = reader.value(csv)
        draft.maxRejected = reader.value(maxRejected)
        if draft.format == .jsonl, let position = reader.keyPosition(of: csv) {
            reader.context.problems.warning("'csv' has no effect with format jsonl", at: position)
        }
        return draft
    }
}

/// A source's document as it was written.
struct SourceDraft {
    var identity: Identity
    var from: ResolvedPath?
    var format: Source.Format?
    var mode: Source.Mode?
    var columns: [MapEntry<String>] = []
    var csv: CSVReading?
    var maxRejected: Double?
    /// At its `from`; nil for a source of rows, and where it is wrong.
    var dropOff: Located<DropOff>?
}

extension ValueKind where Value == ResolvedPath {
    /// Files of rows, which no place but this machine has.
    fileprivate static let rows = ValueKind(schema: path.schema, show: path.show) { tree, name, context in
        guard case .mapping(let mapping) = tree else { return path.read(tree, name, context) }
        DestinationKind.withholdSecrets(of: mapping, context)
        context.problems.error(
            "'\(name)' must be a path, a mapping of a place is for format audience-manager alone", at: mapping.position
        )
        return nil
    }
}

enum CSVReadingFields {
    static let delimiter = Field.optional(
        "delimiter", .character, default: UInt8(ascii: ","), help: "What stands between two fields."
    )
    static let quote = Field.optional(
        "quote", .quote, default: UInt8(ascii: "\""), help: "What stands around a quoted field, or none."
    )
    static let null = Field.optional(
        "null", .nullText, default: "",
        help: "An unquoted field with this text has no value; an unquoted empty field never has one."
    )
    static let shape = Shape(
        "csv", help: "How CSV is read; the defaults are RFC 4180.",
        [delimiter.declaration, quote.declaration, null.declaration]
    )

    static func read(_ reader: ObjectReader) -> CSVReading? {
        let null = reader.value(null)
        guard let delimiter = reader.located(delimiter), let quote = reader.located(quote), let null else { return nil }
        guard delimiter.value != quote.value else {
            let position = reader.has(Self.delimiter) ? delimiter.position : quote.position
            reader.context.problems.error("'delimiter' and 'quote' must differ", at: position)
            return nil
        }
        return CSVReading(delimiter: delimiter.value, quote: quote.value, null: null)
    }
}

extension ValueKind where Value == UInt8? {
    /// A quote character, or `none` where a file quotes nothing.
    static let quote = ValueKind(
        schema: [
            "anyOf": .list([ValueKind<UInt8>.character.schema, ["const": .text("none")]])
        ],
        show: { $0.flatMap(ValueKind<UInt8>.character.show) ?? .text("none") }
    ) { tree, name, context in
        if case .scalar(let scalar) = tree, scalar.text == "none" { return .some(nil) }
        return ValueKind<UInt8>.character.read(tree, name, context).map { .some($0) }
    }
}
