import Foundation
import Store
import TidegateModel

/// The cycles, as the export jobs that write their snapshots.
struct ExportJobs: Sendable {
    let store: Store

    /// Newest first, but the newest job that can be exported before all: clients of the ad-hoc API take the first.
    func page(_ query: Query, _ tenant: Tenant) throws -> ExportJobPage {
        let limit = try query.limit(standard: 100, most: 1000)
        // One more than is shown tells whether there is a next page.
        let cycles = try store.cyclesNewestPublishedFirst(
            in: try states(query), after: try after(query), limit: limit + 1
        )
        return ExportJobPage(
            records: cycles.prefix(limit).map { ExportJob($0, tenant) }, hasMore: cycles.count > limit, limit: limit,
            status: query.text("status")
        )
    }

    func one(_ id: String, _ tenant: Tenant) throws -> ExportJob {
        guard let sequence = Int(id), let cycle = try store.cycle(sequence) else {
            throw Fault.notFound("export job is not known")
        }
        return ExportJob(cycle, tenant)
    }

    private func states(_ query: Query) throws(Fault) -> Set<Cycle.State> {
        guard let text = query.text("status") else { return Set(Cycle.State.allCases) }
        guard let status = ExportJobStatus(rawValue: text) else {
            throw .badRequest(
                "status must be one of \(ExportJobStatus.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return Set(Cycle.State.allCases.filter { ExportJobStatus($0) == status })
    }

    /// The job behind which the wanted page begins: an offset is `<its creation time>_<its id>`.
    private func after(_ query: Query) throws(Fault) -> Int? {
        guard let offset = query.text("offset"), offset != "0" else { return nil }
        let parts = offset.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, Int64(parts[0]) != nil, let sequence = Int(parts[1]) else {
            throw .badRequest("offset must be one that link.next had")
        }
        return sequence
    }
}

/// In the vendor's words.
enum ExportJobStatus: String, CaseIterable, Encodable {
    case new = "NEW"
    case processing = "PROCESSING"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"

    init(_ state: Cycle.State) {
        switch state {
        case .retrying: self = .new
        case .processing: self = .processing
        case .completed: self = .succeeded
        case .failed: self = .failed
        }
    }
}

/// Times are in milliseconds.
struct ExportJob: Encodable {
    struct Place: Encodable {
        let datasetId = ProfileStoreNames.dataset
        let segmentPerBatch = false
        /// The snapshot that was published.
        let batchId: String?
    }

    struct Filter: Encodable {
        let segments = [Segments()]
    }

    struct Segments: Encodable {
        let segmentId = "*"
        let segmentNs = ProfileStoreNames.instance
        let status = ["realized", "existing"]
    }

    struct Metrics: Encodable {
        let totalTime: TimeSpent
        /// Not recorded, as the one that follows.
        let profileExportTime = TimeSpent()
        let aCPDatasetWriteTime = TimeSpent()
    }

    struct Computation: Encodable {
        let exportJob: String
    }

    let id: Int
    let jobType = "BATCH"
    let schema = SchemaName()
    let status: ExportJobStatus
    let destination: Place
    let filter = Filter()
    let mergePolicy = MergePolicy()
    let profileInstanceId = ProfileStoreNames.instance
    let imsOrgId: String
    let errors: [JobError]
    let metrics: Metrics
    /// The segment job of the same cycle.
    let computeGatewayJobId: Computation
    let requestId: String
    let creationTime: Int64
    let updateTime: Int64

    init(_ cycle: Cycle, _ tenant: Tenant) {
        let job = CycleID(cycle.sequence).description
        id = cycle.sequence
        status = ExportJobStatus(cycle.state)
        destination = Place(batchId: cycle.snapshot?.text)
        imsOrgId = tenant.organization
        errors = JobError.all(of: cycle) ?? []
        metrics = Metrics(totalTime: TimeSpent(cycle))
        computeGatewayJobId = Computation(exportJob: job)
        requestId = "\(job)-\(cycle.startedAt.milliseconds)"
        creationTime = cycle.startedAt.milliseconds
        updateTime = cycle.changedAt.milliseconds
    }

    var offset: String { "\(creationTime)_\(id)" }
}

struct ExportJobPage: Encodable {
    struct Page: Encodable {
        let sortField = "createdTime"
        let sort = Direction.desc
        /// Of the last record; empty where there is none.
        let pageOffset: String
        let pageSize: Int
    }

    struct Link: Encodable {
        /// Empty where there are no more.
        let next: String
    }

    let records: [ExportJob]
    let page: Page
    let link: Link

    init(records: [ExportJob], hasMore: Bool, limit: Int, status: String?) {
        let offset = records.last?.offset ?? ""
        let kept = status.map { "&status=\($0)" } ?? ""
        self.records = records
        page = Page(pageOffset: offset, pageSize: records.count)
        link = Link(next: hasMore ? "/export/jobs/?limit=\(limit)&offset=\(offset)\(kept)" : "")
    }
}
