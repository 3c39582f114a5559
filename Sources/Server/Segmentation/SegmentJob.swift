import Foundation
import Store
import TidegateModel

/// A cycle as a segment job. Times are in milliseconds, epochs in seconds.
struct SegmentJob: Encodable {
    struct Properties: Encodable {
        /// Absent where somebody asked for the cycle.
        let scheduleId: String?
        let runId: String
        let trigger: String
        let attempts: Int
        /// What rules call `now`.
        let nominal: Instant
        /// Where the next try is waited for.
        let retryAt: Instant?
    }

    struct Link: Encodable {
        let href: String
        let method: String
    }

    struct SnapshotName: Encodable {
        let name: String
    }

    let id: String
    let imsOrgId: String
    let sandbox: Tenant.Sandbox
    let profileInstanceId = ProfileStoreNames.instance
    let source: SegmentJobSource
    let status: SegmentJobStatus
    /// The snapshot that was published.
    let batchId: String?
    let computeJobId: Int
    let computeGatewayJobId: String
    let segments: [JobSegment]
    let metrics: SegmentJobMetrics
    let errors: [JobError]?
    let requestId: String
    let schema = SchemaName()
    let modelName = ProfileStoreNames.schema
    let properties: Properties
    let snapshot: SnapshotName?
    let links: [String: Link]
    let creationTime: Int64
    let updateTime: Int64
    let updateEpoch: Int64

    private enum CodingKeys: String, CodingKey {
        case id, imsOrgId, sandbox, profileInstanceId, source, status, batchId, computeJobId, computeGatewayJobId
        case segments, metrics, errors, requestId, schema, modelName, properties, snapshot
        case links = "_links"
        case creationTime, updateTime, updateEpoch
    }

    /// - Parameter isAlone: else it is one of a list, which would grow too long with the counts of thousands of segments.
    init(_ cycle: Cycle, _ evidence: CycleEvidence, _ tenant: Tenant, isAlone: Bool) {
        let id = CycleID(cycle.sequence).description
        let isScheduled = SegmentJobSource(cycle.trigger) == .scheduler
        self.id = id
        imsOrgId = tenant.organization
        sandbox = tenant.sandbox
        source = SegmentJobSource(cycle.trigger)
        status = SegmentJobStatus(cycle.state)
        batchId = cycle.snapshot?.text
        computeJobId = cycle.sequence
        computeGatewayJobId = id
        segments = evidence.segments(of: cycle) ?? [.all]
        metrics = SegmentJobMetrics(cycle, evidence, isAlone: isAlone)
        errors = JobError.all(of: cycle)
        requestId = "\(isScheduled ? ProfileStoreNames.segmentationSchedule : id)-\(cycle.startedAt.milliseconds)"
        properties = Properties(
            scheduleId: isScheduled ? ProfileStoreNames.segmentationSchedule : nil, runId: id,
            trigger: cycle.trigger.rawValue, attempts: cycle.attempts, nominal: cycle.nominal, retryAt: cycle.retryAt
        )
        snapshot = cycle.snapshot.map { SnapshotName(name: $0.text) }
        links = [
            "cancel": Link(href: "/segment/jobs/\(id)", method: "DELETE"),
            "checkStatus": Link(href: "/segment/jobs/\(id)", method: "GET"),
        ]
        creationTime = cycle.startedAt.milliseconds
        updateTime = cycle.changedAt.milliseconds
        updateEpoch = cycle.changedAt.epoch
    }
}

extension Cycle {
    /// As far as it is known.
    var changedAt: Instant { finishedAt ?? startedAt }
}

/// From when to when, in milliseconds; what is absent is not known, or not yet.
struct TimeSpent: Encodable {
    var startTimeInMs: Int64?
    var endTimeInMs: Int64?
    var totalTimeInMs: Int64?

    init() {}

    init(_ cycle: Cycle) {
        startTimeInMs = cycle.startedAt.milliseconds
        endTimeInMs = cycle.finishedAt?.milliseconds
        totalTimeInMs = cycle.finishedAt.map { ($0 - cycle.startedAt).milliseconds }
    }

    init(until end: Instant?) {
        endTimeInMs = end?.milliseconds
    }
}

/// Why a cycle failed, or waits for its next try.
struct JobError: Encodable {
    let code: String
    let msg: String
    /// The vendor's clients expect one; ours says nothing that the sentence does not.
    let callStack = ""

    /// Nil where nothing went wrong.
    static func all(of cycle: Cycle) -> [JobError]? {
        guard cycle.state != .completed, let reason = cycle.reason else { return nil }
        return [JobError(code: cycle.state == .failed ? "TGATE-2000-500" : "TGATE-2001-503", msg: reason)]
    }
}

/// How a job went: realized + existing = the members, and exited are those who left.
struct SegmentJobMetrics: Encodable {
    struct ByStatus: Encodable {
        let realized: Int
        let existing: Int
        let exited: Int
    }

    let totalTime: TimeSpent
    /// Only the end is recorded.
    let profileSegmentationTime: TimeSpent
    var totalProfiles: Int?
    var totalProfilesByMergePolicy: [String: Int]?
    /// By segment, as the ones that follow.
    var segmentedProfileCounter: [String: Int]?
    var segmentedProfileByNamespaceCounter: [String: [String: Int]]?
    var segmentedProfileByStatusCounter: [String: ByStatus]?

    init(_ cycle: Cycle, _ evidence: CycleEvidence, isAlone: Bool) {
        let snapshot = evidence.snapshot(of: cycle)
        totalTime = TimeSpent(cycle)
        profileSegmentationTime = TimeSpent(until: snapshot?.publishedAt)
        guard let snapshot else { return }
        totalProfiles = snapshot.profiles
        totalProfilesByMergePolicy = [ProfileStoreNames.mergePolicy: snapshot.profiles]
        guard isAlone || snapshot.segments.count <= CycleEvidence.listedSegments else { return }
        let counts = snapshot.segments.map { (id: $0.segment.id.text, counts: $0) }
        segmentedProfileCounter = Dictionary(uniqueKeysWithValues: counts.map { ($0.id, $0.counts.members) })
        segmentedProfileByNamespaceCounter = Dictionary(
            uniqueKeysWithValues: counts.map { ($0.id, [evidence.key: $0.counts.members]) }
        )
        segmentedProfileByStatusCounter = Dictionary(
            uniqueKeysWithValues: counts.map { ($0.id, ByStatus($0.counts)) }
        )
    }
}

extension SegmentJobMetrics.ByStatus {
    init(_ counts: SnapshotSegment) {
        self.init(realized: counts.joined, existing: counts.members - counts.joined, exited: counts.left)
    }
}
