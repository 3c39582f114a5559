extension Description {
    static let pages = DescribedFamily(
        tag: "Pages",
        sentence: "For people, in a browser. Without a session or a token they lead to the login.",
        operations: views + forms + session + assets
    )

    private static let html: [(type: String, schema: JSONValue)] = [("text/html", Schema.text)]
    private static let name = Parameter.path("name", Schema.text, "A name of the job files.")
    private static let run = Parameter.path("id", Schema.text, "The run, or enough of the beginning of its id.")

    private static func page(_ statuses: Int...) -> [Operation.Answer] {
        statuses.map { .init(status: $0, content: html, headers: $0 == 429 ? ["RetryAfter"] : []) }
    }

    private static let elsewhere = Operation.Answer(status: 303, headers: ["Location"])
    /// A variable part of a path that is empty, or is two, is of a path that is not served.
    private static let missing = Operation.Answer(
        status: 404, content: html + [("application/json", Schema.named("GatewayProblem"))])

    private static func view(
        _ path: String, _ name: String, _ summary: String, _ parameters: [JSONValue] = [],
        _ answers: [Operation.Answer] = page(200)
    ) -> Operation {
        let isOfOne = path.hasSuffix("}")
        return Operation(
            method: .get, path: path, name: name, summary: summary, scope: .read, parameters: parameters,
            answers: answers + page(400, 503) + [elsewhere] + (isOfOne ? [missing] : [])
        )
    }

    private static let views = [
        view("/", "showToday", "The day around now"),
        view(
            "/dataflows", "showDataflows", "The dataflows and their last runs",
            ["state", "destination", "kind", "standing", "name"].map {
                Parameter.query($0, Schema.text, "What no page offers is as good as not said.")
            }),
        view("/dataflows/{name}", "showDataflow", "One dataflow", [name]),
        view(
            "/runs/{id}", "showRun", "One run; with .json at the end, as a document", [run],
            [.init(status: 200, content: html + [("application/json", ["type": "object"])])]),
        view("/segments", "showSegments", "The segments"),
        view(
            "/segments/{name}", "showSegment", "One segment",
            [name, Parameter.query("with", Schema.text, "Another segment, for the overlap.")]),
        view(
            "/audit", "showAudit", "What was done and refused",
            [Parameter.query("before", Schema.integer, "Only entries before this one.")]),
        view(
            "/events", "followChanges", "A stream without an end: an event when something has changed", [],
            [.init(status: 200, content: [("text/event-stream", Schema.text)])]),
    ]

    private static func form(
        _ path: String, _ name: String, _ summary: String, _ scope: Scope, _ parameters: [JSONValue],
        _ members: KeyValuePairs<String, JSONValue> = [:]
    ) -> Operation {
        Operation(
            method: .post, path: path, name: name, summary: summary, scope: scope, parameters: parameters,
            body: .init(
                type: "application/x-www-form-urlencoded", schema: Schema.object(members), isRequired: false),
            answers: page(400, 403, 409, 503) + [elsewhere] + (parameters.isEmpty ? [] : [missing])
        )
    }

    private static let forms = [
        form(
            "/dataflows/{name}/run", "runNow", "Export now", .trigger, [name],
            ["segment?": Schema.list(Schema.text), "force?": Schema.word(["yes"])]),
        form("/dataflows/{name}/pause", "pause", "Pause", .admin, [name], ["changes?": Schema.integer]),
        form("/dataflows/{name}/resume", "resume", "Resume", .admin, [name], ["changes?": Schema.integer]),
        form("/runs/{id}/cancel", "cancel", "Cancel a run", .trigger, [run]),
        form("/runs/{id}/retry", "retry", "Queue a new run in its place", .trigger, [run]),
        form("/cycle/start", "startCycle", "Start a cycle now", .trigger, []),
        form("/logout", "logOut", "End the session", .read, []),
    ]

    private static let session = [
        Operation(
            method: .get, path: "/login", name: "showLogin", summary: "The way in",
            parameters: [Parameter.query("next", Schema.text, "Where to go then, on this server.")],
            answers: page(200, 400, 503) + [elsewhere]
        ),
        Operation(
            method: .post, path: "/login", name: "logIn", summary: "Begin a session",
            details: "The token is sent in the form.",
            body: .init(
                type: "application/x-www-form-urlencoded",
                schema: Schema.object(["token": Schema.text, "next?": Schema.text])),
            answers: page(400, 403, 429, 503) + [elsewhere]
        ),
    ]

    private static let assets = [
        ("/style.css", "style", "text/css"), ("/live.js", "script", "text/javascript"),
        ("/icon.svg", "icon", "image/svg+xml"),
    ].map { path, name, type in
        Operation(
            method: .get, path: path, name: name, summary: "What pages need besides themselves",
            answers: [.init(status: 200, content: [(type, Schema.text)])]
        )
    }
}
