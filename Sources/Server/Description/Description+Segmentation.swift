extension Description {
    static let segmentation = DescribedFamily.api(
        "Segmentation", "Segments, and the cycles that evaluate them, as segment jobs and as export jobs.",
        problem: segmentationProblem, schemas: segmentationSchemas,
        definitionCalls + segmentJobCalls + exportJobCalls + scheduleCalls
    )

    static let segmentationProblem = Schema.named("SegmentationProblem")
    private static let base = "/data/core/ups"

    private static func limit(_ standard: Int64, _ most: Int64) -> JSONValue {
        let schema: JSONValue = ["type": "integer", "minimum": 1, "default": .integer(standard)]
        return Parameter.query("limit", schema, "How many; at most \(most) come.")
    }

    private static let start = Parameter.query("start", Schema.count, "How many to leave out.")

    private static func sort(_ fields: [String]) -> JSONValue {
        Parameter.query(
            "sort", Schema.text, "A field and asc or desc, as name:asc. Fields: \(fields.joined(separator: ", ")).")
    }

    /// What only the job files can do.
    private static func declared(
        _ method: Operation.Method, _ path: String, _ name: String, _ parameters: [JSONValue] = []
    ) -> Operation {
        Operation(
            method: method, path: path, name: name, summary: "Refused with 403: the job files declare it",
            scope: .read, parameters: parameters,
            answers: parameters.isEmpty ? [] : DescribedFamily.refusals([404], segmentationProblem)
        )
    }

    private static func one(
        _ path: String, _ name: String, _ summary: String, _ id: JSONValue, _ schema: String
    ) -> Operation {
        Operation(
            method: .get, path: path, name: name, summary: summary, scope: .read, parameters: [id],
            answers: [.json(Schema.named(schema))] + DescribedFamily.refusals([404], segmentationProblem)
        )
    }

    private static let definitionCalls: [Operation] = {
        let (all, each) = ("\(base)/segment/definitions", "\(base)/segment/definitions/{id}")
        let id = Parameter.path("id", Schema.id, "The segment.")
        let ways = ["batch", "continuous", "synchronous"].map { way in
            Parameter.query("evaluationInfo.\(way).enabled", Schema.boolean, "There is only batch.")
        }
        return [
            Operation(
                method: .get, path: all, name: "listSegments", summary: "The segments that the job files declare",
                scope: .read,
                parameters: [
                    limit(100, 1000), Parameter.query("page", Schema.count, "From 0."), start,
                    sort(SegmentDefinitions.SortKey.allCases.map(\.rawValue)),
                ] + ways,
                answers: [.json(Schema.named("SegmentDefinitionPage"))]
            ),
            one(each, "getSegment", "One segment", id, "SegmentDefinition"),
            declared(.post, all, "createSegment"), declared(.patch, each, "changeSegment", [id]),
            declared(.delete, each, "deleteSegment", [id]),
        ]
    }()

    private static let segmentJobCalls: [Operation] = {
        let (all, each) = ("\(base)/segment/jobs", "\(base)/segment/jobs/{id}")
        let id = Parameter.path("id", Schema.id, "The segment job.")
        return [
            Operation(
                method: .get, path: all, name: "listSegmentJobs", summary: "The cycles, the newest first", scope: .read,
                parameters: [
                    limit(20, 100), start, sort(["creationTime", "updateTime", "id"]),
                    Parameter.query(
                        "status", Schema.word(SegmentJobStatus.allCases.map(\.rawValue)), "Of the job."),
                    Parameter.query("snapshot.name", Schema.text, "The snapshot that it published."),
                    Parameter.query("property", Schema.text, "Conditions such as status==FAILED, with commas between."),
                ],
                answers: [.json(page(of: "SegmentJob"))]
            ),
            Operation(
                method: .post, path: all, name: "startSegmentJob", summary: "Start a cycle now",
                details: "All segments are evaluated, whichever are named. While a cycle goes on it is the answer.",
                scope: .trigger, parameters: [Parameter.named("IdempotencyKey")],
                body: .init(schema: [
                    "type": "array", "minItems": 1,
                    "items": Schema.object([
                        "segmentId": Schema.described("the id of a segment, or *", Schema.text)
                    ]),
                ]),
                answers: [.json(Schema.named("SegmentJob"))]
                    + DescribedFamily.refusals([404, 422, 429], segmentationProblem)
            ),
            one(each, "getSegmentJob", "One cycle", id, "SegmentJob"),
            Operation(
                method: .delete, path: each, name: "cancelSegmentJob",
                summary: "Refused with 409: nothing stops a cycle", scope: .trigger, parameters: [id],
                answers: DescribedFamily.refusals([404, 409], segmentationProblem)
            ),
        ]
    }()

    private static let exportJobCalls: [Operation] = {
        let (all, each) = ("\(base)/export/jobs", "\(base)/export/jobs/{id}")
        let id = Parameter.path("id", Schema.integer, "The export job.")
        return [
            Operation(
                method: .get, path: all, name: "listExportJobs",
                summary: "The cycles as the jobs that write their snapshots",
                details: "The newest that has published its snapshot comes first, then the others, the newest first.",
                scope: .read,
                parameters: [
                    limit(100, 1000), Parameter.query("offset", Schema.text, "As link.next has it."),
                    Parameter.query("status", Schema.word(ExportJobStatus.allCases.map(\.rawValue)), "Of the job."),
                ],
                answers: [.json(Schema.named("ExportJobPage"))]
            ),
            one(each, "getExportJob", "One cycle as an export job", id, "ExportJob"),
            declared(.post, all, "createExportJob"), declared(.delete, each, "deleteExportJob", [id]),
        ]
    }()

    private static let scheduleCalls: [Operation] = {
        let (all, each) = ("\(base)/config/schedules", "\(base)/config/schedules/{id}")
        let id = Parameter.path("id", Schema.id, "The schedule.")
        return [
            Operation(
                method: .get, path: all, name: "listSchedules", summary: "The cycle's time, as two schedules",
                scope: .read, parameters: [limit(100, 100), start], answers: [.json(page(of: "SegmentationSchedule"))]
            ),
            one(each, "getSchedule", "One schedule", id, "SegmentationSchedule"),
            declared(.post, all, "createSchedule"), declared(.patch, each, "changeSchedule", [id]),
            declared(.delete, each, "deleteSchedule", [id]),
        ]
    }()

    private static func page(of item: String) -> JSONValue {
        Schema.object([
            "_page": Schema.object(["totalCount": Schema.count, "pageSize": Schema.count, "next?": Schema.text]),
            "children": Schema.list(Schema.named(item)),
            "_links": Schema.object(["next": Schema.object(["href?": Schema.text])]),
        ])
    }
}
