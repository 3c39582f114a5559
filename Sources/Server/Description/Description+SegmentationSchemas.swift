extension Description {
    static let segmentationSchemas: [(name: String, schema: JSONValue)] = [
        (
            "SegmentationProblem",
            Schema.object([
                "type": Schema.text, "title": Schema.text, "status": Schema.integer, "requestId": Schema.text,
                "errors": Schema.described(
                    "by status",
                    Schema.map(Schema.list(Schema.object(["code": Schema.text, "message": Schema.text])))),
            ])
        ),
        ("Sandbox", sandbox), ("RuleExpression", expression), ("TimeSpent", timeSpent), ("JobErrors", errors),
        ("SegmentDefinition", definition), ("SegmentDefinitionPage", definitionPage), ("SegmentJob", segmentJob),
        ("SegmentJobMetrics", segmentJobMetrics), ("ExportJob", exportJob), ("ExportJobPage", exportJobPage),
        ("SegmentationSchedule", schedule),
    ]

    private static let sandbox = Schema.object([
        "sandboxId": Schema.id, "sandboxName": Schema.text, "type": Schema.text, "default": Schema.boolean,
    ])

    private static let expression = Schema.object([
        "type": Schema.text, "format": Schema.text,
        "language": Schema.described("what value is really written in", Schema.word(["tidegate-rule"])),
        "value": Schema.text,
    ])

    private static let mergePolicy = Schema.object(["id": Schema.id, "version": Schema.integer])
    private static let schemaName = Schema.object(["name": Schema.text])
    private static let toggle = Schema.object(["enabled": Schema.boolean])

    private static let timeSpent = Schema.object([
        "startTimeInMs?": Schema.integer, "endTimeInMs?": Schema.integer, "totalTimeInMs?": Schema.integer,
    ])

    private static let errors = Schema.list(
        Schema.object(["code": Schema.text, "msg": Schema.text, "callStack": Schema.text]))

    private static let definition = Schema.object([
        "id": Schema.id, "schema": schemaName, "imsOrgId": Schema.text, "sandbox": Schema.named("Sandbox"),
        "profileInstanceId": Schema.text, "name": Schema.text, "description": Schema.text,
        "expression": Schema.named("RuleExpression"), "mergePolicyId": Schema.id, "mergePolicy": mergePolicy,
        "evaluationInfo": Schema.object(["batch": toggle, "continuous": toggle, "synchronous": toggle]),
        "dataGovernancePolicy": Schema.object(["excludeOptOut": Schema.boolean]), "lifecycle": Schema.text,
        "state": Schema.text, "version": Schema.integer, "etag": Schema.etag, "creationTime": Schema.milliseconds,
        "updateTime": Schema.milliseconds, "updateEpoch": Schema.seconds,
    ])

    private static let definitionPage = Schema.object([
        "segments": Schema.list(Schema.named("SegmentDefinition")),
        "page": Schema.object([
            "totalCount": Schema.count, "totalPages": Schema.count, "sortField": Schema.text, "sort": direction,
            "pageSize": Schema.count, "limit": Schema.count,
        ]),
        "link": Schema.object(["next?": Schema.text]),
    ])

    private static let direction = Schema.word([Direction.asc, .desc].map(\.rawValue))

    private static let segmentJob = Schema.object([
        "id": Schema.id, "imsOrgId": Schema.text, "sandbox": Schema.named("Sandbox"), "profileInstanceId": Schema.text,
        "source": Schema.word(SegmentJobSource.allCases.map(\.rawValue)),
        "status": Schema.word(SegmentJobStatus.allCases.map(\.rawValue)),
        "batchId?": Schema.described("the snapshot", Schema.id), "computeJobId": Schema.integer,
        "computeGatewayJobId": Schema.id,
        "segments": Schema.list(
            Schema.object([
                "segmentId": Schema.described("an id, or * for all", Schema.text),
                "segment?": Schema.object([
                    "id": Schema.id, "name": Schema.text, "version?": Schema.integer,
                    "expression": Schema.named("RuleExpression"), "mergePolicyId": Schema.id,
                    "mergePolicy": mergePolicy,
                ]),
            ])),
        "metrics": Schema.named("SegmentJobMetrics"), "errors?": Schema.named("JobErrors"), "requestId": Schema.text,
        "schema": schemaName, "modelName": Schema.text,
        "properties": Schema.object([
            "scheduleId?": Schema.id, "runId": Schema.id, "trigger": Schema.text, "attempts": Schema.count,
            "nominal": Schema.instant, "retryAt?": Schema.instant,
        ]),
        "snapshot?": schemaName,
        "_links": Schema.map(Schema.object(["href": Schema.text, "method": Schema.text])),
        "creationTime": Schema.milliseconds, "updateTime": Schema.milliseconds, "updateEpoch": Schema.seconds,
    ])

    private static let segmentJobMetrics = Schema.object([
        "totalTime": Schema.named("TimeSpent"), "profileSegmentationTime": Schema.named("TimeSpent"),
        "totalProfiles?": Schema.count, "totalProfilesByMergePolicy?": Schema.map(Schema.count),
        "segmentedProfileCounter?": Schema.map(Schema.count),
        "segmentedProfileByNamespaceCounter?": Schema.map(Schema.map(Schema.count)),
        "segmentedProfileByStatusCounter?": Schema.map(
            Schema.object(["realized": Schema.count, "existing": Schema.count, "exited": Schema.count])),
    ])

    private static let exportJob = Schema.object([
        "id": Schema.integer, "jobType": Schema.text, "schema": schemaName,
        "status": Schema.word(ExportJobStatus.allCases.map(\.rawValue)),
        "destination": Schema.object([
            "datasetId": Schema.id, "segmentPerBatch": Schema.boolean,
            "batchId?": Schema.described("the snapshot", Schema.id),
        ]),
        "filter": Schema.object([
            "segments": Schema.list(
                Schema.object(["segmentId": Schema.text, "segmentNs": Schema.text, "status": Schema.list(Schema.text)]))
        ]),
        "mergePolicy": mergePolicy, "profileInstanceId": Schema.text, "imsOrgId": Schema.text,
        "errors": Schema.named("JobErrors"),
        "metrics": Schema.object([
            "totalTime": Schema.named("TimeSpent"), "profileExportTime": Schema.named("TimeSpent"),
            "aCPDatasetWriteTime": Schema.named("TimeSpent"),
        ]),
        "computeGatewayJobId": Schema.object(["exportJob": Schema.id]), "requestId": Schema.text,
        "creationTime": Schema.milliseconds, "updateTime": Schema.milliseconds,
    ])

    private static let exportJobPage = Schema.object([
        "records": Schema.list(Schema.named("ExportJob")),
        "page": Schema.object([
            "sortField": Schema.text, "sort": direction, "pageOffset": Schema.text, "pageSize": Schema.count,
        ]),
        "link": Schema.object(["next": Schema.described("empty where there are no more", Schema.text)]),
    ])

    private static let schedule = Schema.object([
        "id": Schema.id, "imsOrgId": Schema.text, "sandbox": Schema.named("Sandbox"), "name": Schema.text,
        "type": Schema.word(SegmentationSchedule.Kind.allCases.map(\.rawValue)),
        "properties": Schema.object([
            "segments": Schema.list(Schema.text), "at": Schema.text, "timeZone": Schema.text,
            "next?": Schema.instant,
        ]),
        "schedule": Schema.described("a Quartz expression, in UTC", Schema.text), "frequency": Schema.text,
        "state": Schema.text, "createEpoch": Schema.seconds, "updateEpoch": Schema.seconds,
    ])
}
