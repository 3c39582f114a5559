extension Description {
    static let operating = DescribedFamily(
        tag: "Operating", sentence: "For those who run it. Needs no token, and tells nothing about customers.",
        schemas: [("Health", Schema.object(["status": Schema.text, "reasons?": Schema.list(Schema.text)]))],
        operations: [
            Operation(
                method: .get, path: "/health/live", name: "live", summary: "Whether the process answers",
                answers: [.json(Schema.named("Health"))]
            ),
            Operation(
                method: .get, path: "/health/ready", name: "ready", summary: "Whether it does its work",
                details: "503 has the reasons why it does not.",
                answers: [.json(Schema.named("Health")), .json(Schema.named("Health"), 503)]
            ),
            Operation(
                method: .get, path: "/metrics", name: "metrics", summary: "Metrics, for Prometheus",
                answers: [
                    .init(status: 200, content: [("text/plain", Schema.text)]),
                    .json(Schema.named("GatewayProblem"), 503),
                ]
            ),
            Operation(
                method: .get, path: DescriptionRoutes.path, name: "description", summary: "This document",
                answers: [.json(["type": "object"])]
            ),
        ]
    )
}
