extension Description {
    static let flowSchemas: [(name: String, schema: JSONValue)] = [
        ("FlowProblem", Schema.object(["errorMessage": Schema.text, "errorDetails": Schema.text])),
        (
            "FlowPatch",
            [
                "type": "array", "minItems": 1,
                "items": Schema.object([
                    "op": Schema.word(["add", "replace"]), "path": Schema.word(["/state"]),
                    "value": Schema.word(["enabled", "disabled"]),
                ]),
            ]
        ),
        ("FlowChanged", Schema.object(["id": Schema.id, "etag": Schema.etag])),
        ("Flow", flow),
        ("ScheduleSelector", selector),
    ]

    /// A list leaves members out that are not asked for, so that none is sure to be there.
    private static let flow = Schema.object([
        "id?": Schema.id, "createdAt?": Schema.milliseconds, "updatedAt?": Schema.milliseconds,
        "createdBy?": Schema.text, "updatedBy?": Schema.text, "createdClient?": Schema.text,
        "updatedClient?": Schema.text, "sandboxName?": Schema.text, "imsOrgId?": Schema.text, "name?": Schema.text,
        "description?": Schema.text, "flowSpec?": specification, "state?": Schema.word(["enabled", "disabled"]),
        "version?": Schema.etag, "etag?": Schema.etag, "sourceConnectionIds?": Schema.list(Schema.id),
        "targetConnectionIds?": Schema.list(Schema.id),
        "inheritedAttributes?": Schema.object([
            "properties": Schema.object(["isSourceFlow": Schema.boolean, "isDestinationFlow": Schema.boolean]),
            "sourceConnections": Schema.list(
                Schema.object([
                    "id": Schema.id, "connectionSpec": specification,
                    "baseConnection": Schema.object(["id": Schema.id, "connectionSpec": specification]),
                ])),
            "targetConnections": Schema.list(Schema.object(["id": Schema.id, "connectionSpec": specification])),
        ]),
        "scheduleParams?": Schema.object([
            "startTime": Schema.seconds, "frequency": Schema.word(["once", "hour", "day", "week", "month"]),
            "interval?": Schema.text, "backfill": Schema.boolean,
        ]),
        "transformations?": Schema.list(
            Schema.object([
                "name": Schema.text,
                "params": Schema.object([
                    "mappingId": Schema.id, "mappingVersion": Schema.text,
                    "segmentSelectors": Schema.object(["selectors": Schema.list(Schema.named("ScheduleSelector"))]),
                ]),
            ])),
        "runs?": Schema.text,
        "lastOperation?": Schema.object([
            "started": Schema.milliseconds, "updated": Schema.milliseconds, "percentCompleted": Schema.integer,
            "status": Schema.object(["value": Schema.text]),
            "operation": Schema.word(["create", "update", "enable", "disable"]),
        ]),
        "lastRunDetails?": Schema.object([
            "id": Schema.id, "state": word, "startedAtUTC?": Schema.milliseconds,
            "completedAtUTC?": Schema.milliseconds,
        ]),
        "extensions?": Schema.object([
            "disabledBecause": Schema.word([Flow.Hindrance.detached, .switchedOff, .paused].map(\.rawValue))
        ]),
    ])

    private static let selector = Schema.object([
        "type": Schema.text,
        "value": Schema.object([
            "id?": Schema.id, "name": Schema.text, "filenameTemplate?": Schema.text,
            "exportMode": Schema.word(["DAILY_FULL_EXPORT", "FIRST_FULL_THEN_INCREMENTAL"]),
            "createTime": Schema.described("seconds since 1970, as text", Schema.text), "updateTime": Schema.text,
            "schedule": Schema.object([
                "frequency": Schema.text, "triggerType": Schema.word(["SCHEDULED", "AFTER_SEGMENT_EVAL"]),
                "startDate": date, "endDate?": date,
                "startTime?": Schema.described("UTC, at the next occurrence", Schema.text), "timeZone?": Schema.text,
            ]),
        ]),
    ])

    static let specification = Schema.object(["id": Schema.id, "version": Schema.text])
    static let word = Schema.word(RunWord.allCases.map(\.rawValue))
    private static let date: JSONValue = ["type": "string", "format": "date"]
}
