extension Description {
    static let adHoc = DescribedFamily.api(
        "Ad-hoc activation", "Exports now, outside the schedule.", problem: adHocProblem, schemas: adHocSchemas,
        [
            Operation(
                method: .post, path: "/data/core/activation/disflowprovider/adhocrun", name: "runAdHoc",
                summary: "Export segments of dataflows now",
                details: "A job starts whole or not at all. Version 2 is asked for with Accept: \(AdHocVersion.type); "
                    + "version=2, and exports the latest snapshot; version 1, without an Accept header, needs exportIds.",
                scope: .trigger, parameters: [Parameter.named("IdempotencyKey")],
                body: .init(schema: Schema.named("AdHocJob")),
                answers: [.json(Schema.named("AdHocOrders"), headers: ["Replayed"])]
                    + DescribedFamily.refusals([404, 406, 422], adHocProblem)
            )
        ]
    )

    private static let adHocProblem = Schema.named("AdHocProblem")

    private static let adHocSchemas: [(name: String, schema: JSONValue)] = [
        (
            "AdHocJob",
            Schema.object([
                "activationInfo": [
                    "type": "object", "description": "Ids of segments by the id of their dataflow.", "minProperties": 1,
                    "additionalProperties": ["type": "array", "items": Schema.id, "minItems": 1],
                ],
                "exportIds?": [
                    "type": "array", "description": "Export jobs; the snapshot of the newest is exported.",
                    "items": ["type": ["integer", "string"]],
                ],
            ])
        ),
        (
            "AdHocOrders",
            Schema.object([
                "order": Schema.list(
                    Schema.object([
                        "order": Schema.described("the dataflow", Schema.id), "segment": Schema.id,
                        "statusURL": Schema.described(
                            "where the run is, on the host that was called", ["type": "string", "format": "uri"]),
                    ]))
            ])
        ),
        (
            "AdHocProblem",
            Schema.object([
                "message": Schema.text, "code?": Schema.text,
                "allowedFrom?": Schema.described("with too-early", Schema.instant),
            ])
        ),
    ]
}
