import Foundation
import Hummingbird
import Store
import TidegateModel

/// The cycles, as segment jobs. Every cycle evaluates all segments.
struct SegmentJobs: Sendable {
    let desk: Desk

    func page(_ query: Query, _ tenant: Tenant) throws -> SegmentJobPage {
        let limit = try query.limit(standard: 20, most: 100)
        let start = try query.start()
        let search = try CycleSearch(query, desk)
        let found = try desk.store.cycles(search, limit: limit, offset: start)
        let evidence = try CycleEvidence(found.cycles, desk)
        return SegmentJobPage(
            children: found.cycles.map { SegmentJob($0, evidence, tenant, isAlone: false) }, total: found.total,
            start: start, limit: limit, kept: query
        )
    }

    func one(_ id: String, _ tenant: Tenant) throws -> SegmentJob {
        guard let id = CycleID(id), let cycle = try desk.store.cycle(id.sequence) else { throw Self.unknown }
        return try one(cycle, tenant)
    }

    func one(_ cycle: Cycle, _ tenant: Tenant) throws -> SegmentJob {
        SegmentJob(cycle, try CycleEvidence([cycle], desk), tenant, isAlone: true)
    }

    static let unknown = Fault.notFound("segment job is not known")
}

/// In the vendor's words.
enum SegmentJobStatus: String, CaseIterable, Encodable {
    case new = "NEW"
    case queued = "QUEUED"
    case processing = "PROCESSING"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
    case cancelling = "CANCELLING"
    case cancelled = "CANCELLED"

    /// A cycle begins at once, and nothing cancels it: there are no others.
    init(_ state: Cycle.State) {
        switch state {
        case .processing: self = .processing
        case .retrying: self = .queued
        case .completed: self = .succeeded
        case .failed: self = .failed
        }
    }

    var states: Set<Cycle.State> { Set(Cycle.State.allCases.filter { Self($0) == self }) }
}

/// What made a cycle, in the vendor's words.
enum SegmentJobSource: String, CaseIterable, Encodable {
    case scheduler, api

    init(_ trigger: Cycle.Trigger) {
        switch trigger {
        case .scheduled, .firstStart: self = .scheduler
        case .onDemand: self = .api
        }
    }

    var triggers: Set<Cycle.Trigger> { Set(Cycle.Trigger.allCases.filter { Self($0) == self }) }
}

struct SegmentJobPage: Encodable {
    struct Page: Encodable {
        let totalCount: Int
        /// How many are on this page.
        let pageSize: Int
        /// The `start` of the next page.
        let next: String?
    }

    struct Links: Encodable {
        let next: Link
    }

    struct Link: Encodable {
        let href: String?
    }

    let page: Page
    let children: [SegmentJob]
    let links: Links

    private enum CodingKeys: String, CodingKey {
        case page = "_page"
        case children
        case links = "_links"
    }

    init(children: [SegmentJob], total: Int, start: Int, limit: Int, kept query: Query) {
        let after = start + children.count
        let hasMore = !children.isEmpty && after < total
        self.children = children
        page = Page(totalCount: total, pageSize: children.count, next: hasMore ? "\(after)" : nil)
        let kept = ["status", "sort", "property", "snapshot.name"].compactMap { name in
            query.text(name).map { "&\(name)=\($0.percentEncoded)" }
        }
        let href = "@/segment/jobs?start=\(after)&limit=\(limit)&totalCount=\(total)\(kept.joined())"
        links = Links(next: Link(href: hasMore ? href : nil))
    }
}

extension String {
    /// As a parameter's value.
    var percentEncoded: String {
        addingPercentEncoding(
            withAllowedCharacters: .alphanumerics.intersection(.init(charactersIn: "\0"..."~"))
                .union(.init(charactersIn: "-._~:"))) ?? ""
    }
}
