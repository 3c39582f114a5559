/// Calls that belong together: one tag of the description.
struct DescribedFamily: Sendable {
    let tag: String
    let sentence: String
    /// By the names under which the operations refer to them.
    var schemas: [(name: String, schema: JSONValue)] = []
    let operations: [Operation]
}

extension DescribedFamily {
    /// A family of the API: every call takes the vendor's headers, and the gateway may refuse it.
    ///
    /// - Parameter problem: the schema of what the family itself says when something goes wrong.
    static func api(
        _ tag: String, _ sentence: String, problem: JSONValue, schemas: [(name: String, schema: JSONValue)],
        _ operations: [Operation]
    ) -> DescribedFamily {
        let gateway = Schema.named("GatewayProblem")
        let both = Schema.any([problem, gateway])
        let headers = ["ApiKey", "Organization", "Sandbox", "RequestID"].map(Parameter.named)
        return DescribedFamily(
            tag: tag, sentence: sentence, schemas: schemas,
            operations: operations.map { operation in
                var whole = operation
                whole.parameters += headers
                whole.answers += [400, 401, 403, 503].map { .json($0 == 401 ? gateway : both, $0) }
                return whole
            }
        )
    }

    /// Refusals of an operation, in the family's shape, besides those that every operation has. What is not found may be
    /// the path itself, which belongs to no family.
    static func refusals(_ statuses: [Int], _ problem: JSONValue) -> [Operation.Answer] {
        statuses.map { status in
            let schema = status == 404 ? Schema.any([problem, Schema.named("GatewayProblem")]) : problem
            return .json(schema, status, headers: status == 429 ? ["RetryAfter"] : [])
        }
    }
}
