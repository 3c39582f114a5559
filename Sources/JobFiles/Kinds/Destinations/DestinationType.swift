import TidegateModel

/// What a type of destination is, which keys it takes, and what it asks of the dataflows that use it.
struct DestinationType: Sendable {
    var name: String
    var help: String
    var fields: [FieldDeclaration]
    /// For the JSON Schema, see `Shape`.
    var rules: [JSON] = []
    /// Nil for a type that takes files.
    var pushes: PushRules?
    /// Nil where a value is wrong, which was reported.
    var read: @Sendable (ObjectReader) -> Destination.Place?

    static let all: [DestinationType] = [.directory, .s3, .sftp, .ftp, .sendgrid, .autopilot, .webhook]
}

/// What a connector asks of the dataflows that push to it.
struct PushRules: Sendable {
    /// Why an attribute of a type, nil where unknown, cannot be mapped to a field.
    var refusalOfField: @Sendable (_ field: String, _ type: AttributeType?) -> String?
    /// What a mapping to these fields lacks.
    var lack: @Sendable (_ fields: [String]) -> String?
    /// What is wrong with the id of a list, as the rest of a sentence.
    var refusalOfList: @Sendable (String) -> String?
    /// People can only leave a list that is named.
    var leavesLists: Bool
}

/// Keys that several types of destinations have.
enum PlaceFields {
    static func remotePath(_ help: String) -> Field<String> { .required("path", .remoteFolder, help: help) }

    static func connections(_ help: String) -> Field<Int> {
        .optional("connections", .integer(1...64), default: 4, help: help)
    }

    static let host = Field.required("host", .host, help: "The server's name or address, without scheme and port.")
    static let user = Field.required("user", .filledIn("a user's name"), help: "Who logs in.")
    static let port = ValueKind<Int>.integer(1...65_535)

    static func apiKey(_ vendor: String) -> Field<Secret> {
        .required("apiKey", .secret, help: "The key of the \(vendor) account, as a reference.")
    }

    static func baseURL(_ address: String) -> Field<String> {
        .optional(
            "baseURL", .baseURL, default: address, help: "Where calls go: https, or http to this machine."
        )
    }
}

extension ObjectReader {
    /// One of two keys must be there, and not both.
    func requireOne<First, Second>(_ first: Field<First>, _ second: Field<Second>, because reason: String) {
        switch (keyPosition(of: first), keyPosition(of: second)) {
        case (nil, nil):
            context.problems.error(
                "missing key '\(first.name)' or '\(second.name)': \(reason)", at: position
            )
        case (let one?, let other?):
            context.problems.error(
                "'\(first.name)' and '\(second.name)' exclude each other", at: max(one, other)
            )
        default: break
        }
    }

    /// A key means nothing without another.
    func require<First, Second>(_ other: Field<Second>, with field: Field<First>) {
        guard let position = keyPosition(of: field), !has(other) else { return }
        context.problems.error("'\(field.name)' needs '\(other.name)'", at: position)
    }
}

extension JSON {
    static func exactlyOne(of keys: String...) -> JSON {
        ["oneOf": .list(keys.map { ["required": .list([.text($0)])] })]
    }

    static func dependent(_ key: String, on others: String...) -> JSON {
        ["dependentRequired": .object([Member(key: key, value: .list(others.map { .text($0) }))])]
    }
}
