extension Description {
    static let flowService = DescribedFamily.api(
        "Flow Service", "Dataflows and their runs.", problem: flowProblem, schemas: flowSchemas + runSchemas,
        flowCalls + runCalls
    )

    static let flowProblem = Schema.named("FlowProblem")
    private static let base = "/data/foundation/flowservice"
    private static let flowID = Parameter.path("id", Schema.id, "The dataflow.")
    private static let runID = Parameter.path("id", Schema.id, "The run.")

    /// What a list takes.
    private static func list(_ orders: [String], _ properties: [String]) -> [JSONValue] {
        [
            Parameter.query("limit", ["type": "integer", "minimum": 1, "default": 20], "How many; at most 100 come."),
            Parameter.query(
                "orderby", Schema.word(orders.flatMap { [$0, "-\($0)"] }), "With a dash in front, the greatest first."),
            Parameter.query(
                "property", Schema.list(Schema.text),
                "Conditions, all of which hold: a name, an operator (== != < <= > >=) and a value. Names: "
                    + properties.joined(separator: ", ") + ". A name alone cuts items down to that member."),
            Parameter.query("count", Schema.boolean, "Whether the number of all matches is wanted."),
            Parameter.query("continuationToken", Schema.text, "From the link to the next page; says all about it."),
        ]
    }

    private static func operation(_ words: [String]) -> JSONValue {
        Parameter.query("op", Schema.word(words), "What to do.", required: true)
    }

    private static let ifMatch = Parameter.header("If-Match", "The flow's etag, in its double quotes.")

    private static let flowCalls = [
        Operation(
            method: .get, path: "\(base)/flows", name: "listFlows", summary: "The dataflows that the job files declare",
            scope: .read, parameters: list(FlowList.orders, FlowProperty.allCases.map(\.rawValue)),
            answers: [.json(page(of: "Flow"))]
        ),
        Operation(
            method: .get, path: "\(base)/flows/{id}", name: "getFlow", summary: "One dataflow, as a list of one",
            scope: .read, parameters: [flowID],
            answers: [.json(one("Flow", with: ["id", "name", "state", "etag", "transformations"]))]
                + DescribedFamily.refusals([404], flowProblem)
        ),
        Operation(
            method: .patch, path: "\(base)/flows/{id}", name: "changeFlow", summary: "Enable or disable a dataflow",
            details: "Everything else is declared by job files. Needs If-Match: without it the answer is 400.",
            scope: .admin, parameters: [flowID, ifMatch], body: .init(schema: Schema.named("FlowPatch")),
            answers: [.json(Schema.named("FlowChanged"))] + DescribedFamily.refusals([404, 412], flowProblem)
        ),
        Operation(
            method: .post, path: "\(base)/flows/{id}/action", name: "actOnFlow",
            summary: "Enable or disable a dataflow",
            scope: .admin, parameters: [flowID, operation(["ENABLE", "DISABLE"]), ifMatch],
            answers: [.json(Schema.named("FlowChanged"))] + DescribedFamily.refusals([404, 412], flowProblem)
        ),
    ]

    private static let runCalls = [
        Operation(
            method: .get, path: "\(base)/runs", name: "listRuns", summary: "Runs, the newest first", scope: .read,
            parameters: list(RunList.orders.keys.sorted(), RunProperty.allCases.map(\.rawValue)),
            answers: [.json(page(of: "Run"))]
        ),
        Operation(
            method: .get, path: "\(base)/runs/{id}", name: "getRun", summary: "One run, as a list of one", scope: .read,
            parameters: [runID, Parameter.header("If-None-Match", "An etag of the run; 304 while it has no other.")],
            answers: [
                .json(one("Run", with: ["id", "flowId", "metrics", "activities", "etag"]), headers: ["ETag"]),
                .init(status: 304, headers: ["ETag"]),
            ] + DescribedFamily.refusals([404], flowProblem)
        ),
        Operation(
            method: .post, path: "\(base)/runs/{id}/action", name: "actOnRun",
            summary: "Queue a new run in place of one that did not deliver", scope: .trigger,
            parameters: [runID, operation(["RE_TRIGGER"])],
            answers: [.json(Schema.named("FlowChanged"))] + DescribedFamily.refusals([404], flowProblem)
        ),
    ]

    private static func page(of item: String) -> JSONValue {
        Schema.object([
            "items": Schema.list(Schema.named(item)),
            "_links": Schema.object(["next?": Schema.object(["href": Schema.text])]), "count?": Schema.count,
        ])
    }

    private static func one(_ item: String, with members: [String]) -> JSONValue {
        Schema.object(["items": Schema.list(Schema.whole(Schema.named(item), with: members))])
    }
}
