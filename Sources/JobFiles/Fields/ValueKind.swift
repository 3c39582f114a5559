/// What a field accepts: how to read it, how the JSON Schema describes it, how a default is shown there.
struct ValueKind<Value: Sendable>: Sendable {
    let schema: JSON
    let show: @Sendable (Value) -> JSON?
    /// Nil after reporting what is wrong; gets the field's name for the sentence.
    let read: @Sendable (YAMLTree, String, ReadingContext) -> Value?
    var isSecret = false
}

/// What became of a scalar's text.
enum Parsed<Value> {
    case value(Value)
    /// Not what was expected at all.
    case wrong
    /// The right form, but: a whole sentence about it.
    case refused(String)
}

extension ValueKind {
    /// A kind that is written as one scalar; `expected` ends the sentence "must be …".
    static func scalar(
        _ expected: String, schema: JSON, mustBePlain: Bool = false,
        show: @escaping @Sendable (Value) -> JSON? = { _ in nil },
        parse: @escaping @Sendable (_ text: String, _ name: String) -> Parsed<Value>
    ) -> ValueKind {
        ValueKind(schema: schema, show: show) { tree, name, context in
            guard let scalar = scalar(of: tree, named: name, expected: expected, context) else { return nil }
            if mustBePlain, scalar.style != .plain {
                context.problems.error("'\(name)' must be \(expected), without quotes", at: scalar.position)
                return nil
            }
            let sentence: String
            switch parse(scalar.text, name) {
            case .value(let value): return value
            case .wrong: sentence = "'\(name)' must be \(expected), not \(shown(tree))"
            case .refused(let refusal): sentence = refusal
            }
            context.problems.error(sentence, at: scalar.position)
            return nil
        }
    }

    /// Nil, and reported, where the tree is no scalar or nothing was written.
    static func scalar(
        of tree: YAMLTree, named name: String, expected: String, _ context: ReadingContext
    ) -> YAMLScalar? {
        guard case .scalar(let scalar) = tree else {
            context.problems.error("'\(name)' must be \(expected), not \(shown(tree))", at: tree.position)
            return nil
        }
        guard !scalar.isMissing else {
            context.problems.error("'\(name)' has no value", at: scalar.position)
            return nil
        }
        return scalar
    }
}

/// What someone wrote, as a sentence quotes it.
func shown(_ tree: YAMLTree) -> String {
    switch tree {
    case .list: return "a list"
    case .mapping: return "a mapping"
    case .scalar(let scalar):
        if scalar.isMissing { return "empty" }
        let line = scalar.text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        return line.count > 60 ? "'\(String(line.prefix(60)))…'" : "'\(String(line))'"
    }
}

extension ValueKind where Value == String {
    /// Any text, the empty one too where it is quoted.
    static let text = ValueKind.scalar("text", schema: ["type": .text("string")], show: { .text($0) }) { text, _ in
        .value(text)
    }

    /// Text that stands for no value.
    ///
    /// Without quotes, YAML's own words for it are texts here too.
    static let nullText = ValueKind(
        schema: ["type": .list([.text("string"), .text("null")])], show: text.show, read: text.read
    )

    /// Text that says something, in one line.
    static func line(_ expected: String) -> ValueKind {
        .scalar(expected, schema: ["type": .text("string"), "minLength": .integer(1)]) { text, name in
            if text.isEmpty { return .refused("'\(name)' has no value") }
            if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
                return .refused("'\(name)' must not contain control characters")
            }
            return .value(text)
        }
    }

    /// The name of a source, segment, destination or dataflow.
    static let objectName = ValueKind.scalar(
        "at most 63 lower-case letters, digits and hyphens with a letter first",
        schema: ["type": .text("string"), "pattern": .text("^[a-z][a-z0-9-]{0,62}$")]
    ) { text, _ in
        isObjectName(text) ? .value(text) : .wrong
    }

    private static func isObjectName(_ text: String) -> Bool {
        guard let first = text.utf8.first, UInt8(ascii: "a")...UInt8(ascii: "z") ~= first else { return false }
        return text.utf8.count <= 63
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// The name of something declared elsewhere, looked up later.
    static let reference = ValueKind.scalar("a name", schema: ["type": .text("string")]) { text, _ in .value(text) }
}

extension ValueKind where Value == YAMLScalar {
    /// A rule, kept with what is needed to point into it.
    static let rule = ValueKind(schema: ["type": .text("string")], show: { _ in nil }) { tree, name, context in
        scalar(of: tree, named: name, expected: "a rule", context)
    }

    /// A file name template, kept with what is needed to point into it.
    static let fileName = ValueKind(schema: ["type": .text("string")], show: { .text($0.text) }) {
        tree, name, context in
        guard let scalar = scalar(of: tree, named: name, expected: "a file name", context) else { return nil }
        guard !scalar.text.contains("${") else {
            context.problems.error(
                "'\(name)' takes macros such as %SEGMENT_NAME%, not ${…}", at: scalar.position
            )
            return nil
        }
        return scalar
    }
}

extension ValueKind where Value: CaseIterable & RawRepresentable<String> {
    /// One of a few words.
    static func choice(_ type: Value.Type = Value.self) -> ValueKind {
        let words = type.allCases.map(\.rawValue)
        let schema: JSON = ["type": .text("string"), "enum": .list(words.map { .text($0) })]
        return ValueKind(schema: schema, show: { .text($0.rawValue) }) { tree, name, context in
            let expected = alternatives(words)
            guard let scalar = scalar(of: tree, named: name, expected: expected, context) else { return nil }
            if let value = Value(rawValue: scalar.text) { return value }
            let suggestion = context.suggestion(for: scalar.text, among: words)
            context.problems.error(
                "'\(name)' must be \(expected), not \(shown(tree))\(suggestion)", at: scalar.position
            )
            return nil
        }
    }
}

/// `a, b or c`.
func alternatives(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
}

extension JSON: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { Member(key: $0.0, value: $0.1) })
    }
}
