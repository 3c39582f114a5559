import Digests
import Foundation
import Store
import TidegateModel

/// A run as JSON.
struct RunDocument {
    let listed: ListedRun
    let figures: RunFigures
    /// The destination's id where the job files still have it, else the dataflow's own.
    let target: String
    let owner: FlowOwner

    private var run: Run { listed.run }
    private var word: RunWord { RunWord(run.state) }

    /// - Parameter counts: what is known of a run that goes on; the run's own where nil.
    init(_ listed: ListedRun, counts: RunCounts?, reading: DeclaredObjects.Reading, owner: FlowOwner) {
        self.listed = listed
        figures = RunFigures(counts ?? listed.run.counts, isLive: !listed.run.state.isTerminal)
        target =
            reading.dataflow(listed.run.dataflow)
            .map { FlowSurroundings.targetConnection(of: $0, reading) } ?? listed.run.dataflow.text
        self.owner = owner
    }

    /// The document and its etag, which changes with every word of it.
    func document() -> (json: JSONValue, etag: String) {
        let body = body
        guard case .object(let members) = body else { return (body, "") }
        let content = String(decoding: body.bytes, as: UTF8.self)
        let etag = "\"\(UUID(namespace: run.id, name: content).text)\""
        // The vendor's description and its own answers spell these two differently.
        let tags = ["etag", "eTag"].map { JSONValue.Member(name: $0, value: .text(etag)) }
        return (.object(members + tags), etag)
    }

    private var body: JSONValue {
        let activities: JSONValue = [preparation, publication]
        return [
            "id": .text(run.id.text),
            "createdAt": .milliseconds(run.queuedAt),
            "updatedAt": .milliseconds(listed.changedAt),
            "createdBy": .text(listed.madeBy),
            "updatedBy": .text(listed.changedBy),
            "createdClient": .text(listed.madeBy),
            "updatedClient": .text(listed.changedBy),
            "sandboxName": owner.sandbox.map(JSONValue.text),
            "imsOrgId": owner.organization.map(JSONValue.text),
            "flowId": .text(run.dataflow.text),
            "flowSpec": ["id": .text(FlowSurroundings.flowSpec), "version": "1.0"],
            "providerRefId": run.snapshot.map { .text($0.text) },
            "metrics": metrics,
            "activities": activities,
            "activites": activities,
        ]
    }

    private var metrics: JSONValue {
        [
            "durationSummary": duration,
            "sizeSummary": ["inputBytes": .count(bytes), "outputBytes": .count(bytes)],
            "recordSummary": figures.summary(entities),
            "fileSummary": [
                "inputFileCount": .count(run.files.count), "outputFileCount": .count(run.files.count),
                "manifest": ["fileInfo": .list(run.files.map(Self.fileInfo))],
            ],
            "statusSummary": [
                "status": .text(word.rawValue), "errors": errors,
                "activityRefs": [.text(activity("prepare")), .text(activity("publish"))], "extensions": extensions,
            ],
        ]
    }

    /// It has an end exactly where the run has. A run that was never taken up began when it ended.
    private var duration: JSONValue {
        [
            "startedAtUTC": (run.startedAt ?? run.finishedAt).map(JSONValue.milliseconds),
            "completedAtUTC": run.finishedAt.map(JSONValue.milliseconds),
        ]
    }

    private var bytes: Int { run.files.reduce(listed.sentBytes) { $0 + $1.size } }

    private var errors: JSONValue? {
        RunReason(run).map { [["code": .text($0.code), "message": .text($0.message)]] }
    }

    private var extensions: JSONValue {
        [
            "state": .text(run.state.rawValue), "trigger": .text(run.trigger.rawValue),
            "reason": run.reason.map(JSONValue.text), "attempts": .count(run.attempts),
            "scheduledFor": .milliseconds(run.scheduledFor), "retryAt": run.retryAt.map(JSONValue.milliseconds),
            "snapshotId": run.snapshot.map { .text($0.text) }, "parentRunId": run.parent.map { .text($0.text) },
        ]
    }

    private static func fileInfo(_ file: DeliveredFile) -> JSONValue {
        let path = file.path.hasSuffix("/") || file.path.isEmpty ? file.path + file.name : "\(file.path)/\(file.name)"
        return [
            "path": .text(path), "pathPrefix": .text(file.path), "name": .text(file.name), "size": .count(file.size),
            "rows": .count(file.rows), "sha256": .text(file.sha256),
        ]
    }
}

extension RunDocument {
    /// Per segment where the run has one; of several only the names, because a profile in two of them is sent once.
    private var entities: [JSONValue.Member] {
        let isSingle = run.segments.count == 1
        let sources = run.segments.map { segment -> JSONValue in
            [
                "id": .text("segment:\(segment.id.text)"), "name": .text(segment.name),
                "inputRecordCount": isSingle ? .count(figures.input) : nil,
                "skippedRecordCount": isSingle ? .count(figures.skippedCount) : nil,
            ]
        }
        let targets = run.segments.map { segment -> JSONValue in
            [
                "id": .text("segment:\(segment.id.text)"), "name": .text(segment.name),
                "createdRecordCount": isSingle ? .count(figures.output) : nil,
                "outputRecordCount": isSingle ? .count(figures.output) : nil,
                "failedRecordCount": isSingle ? .count(figures.failedCount) : nil,
            ]
        }
        return [
            JSONValue.Member(
                name: "sourceSummaries",
                value: [["id": .text(FlowSurroundings.sourceConnection), "entitySummaries": .list(sources)]]),
            JSONValue.Member(
                name: "targetSummaries", value: [["id": .text(target), "entitySummaries": .list(targets)]]),
        ]
    }

    private func activity(_ phase: String) -> String { UUID(namespace: run.id, name: phase).text }

    /// Whether everything was there that was to be published.
    private var isPrepared: Bool {
        word == .success || !run.files.isEmpty || figures.output > 0 || figures.failedCount > 0
    }

    private var preparation: JSONValue {
        [
            "id": .text(activity("prepare")), "name": "Activation Batch XdmProcessor Activity",
            "updatedAtUTC": .milliseconds(listed.changedAt), "durationSummary": duration, "latencySummary": [:],
            "sizeSummary": ["inputBytes": 0, "outputBytes": .count(bytes)], "recordSummary": figures.preparation,
            "fileSummary": ["inputFileCount": 0, "outputFileCount": .count(run.files.count)],
            "statusSummary": [
                "status": .text((isPrepared ? .success : word).rawValue),
                "extensions": ["snapshotId": run.snapshot.map { .text($0.text) }],
            ],
        ]
    }

    private var publication: JSONValue {
        let isWaiting = word == .processing && !isPrepared
        return [
            "id": .text(activity("publish")), "name": "Activation Batch Publisher Activity",
            "updatedAtUTC": .milliseconds(listed.changedAt), "durationSummary": duration, "latencySummary": [:],
            "sizeSummary": ["inputBytes": .count(bytes), "outputBytes": .count(bytes)],
            "recordSummary": figures.publication,
            "fileSummary": ["inputFileCount": .count(run.files.count), "outputFileCount": .count(run.files.count)],
            "statusSummary": [
                "status": .text((isWaiting ? .waiting : word).rawValue), "errors": errors, "extensions": [:],
            ],
        ]
    }
}
