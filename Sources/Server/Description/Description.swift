/// Everything that is served, as OpenAPI 3.1 describes it.
enum Description {
    static let families = [adHoc, flowService, segmentation, operating, pages]

    /// - Parameter version: of the program.
    static func document(version: String) -> JSONValue {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "Tidegate", "version": .text(version),
                "summary": "Scheduled and on-demand exports of customer segments",
                "description": .text(introduction),
                "license": ["name": "Apache 2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "tags": .list(families.map { ["name": .text($0.tag), "description": .text($0.sentence)] }),
            "paths": paths,
            "components": [
                "securitySchemes": [
                    "bearer": ["type": "http", "scheme": "bearer", "description": "A token of this server."]
                ],
                "schemas": .object(
                    ([gatewayProblem] + families.flatMap(\.schemas)).map { .init(name: $0.name, value: $0.schema) }),
                "parameters": .object(parameters.map { .init(name: $0.name, value: $0.value) }),
                "headers": .object(headers.map { .init(name: $0.name, value: $0.value) }),
            ],
        ]
    }

    private static let introduction = """
        The calls below /data have the shapes of Experience Platform's, so that its clients work with nothing changed \
        but the host. Every GET answers HEAD too. What is served nowhere is answered with 404 and a GatewayProblem.
        """

    private static var paths: JSONValue {
        var paths: [(path: String, methods: [JSONValue.Member])] = []
        for family in families {
            for operation in family.operations {
                let member = JSONValue.Member(name: operation.method.rawValue, value: operation.json(tag: family.tag))
                if let known = paths.firstIndex(where: { $0.path == operation.path }) {
                    paths[known].methods.append(member)
                } else {
                    paths.append((operation.path, [member]))
                }
            }
        }
        return .object(paths.map { .init(name: $0.path, value: .object($0.methods)) })
    }

    private static let gatewayProblem: (name: String, schema: JSONValue) = (
        "GatewayProblem",
        Schema.described(
            "What is said before a call belongs to a family: 401013 is a wrong token, 403010 none, 403020 one that "
                + "does not allow the call.",
            Schema.object(["error_code": Schema.text, "message": Schema.text])
        )
    )

    private static let parameters: [(name: String, value: JSONValue)] = [
        ("ApiKey", Parameter.header("x-api-key", "Must be as configured, where it is.")),
        ("Organization", Parameter.header("x-gw-ims-org-id", "Must be as configured, where it is.")),
        ("Sandbox", Parameter.header("x-sandbox-name", "Must be as configured, where it is.")),
        ("RequestID", Parameter.header("x-request-id", "By which logs and the answer name the request.")),
        (
            "IdempotencyKey",
            Parameter.header(
                "Idempotency-Key", "The same request with the same key gets its first answer again, for 24 hours.",
                ["type": "string", "pattern": "^[ -~]{1,255}$"])
        ),
    ]

    static let headerNames = [
        "RequestID": "x-request-id", "Challenge": "WWW-Authenticate", "ETag": "ETag", "Location": "Location",
        "RetryAfter": "Retry-After", "Replayed": "Idempotency-Replayed",
    ]

    private static let headers: [(name: String, value: JSONValue)] = [
        ("RequestID", header("Of the request: its own where it has one, else a new one.")),
        ("Challenge", header("Bearer")),
        ("ETag", header("Changes with every word of the answer.")),
        ("Location", header("A path on this server.")),
        ("RetryAfter", header("Seconds.")),
        ("Replayed", header("`true` where an earlier request has started what the answer is about.")),
    ]

    private static func header(_ sentence: String) -> JSONValue {
        ["description": .text(sentence), "schema": Schema.text]
    }
}
