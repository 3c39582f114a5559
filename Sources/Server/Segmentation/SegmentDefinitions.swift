import Foundation
import Store
import TidegateModel

/// The segments that the job files declare.
struct SegmentDefinitions: Sendable {
    let store: Store

    func page(_ query: Query, _ tenant: Tenant) throws -> SegmentDefinitionPage {
        let limit = try query.limit(standard: 100, most: 1000)
        let page = try query.number("page", in: 0...Query.largest) ?? 0
        let offset = try query.start() + page * limit
        let order = try query.order(SortKey.self) ?? [(.creationTime, false)]
        guard try isBatch(query) else {
            return SegmentDefinitionPage(segments: [], total: 0, limit: limit, page: page, query, order[0])
        }
        let found = try store.declaredSegments(
            by: order.map { DeclaredOrder($0.key.column, isAscending: $0.isAscending) }, limit: limit, offset: offset
        )
        return SegmentDefinitionPage(
            segments: found.segments.map { SegmentDefinition($0, tenant) }, total: found.total, limit: limit,
            page: page, query, order[0]
        )
    }

    func one(_ id: String, _ tenant: Tenant) throws -> SegmentDefinition {
        guard let id = UUID(uuidString: id), let segment = try store.declaredSegment(id) else {
            throw Fault.notFound("segment definition is not known")
        }
        return SegmentDefinition(segment, tenant)
    }

    /// Whether the wanted ways of evaluation are the one that there is.
    private func isBatch(_ query: Query) throws(Fault) -> Bool {
        let batch = try query.flag("evaluationInfo.batch.enabled") ?? true
        let continuous = try query.flag("evaluationInfo.continuous.enabled") ?? false
        let synchronous = try query.flag("evaluationInfo.synchronous.enabled") ?? false
        return batch && !continuous && !synchronous
    }

    enum SortKey: String, CaseIterable {
        case creationTime, updateTime, updateEpoch, name, id, internalId

        var column: DeclaredOrder.Key {
            switch self {
            case .creationTime: .created
            case .updateTime, .updateEpoch: .updated
            case .name: .name
            case .id: .id
            case .internalId: .position
            }
        }
    }
}

/// Times are in milliseconds, epochs in seconds.
struct SegmentDefinition: Encodable {
    struct Evaluation: Encodable {
        let batch = Switch(enabled: true)
        let continuous = Switch(enabled: false)
        let synchronous = Switch(enabled: false)
    }

    struct Switch: Encodable {
        let enabled: Bool
    }

    struct Governance: Encodable {
        let excludeOptOut = false
    }

    let id: String
    let schema = SchemaName()
    let imsOrgId: String
    let sandbox: Tenant.Sandbox
    let profileInstanceId = ProfileStoreNames.instance
    let name: String
    let description: String
    let expression: RuleExpression
    let mergePolicyId = ProfileStoreNames.mergePolicy
    let mergePolicy = MergePolicy()
    let evaluationInfo = Evaluation()
    let dataGovernancePolicy = Governance()
    let lifecycle = "published"
    let state = "enabled"
    let version: Int
    /// In its quotes, as an `If-Match` would have it.
    let etag: String
    let creationTime: Int64
    let updateTime: Int64
    let updateEpoch: Int64

    init(_ segment: Declared<Segment>, _ tenant: Tenant) {
        id = segment.value.id.text
        imsOrgId = tenant.organization
        sandbox = tenant.sandbox
        name = segment.value.name
        description = segment.value.description
        expression = RuleExpression(value: segment.value.rule)
        version = segment.revision
        etag = "\"\(segment.digest.prefix(32))\""
        creationTime = segment.createdAt.milliseconds
        updateTime = segment.updatedAt.milliseconds
        updateEpoch = segment.updatedAt.epoch
    }
}

struct SegmentDefinitionPage: Encodable {
    struct Page: Encodable {
        let totalCount: Int
        let totalPages: Int
        let sortField: String
        let sort: Direction
        /// How many are on this page.
        let pageSize: Int
        let limit: Int
    }

    struct Link: Encodable {
        let next: String?
    }

    let segments: [SegmentDefinition]
    let page: Page
    let link: Link

    init(
        segments: [SegmentDefinition], total: Int, limit: Int, page number: Int, _ query: Query,
        _ order: (key: SegmentDefinitions.SortKey, isAscending: Bool)
    ) {
        let pages = (total + limit - 1) / limit
        self.segments = segments
        page = Page(
            totalCount: total, totalPages: pages, sortField: order.key.rawValue, sort: order.isAscending ? .asc : .desc,
            pageSize: segments.count, limit: limit
        )
        let kept = ["start", "sort"].compactMap { name in query.text(name).map { "&\(name)=\($0)" } }.joined()
        link = Link(
            next: number + 1 < pages ? "/segment/definitions?page=\(number + 1)&limit=\(limit)\(kept)" : nil
        )
    }
}

extension Instant {
    /// Whole seconds since 1970.
    var epoch: Int64 { milliseconds.flooredQuotientAndRemainder(dividingBy: 1000).quotient }
}
