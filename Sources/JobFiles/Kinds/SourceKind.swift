import TidegateModel

/// A `Source` document.
enum SourceKind {
    static let from = Field.required(
        "from", .path, help: "A file, a folder (every file in it, by name) or a glob, relative to this job file."
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

    static let shape = Shape(
        "Source", help: "Where profile data comes from.",
        [Kind.source.field] + IdentityFields.declarations + [
            from.declaration, format.declaration, mode.declaration, columns.declaration, csv.declaration,
            maxRejected.declaration,
        ]
    )

    static func read(_ reader: ObjectReader) -> SourceDraft {
        let draft = SourceDraft(
            identity: .read(reader, kind: .source), from: reader.value(from), format: reader.value(format),
            mode: reader.value(mode), columns: reader.value(columns) ?? [], csv: reader.value(csv),
            maxRejected: reader.value(maxRejected)
        )
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
    var columns: [MapEntry<String>]
    var csv: CSVReading?
    var maxRejected: Double?
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
