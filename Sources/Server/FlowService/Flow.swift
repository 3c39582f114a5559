import Digests
import Foundation
import Store
import TidegateModel

/// A dataflow as this API knows it: what the job files declare, and what was done to it besides.
struct Flow: Sendable {
    let dataflow: Dataflow
    let record: DataflowRecord
    /// Nil where it was never paused.
    let pause: PauseRecord?

    /// Nil where the job files have no such dataflow.
    init?(_ id: UUID, _ reading: DeclaredObjects.Reading, pauses: [UUID: PauseRecord]) {
        guard let dataflow = reading.dataflow(id), let record = reading.records[id] else { return nil }
        self.init(dataflow, record, pauses[id])
    }

    /// The one at that place among all that are declared; nil where nothing is known of it yet.
    init?(_ place: Int, _ reading: DeclaredObjects.Reading, _ pauses: [UUID: PauseRecord]) {
        let dataflow = reading.dataflows[place]
        guard let record = reading.records[dataflow.id] else { return nil }
        self.init(dataflow, record, pauses.isEmpty ? nil : pauses[dataflow.id])
    }

    private init(_ dataflow: Dataflow, _ record: DataflowRecord, _ pause: PauseRecord?) {
        self.dataflow = dataflow
        self.record = record
        self.pause = pause
    }

    /// Why its schedule does not fire, the lasting reason first; nil where it does.
    var hindrance: Hindrance? {
        if dataflow.isDetached { return .detached }
        if !dataflow.isEnabled { return .switchedOff }
        return pause?.isPaused == true ? .paused : nil
    }

    enum Hindrance: String, Sendable {
        case detached
        case switchedOff = "switched-off"
        case paused
    }

    var state: String { hindrance == nil ? "enabled" : "disabled" }

    /// Changes with the job file and with every pause and resumption, not with runs: what a client has seen of it before
    /// it enables or disables the flow.
    var etag: String {
        "\"\(UUID(namespace: dataflow.id, name: "\(record.revision)/\(pause?.changes ?? 0)").text)\""
    }

    private var lastPause: PauseRecord? {
        pause.flatMap { $0.changedAt >= record.appliedAt ? $0 : nil }
    }

    var updatedAt: Instant { lastPause?.changedAt ?? record.appliedAt }
    var updatedBy: String? { lastPause?.changedBy ?? record.appliedBy }

    /// What was done to it last.
    var operation: String {
        guard let lastPause else { return record.revision == 1 ? "create" : "update" }
        return lastPause.isPaused ? "disable" : "enable"
    }
}

/// The vendor's objects around a flow, of which we have one each: ids that never change.
enum FlowSurroundings {
    static let flowSpec = UUID(kind: "FlowSpec", name: "activation").text
    /// The profile store is the only source.
    static let sourceConnection = UUID(kind: "SourceConnection", name: "profile").text
    static let baseConnection = UUID(kind: "BaseConnection", name: "profile").text
    static let sourceConnectionSpec = UUID(kind: "ConnectionSpec", name: "profile").text

    /// By the kind of the destination: the same for every S3 bucket.
    static func connectionSpec(of destination: Destination?) -> String {
        let kind =
            switch destination?.place {
            case .directory: "directory"
            case .s3: "s3"
            case .sftp: "sftp"
            case .ftp: "ftp"
            case .sendgrid: "sendgrid"
            case .autopilot: "autopilot"
            case .webhook: "webhook"
            case nil: "unknown"
            }
        return UUID(kind: "ConnectionSpec", name: kind).text
    }

    /// The destination's own id, also of one that a detached dataflow names and nobody declares.
    static func targetConnection(of dataflow: Dataflow, _ reading: DeclaredObjects.Reading) -> String {
        (reading.destinations[dataflow.destination]?.id ?? UUID(kind: "Destination", name: dataflow.destination)).text
    }
}
