import TidegateModel

extension Description {
    static let runSchemas: [(name: String, schema: JSONValue)] = [
        ("Run", run), ("RunActivity", activity), ("RunDuration", duration), ("RunRecords", records),
        ("RunErrors", errors),
    ]

    /// A list leaves members out that are not asked for, so that none is sure to be there.
    private static let run = Schema.object([
        "id?": Schema.id, "createdAt?": Schema.milliseconds, "updatedAt?": Schema.milliseconds,
        "createdBy?": Schema.text, "updatedBy?": Schema.text, "createdClient?": Schema.text,
        "updatedClient?": Schema.text, "sandboxName?": Schema.text, "imsOrgId?": Schema.text, "flowId?": Schema.id,
        "flowSpec?": specification, "providerRefId?": Schema.described("the snapshot", Schema.id), "metrics?": metrics,
        "activities?": activities, "activites?": Schema.described("the same, as the vendor also spells it", activities),
        "etag?": Schema.etag, "eTag?": Schema.etag,
    ])

    private static let activities: JSONValue = [
        "type": "array", "items": Schema.named("RunActivity"), "minItems": 2, "maxItems": 2,
    ]

    private static let metrics = Schema.object([
        "durationSummary": Schema.named("RunDuration"), "sizeSummary": sizes,
        "recordSummary": Schema.named("RunRecords"),
        "fileSummary": Schema.object([
            "inputFileCount": Schema.count, "outputFileCount": Schema.count,
            "manifest": Schema.object([
                "fileInfo": Schema.list(
                    Schema.object([
                        "path": Schema.text, "pathPrefix": Schema.text, "name": Schema.text, "size": Schema.count,
                        "rows": Schema.count, "sha256": Schema.text,
                    ]))
            ]),
        ]),
        "statusSummary": Schema.object([
            "status": word, "errors?": Schema.named("RunErrors"), "activityRefs": Schema.list(Schema.id),
            "extensions": Schema.object([
                "state": Schema.word(RunState.allCases.map(\.rawValue)),
                "trigger": Schema.word(Run.Trigger.allCases.map(\.rawValue)), "reason?": Schema.text,
                "attempts": Schema.count, "scheduledFor": Schema.milliseconds, "retryAt?": Schema.milliseconds,
                "snapshotId?": Schema.id, "parentRunId?": Schema.id,
            ]),
        ]),
    ])

    private static let activity = Schema.object([
        "id": Schema.id, "name": Schema.text, "updatedAtUTC": Schema.milliseconds,
        "durationSummary": Schema.named("RunDuration"), "latencySummary": Schema.object([:]), "sizeSummary": sizes,
        "recordSummary": Schema.named("RunRecords"),
        "fileSummary": Schema.object(["inputFileCount": Schema.count, "outputFileCount": Schema.count]),
        "statusSummary": Schema.object([
            "status": word, "errors?": Schema.named("RunErrors"),
            "extensions": Schema.object(["snapshotId?": Schema.id]),
        ]),
    ])

    private static let duration = Schema.object([
        "startedAtUTC?": Schema.milliseconds,
        "completedAtUTC?": Schema.described("there exactly when the run has ended", Schema.milliseconds),
    ])

    /// What came of the profiles: input = output + skipped + failed.
    private static let records = Schema.object([
        "inputRecordCount": Schema.count, "createdRecordCount?": Schema.count, "outputRecordCount": Schema.count,
        "skippedRecordCount": Schema.count, "failedRecordCount": Schema.count, "sourceSummaries?": entities,
        "targetSummaries?": entities, "skippedInfo?": shares, "failedInfo?": shares,
    ])

    private static let entities = Schema.list(
        Schema.object([
            "id": Schema.id,
            "entitySummaries": Schema.list(
                Schema.object([
                    "id": Schema.text, "name": Schema.text, "inputRecordCount?": Schema.count,
                    "skippedRecordCount?": Schema.count, "createdRecordCount?": Schema.count,
                    "outputRecordCount?": Schema.count, "failedRecordCount?": Schema.count,
                ])),
        ]))

    private static let shares = Schema.list(
        Schema.object([
            "code": Schema.text, "message": Schema.text, "count": Schema.count,
            "type": Schema.word(["Warning", "Error"]),
        ]))

    private static let errors = Schema.list(Schema.object(["code": Schema.text, "message": Schema.text]))
    private static let sizes = Schema.object(["inputBytes": Schema.count, "outputBytes": Schema.count])
}
