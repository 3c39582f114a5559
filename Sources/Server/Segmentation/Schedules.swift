import Foundation
import Store
import TidegateModel

/// The `Segmentation` document, as the two schedules that the vendor would have for it.
struct Schedules: Sendable {
    let desk: Desk

    func page(_ query: Query, _ tenant: Tenant) throws -> SchedulePage {
        let limit = try query.limit(standard: 100, most: 100)
        let start = try query.start()
        let schedules = try all(tenant)
        let children = schedules.dropFirst(start).prefix(limit)
        return SchedulePage(children: Array(children), total: schedules.count, start: start, limit: limit)
    }

    func one(_ id: String, _ tenant: Tenant) throws -> SegmentationSchedule {
        let id = id.lowercased()
        guard let schedule = try all(tenant).first(where: { $0.id == id }) else {
            throw Fault.notFound("schedule is not known")
        }
        return schedule
    }

    private func all(_ tenant: Tenant) throws -> [SegmentationSchedule] {
        guard let declared = try desk.store.declaredSegmentation() else { return [] }
        let next = CycleCalendar(declared.value).next(after: desk.clock.now())
        return SegmentationSchedule.Kind.allCases.map {
            SegmentationSchedule($0, declared, next: next, tenant)
        }
    }
}

/// Epochs are in seconds; the cron expression is Quartz's, in UTC.
struct SegmentationSchedule: Encodable {
    enum Kind: String, CaseIterable, Encodable {
        case segmentation = "batch_segmentation"
        /// The snapshot is written as part of the same cycle.
        case export

        var id: String {
            switch self {
            case .segmentation: ProfileStoreNames.segmentationSchedule
            case .export: ProfileStoreNames.exportSchedule
            }
        }
    }

    struct Properties: Encodable {
        let segments = ["*"]
        /// As the job files have it: where the zone changes its clocks, `schedule` changes with them.
        let at: LocalTime
        let timeZone: String
        let next: Instant?
    }

    let id: String
    let imsOrgId: String
    let sandbox: Tenant.Sandbox
    let name: String
    let type: Kind
    let properties: Properties
    let schedule: String
    let frequency = "daily"
    let state = "active"
    let createEpoch: Int64
    let updateEpoch: Int64

    init(_ kind: Kind, _ declared: Declared<Segmentation>, next: Instant?, _ tenant: Tenant) {
        id = kind.id
        imsOrgId = tenant.organization
        sandbox = tenant.sandbox
        name = kind == .segmentation ? "segmentation" : "export"
        type = kind
        properties = Properties(at: declared.value.at, timeZone: declared.value.timeZone, next: next)
        schedule = Self.cron(next)
        createEpoch = declared.createdAt.epoch
        updateEpoch = declared.updatedAt.epoch
    }

    /// Every day at the UTC time of an instant.
    static func cron(_ instant: Instant?) -> String {
        let second = (instant?.epoch ?? 0).flooredQuotientAndRemainder(dividingBy: 86_400).remainder
        return "\(second % 60) \(second / 60 % 60) \(second / 3600) * * ?"
    }
}

struct SchedulePage: Encodable {
    let page: SegmentJobPage.Page
    let children: [SegmentationSchedule]
    let links: SegmentJobPage.Links

    private enum CodingKeys: String, CodingKey {
        case page = "_page"
        case children
        case links = "_links"
    }

    init(children: [SegmentationSchedule], total: Int, start: Int, limit: Int) {
        let after = start + children.count
        let hasMore = !children.isEmpty && after < total
        self.children = children
        page = SegmentJobPage.Page(totalCount: total, pageSize: children.count, next: hasMore ? "\(after)" : nil)
        let href = "@/config/schedules?start=\(after)&limit=\(limit)&totalCount=\(total)"
        links = SegmentJobPage.Links(next: .init(href: hasMore ? href : nil))
    }
}
