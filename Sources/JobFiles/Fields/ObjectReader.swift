/// Reads the keys of one mapping by their declarations.
///
/// Reports keys that the shape does not have and required ones that are missing at once, wrong values when asked for.
struct ObjectReader {
    let shape: Shape
    let position: SourcePosition
    let context: ReadingContext
    private let entries: [String: YAMLMapping.Entry]

    init(_ mapping: YAMLMapping, as shape: Shape, in context: ReadingContext) {
        self.shape = shape
        self.context = context
        position = mapping.position
        entries = Dictionary(mapping.entries.map { ($0.key, $0) }) { first, _ in first }
        withholdSecrets(of: mapping)
        for entry in mapping.entries where !shape.fields.contains(where: { $0.name == entry.key }) {
            refuse(entry)
        }
        for field in shape.fields where field.isRequired && entries[field.name] == nil {
            context.problems.error("missing key '\(field.name)'", at: position)
        }
    }

    private func withholdSecrets(of mapping: YAMLMapping) {
        let secrets = Set(shape.fields.filter(\.isSecret).map(\.name))
        for entry in mapping.entries where secrets.contains(entry.key) { context.withhold(entry.value) }
    }

    private func refuse(_ entry: YAMLMapping.Entry) {
        if let reason = shape.elsewhere[entry.key] {
            context.withhold(secretsOf: entry)
            context.problems.error("'\(entry.key)' \(reason)", at: entry.keyPosition)
            return
        }
        let nearest = context.nearest(to: entry.key, among: shape.fields.map(\.name))
        // Someone who misspells `password`, or writes it where none belongs, still wrote a password.
        let meansSecret = shape.fields.contains { $0.name == nearest && $0.isSecret }
        if meansSecret { context.withhold(entry.value) } else { context.withhold(secretsOf: entry) }
        let suggestion = nearest.map { ", did you mean '\($0)'?" } ?? " in \(shape.name)"
        context.problems.error("unknown key '\(entry.key)'\(suggestion)", at: entry.keyPosition)
    }

    /// Nil where the key is absent and has no default, or where its value is wrong, which is then reported.
    func value<Value>(_ field: Field<Value>) -> Value? {
        guard let entry = entries[field.name] else { return field.fallback }
        return field.accepts.read(entry.value, field.name, context)
    }

    /// As `value`, with the position of what was written, or of the object where the default stands in.
    func located<Value>(_ field: Field<Value>) -> Located<Value>? {
        value(field).map { Located($0, at: entries[field.name]?.value.position ?? position) }
    }

    /// Where the key itself is written; nil where it is not.
    func keyPosition<Value>(of field: Field<Value>) -> SourcePosition? { entries[field.name]?.keyPosition }

    /// Where each key of the object is written.
    var keyPositions: [String: SourcePosition] { entries.mapValues(\.keyPosition) }

    func has<Value>(_ field: Field<Value>) -> Bool { entries[field.name] != nil }
}

/// A value and the place in a job file that it was read from.
struct Located<Value: Sendable>: Sendable {
    var value: Value
    var position: SourcePosition

    init(_ value: Value, at position: SourcePosition) {
        self.value = value
        self.position = position
    }
}

/// What reading a value may need besides the value.
final class ReadingContext {
    let problems: Problems
    private var suggestion = Suggestion()

    init(problems: Problems) {
        self.problems = problems
    }

    func nearest(to name: String, among known: some Collection<String>) -> String? {
        suggestion.nearest(to: name, among: known)
    }

    /// `, did you mean 'vip'?`, or nothing.
    func suggestion(for name: String, among known: some Collection<String>) -> String {
        nearest(to: name, among: known).map { ", did you mean '\($0)'?" } ?? ""
    }

    /// The place of a character of a text, counted in Unicode scalars; the text's start where that cannot be told.
    func position(ofScalar offset: Int, in scalar: YAMLScalar) -> SourcePosition {
        let source = problems.sources[scalar.position.file]
        return ScalarAlignment(scalar, in: source).position(ofScalar: offset) ?? scalar.position
    }

    /// Keeps a value out of excerpts where its key, or one within it, speaks of a secret.
    func withhold(secretsOf entry: YAMLMapping.Entry) {
        guard SecretWords.occur(in: entry.key) || SecretWords.occur(inKeysOf: entry.value) else { return }
        withhold(entry.value)
    }

    /// Keeps every line of a value out of excerpts.
    func withhold(_ tree: YAMLTree) {
        switch tree {
        case .scalar(let scalar):
            let source = problems.sources[scalar.position.file]
            let end = ScalarAlignment(scalar, in: source).position(ofScalar: scalar.text.unicodeScalars.count)
            let last = end?.line ?? scalar.position.line + scalar.text.utf8.count
            problems.withhold(lines: scalar.position.line...max(last, scalar.position.line), of: scalar.position.file)
        case .list(let items, let position):
            problems.withhold(lines: position.line...position.line, of: position.file)
            for item in items { withhold(item) }
        case .mapping(let mapping):
            for entry in mapping.entries {
                problems.withhold(lines: entry.keyPosition.line...entry.keyPosition.line, of: entry.keyPosition.file)
                withhold(entry.value)
            }
        }
    }
}
