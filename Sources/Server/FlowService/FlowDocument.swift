import Digests
import Foundation
import Store
import TidegateModel

/// Flows as JSON.
struct FlowDocuments: Sendable {
    let reading: DeclaredObjects.Reading
    let lastRuns: [UUID: LastRun]
    /// When each segment was first applied: dataflow, then segment.
    let activations: [UUID: [UUID: Instant]]
    let owner: FlowOwner
    let now: Instant

    func document(_ flow: Flow) -> JSONValue {
        guard case .object(let identity) = identity(flow), case .object(let substance) = substance(flow) else {
            return [:]
        }
        return .object(identity + substance)
    }

    private func identity(_ flow: Flow) -> JSONValue {
        [
            "id": .text(flow.dataflow.id.text),
            "createdAt": .milliseconds(flow.record.createdAt),
            "updatedAt": .milliseconds(flow.updatedAt),
            "createdBy": flow.record.createdBy.map(JSONValue.text),
            "updatedBy": flow.updatedBy.map(JSONValue.text),
            "createdClient": flow.record.createdBy.map(JSONValue.text),
            "updatedClient": flow.updatedBy.map(JSONValue.text),
            "sandboxName": owner.sandbox.map(JSONValue.text),
            "imsOrgId": owner.organization.map(JSONValue.text),
            "name": .text(flow.dataflow.name),
            "description": .text(description(flow.dataflow)),
            "flowSpec": ["id": .text(FlowSurroundings.flowSpec), "version": "1.0"],
            "state": .text(flow.state),
            "version": .text(flow.etag),
            "etag": .text(flow.etag),
        ]
    }

    private func substance(_ flow: Flow) -> JSONValue {
        let times = ScheduleTimes(flow.dataflow.schedule, since: flow.record.createdAt, at: now)
        return [
            "sourceConnectionIds": [.text(FlowSurroundings.sourceConnection)],
            "targetConnectionIds": [.text(FlowSurroundings.targetConnection(of: flow.dataflow, reading))],
            "inheritedAttributes": inheritedAttributes(flow.dataflow),
            "scheduleParams": times.parameters,
            "transformations": [transformation(flow, times)],
            "runs": .text("/runs?property=flowId==\(flow.dataflow.id.text)"),
            "lastOperation": [
                "started": .milliseconds(flow.updatedAt), "updated": .milliseconds(flow.updatedAt),
                "percentCompleted": 100, "status": ["value": "completed"], "operation": .text(flow.operation),
            ],
            "lastRunDetails": lastRuns[flow.dataflow.id].map(lastRunDetails),
            "extensions": flow.hindrance.map { ["disabledBecause": .text($0.rawValue)] },
        ]
    }

    /// The mapping is the job file's, and has its revision.
    private func transformation(_ flow: Flow, _ times: ScheduleTimes) -> JSONValue {
        [
            "name": "GeneralTransform",
            "params": [
                "mappingId": .text(UUID(namespace: flow.dataflow.id, name: "mapping").text),
                "mappingVersion": .text(String(flow.record.revision)),
                "segmentSelectors": ["selectors": selectors(flow, times)],
            ],
        ]
    }

    private func inheritedAttributes(_ dataflow: Dataflow) -> JSONValue {
        let target = FlowSurroundings.connectionSpec(of: reading.destinations[dataflow.destination])
        let source: JSONValue = ["id": .text(FlowSurroundings.sourceConnectionSpec), "version": "1.0"]
        return [
            "properties": ["isSourceFlow": false, "isDestinationFlow": true],
            "sourceConnections": [
                [
                    "id": .text(FlowSurroundings.sourceConnection), "connectionSpec": source,
                    "baseConnection": ["id": .text(FlowSurroundings.baseConnection), "connectionSpec": source],
                ]
            ],
            "targetConnections": [
                [
                    "id": .text(FlowSurroundings.targetConnection(of: dataflow, reading)),
                    "connectionSpec": ["id": .text(target), "version": "1.0"],
                ]
            ],
        ]
    }

    private func selectors(_ flow: Flow, _ times: ScheduleTimes) -> JSONValue {
        let dataflow = flow.dataflow
        let isConnector = reading.destinations[dataflow.destination]?.isConnector ?? false
        let mode = dataflow.export == .full ? "DAILY_FULL_EXPORT" : "FIRST_FULL_THEN_INCREMENTAL"
        return .list(
            dataflow.segments.map { name in
                let id = reading.segments[name]?.id
                let activation = id.flatMap { activations[dataflow.id]?[$0] } ?? flow.record.createdAt
                return [
                    "type": "PLATFORM_SEGMENT",
                    "value": [
                        "id": id.map { .text($0.text) }, "name": .text(name),
                        "filenameTemplate": isConnector ? nil : .text(dataflow.file.name),
                        "exportMode": .text(mode), "schedule": times.selector,
                        "createTime": .text(Self.seconds(activation)),
                        "updateTime": .text(Self.seconds(max(activation, flow.record.appliedAt))),
                    ],
                ]
            }
        )
    }

    private func lastRunDetails(_ run: LastRun) -> JSONValue {
        [
            "id": .text(run.id.text), "state": .text(RunWord(run.state).rawValue),
            "startedAtUTC": run.startedAt.map(JSONValue.milliseconds),
            "completedAtUTC": run.finishedAt.map(JSONValue.milliseconds),
        ]
    }

    private func description(_ dataflow: Dataflow) -> String {
        let kind = dataflow.export == .full ? "Full" : "Incremental"
        let subject = dataflow.segments.count == 1 ? dataflow.segments[0] : "\(dataflow.segments.count) segments"
        let schedule = dataflow.schedule
        let time = schedule.at.map { " at \($0) \(schedule.timeZone)" } ?? " after segmentation"
        return "\(kind) export of \(subject) to \(dataflow.destination), \(schedule.frequency.rawValue)\(time)"
    }

    /// Since 1970, as text.
    private static func seconds(_ instant: Instant) -> String {
        String(instant.flooredToSecond.milliseconds / 1000)
    }
}

/// Whose everything is, where the configuration says so.
struct FlowOwner: Hashable, Sendable {
    var organization: String?
    var sandbox: String?
}
