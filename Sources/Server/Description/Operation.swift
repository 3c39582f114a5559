/// One method of one path, as the description has it.
struct Operation: Sendable {
    enum Method: String, Sendable { case get, post, patch, delete }

    /// What a status comes with.
    struct Answer: Sendable {
        let status: Int
        /// By media type; empty where there is no body.
        var content: [(type: String, schema: JSONValue)] = []
        /// Names of headers among the document's components.
        var headers: [String] = []

        static func json(_ schema: JSONValue, _ status: Int = 200, headers: [String] = []) -> Answer {
            Answer(status: status, content: [("application/json", schema)], headers: headers)
        }
    }

    /// What is to be sent.
    struct Body: Sendable {
        var type = "application/json"
        let schema: JSONValue
        var isRequired = true
    }

    let method: Method
    /// Whole, with the names of its variable parts in braces.
    let path: String
    /// What generated clients call it.
    let name: String
    let summary: String
    var details: String?
    /// What the token must allow; nil where it needs none.
    var scope: Scope?
    var parameters: [JSONValue] = []
    var body: Body?
    var answers: [Answer]

    /// As a member of its path.
    func json(tag: String) -> JSONValue {
        [
            "tags": [.text(tag)], "operationId": .text(name), "summary": .text(summary),
            "description": .text(
                [details, scope.map { "Needs a token that allows \($0.rawValue)." }]
                    .compactMap { $0 }.joined(separator: " ")),
            "security": scope.map { [["bearer": [.text($0.rawValue)]]] } ?? [],
            "parameters": parameters.isEmpty ? nil : .list(parameters),
            "requestBody": body.map {
                [
                    "required": .boolean($0.isRequired),
                    "content": .object([.init(name: $0.type, value: ["schema": $0.schema])]),
                ]
            },
            "responses": .object(
                answers.sorted { $0.status < $1.status }.map { .init(name: "\($0.status)", value: $0.json) }),
        ]
    }
}

extension Operation.Answer {
    fileprivate var json: JSONValue {
        [
            "description": .text(Self.meanings[status] ?? ""),
            "headers": .object(
                (["RequestID"] + headers + (status == 401 ? ["Challenge"] : [])).map { name in
                    .init(
                        name: Description.headerNames[name] ?? name,
                        value: ["$ref": .text("#/components/headers/\(name)")])
                }),
            "content": content.isEmpty
                ? nil : .object(content.map { .init(name: $0.type, value: ["schema": $0.schema]) }),
        ]
    }

    private static let meanings = [
        200: "It is so, or was done.", 303: "What there is to see is elsewhere.",
        304: "Nothing has changed since.", 400: "The request cannot be carried out as it is.",
        401: "The token is not known.", 403: "The token is missing, or does not allow it, or nobody may.",
        404: "There is no such thing.", 406: "There is no answer of the wanted kind.",
        409: "It cannot be done to the thing as it is.", 412: "The thing has changed since it was read.",
        422: "The Idempotency-Key was given to another request.", 429: "Too much was asked in too short a time.",
        503: "Not now; the log says why.",
    ]
}

/// What a request may carry besides its body.
enum Parameter {
    static func path(_ name: String, _ schema: JSONValue, _ sentence: String) -> JSONValue {
        [
            "name": .text(name), "in": "path", "required": true, "description": .text(sentence), "schema": schema,
        ]
    }

    static func query(
        _ name: String, _ schema: JSONValue, _ sentence: String, required isRequired: Bool = false
    ) -> JSONValue {
        [
            "name": .text(name), "in": "query", "required": isRequired ? true : nil, "description": .text(sentence),
            "schema": schema,
        ]
    }

    static func header(_ name: String, _ sentence: String, _ schema: JSONValue = Schema.text) -> JSONValue {
        ["name": .text(name), "in": "header", "description": .text(sentence), "schema": schema]
    }

    /// A parameter among the document's components.
    static func named(_ name: String) -> JSONValue { ["$ref": .text("#/components/parameters/\(name)")] }
}
