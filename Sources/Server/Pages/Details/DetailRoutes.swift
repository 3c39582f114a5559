import Foundation
import Hummingbird
import Store
import TidegateModel

/// The pages about one thing, and the lists of segments and of what was done.
struct DetailRoutes: Sendable {
    let desk: Desk
    let actions: Actions
    let found: Finding

    func add(to pages: RouterGroup<Call>) {
        pages.get("/dataflows/{name}") { request, call in try await dataflow(request, call) }
        pages.get("/runs/{id}") { request, call in try run(request, call) }
        pages.get("/segments") { request, call in try segments(request, call) }
        pages.get("/segments/{name}") { request, call in try segment(request, call) }
        pages.get("/audit") { request, call in try audit(request, call) }
    }

    private func dataflow(_ request: Request, _ call: Call) async throws -> Response {
        let (dataflow, spec) = try found.dataflow(call)
        let now = desk.clock.now()
        let mayRun = (call.caller?.scope ?? .read) >= .trigger
        let order = mayRun ? AdHocOrder(items: [AdHocOrder.Item(dataflow: dataflow.id)]) : nil
        let sight = try await DataflowSight(dataflow, spec, order: order, now: now, at: desk)
        let layout = layout(dataflow.name, .dataflows, [("Dataflows", "/dataflows")], spec, now, request, call)
        return .page(layout.page(DataflowPage(sight: sight, times: layout.times, call: call).main))
    }

    /// With `.json` at the end of its address, as a document.
    private func run(_ request: Request, _ call: Call) throws -> Response {
        let text = call.parameters.get("id") ?? ""
        let isDocument = text.hasSuffix(".json")
        let run = try isDocument ? found.run(String(text.dropLast(5))) : found.run(call)
        let sight = try RunSight(run, at: desk)
        if isDocument {
            return try .json(
                sight.details, headers: [.contentDisposition: "attachment; filename=\"run-\(run.id.text).json\""]
            )
        }
        let trail = [("Dataflows", "/dataflows"), (run.dataflowName, DataflowPage.path(run.dataflowName))]
        let now = desk.clock.now()
        let layout = layout(RunPage.title(run), .dataflows, trail, try found.spec(), now, request, call)
        return .page(layout.page(RunPage(sight: sight, times: layout.times, call: call).main))
    }

    private func segments(_ request: Request, _ call: Call) throws -> Response {
        let spec = try found.spec()
        let snapshots = try desk.sights.snapshots(SegmentsPage.cyclesShown)
        let cycles = try desk.store.cycles(limit: 1)
        let layout = layout("Segments", .segments, [], spec, desk.clock.now(), request, call)
        let page = SegmentsPage(spec: spec, snapshots: snapshots, cycles: cycles, times: layout.times, call: call)
        return .page(layout.page(page.main))
    }

    private func segment(_ request: Request, _ call: Call) throws -> Response {
        let (segment, spec) = try found.segment(call)
        let other = request.uri.queryParameters["with"].map { String($0) }
        let latest = try desk.sights.snapshots(1).first
        let history = try desk.sights.history(segment.id, SegmentPage.cyclesShown)
        let layout = layout(segment.name, .segments, [("Segments", "/segments")], spec, desk.clock.now(), request, call)
        let page = SegmentPage(
            segment: segment, spec: spec, history: history,
            others: latest?.segments.map(\.segment.name).filter { $0 != segment.name } ?? [], other: other,
            overlap: try other.flatMap { try overlap(segment, with: $0, in: latest) }, times: layout.times
        )
        return .page(layout.page(page.main))
    }

    private func overlap(_ segment: Segment, with other: String, in snapshot: Snapshot?) throws -> SegmentOverlap? {
        guard let snapshot, let first = snapshot.segments.first(where: { $0.segment.id == segment.id }),
            let second = snapshot.segments.first(where: { $0.segment.name == other }),
            let both = try desk.sights.overlap(first.segment.id, second.segment.id, snapshot.id)
        else { return nil }
        return SegmentOverlap(first: first, second: second, both: both)
    }

    private func audit(_ request: Request, _ call: Call) throws -> Response {
        let before = request.uri.queryParameters["before"].flatMap { Int($0) }
        let entries = try desk.store.audit(limit: AuditPage.shown + 1, before: before)
        let spec = try found.spec()
        let layout = layout("Audit", .audit, [], spec, desk.clock.now(), request, call)
        return .page(layout.page(AuditPage(entries: entries, isFirst: before == nil, times: layout.times).main))
    }

    private func layout(
        _ title: String, _ place: Layout.Place, _ trail: [(title: String, path: String)], _ spec: JobSpec,
        _ now: Instant, _ request: Request, _ call: Call
    ) -> Layout {
        let zone = Zone(spec.segmentation.timeZone) ?? .utc
        var layout = Layout(title, in: place, trail: trail, of: call, at: desk, zone: zone, asOf: now)
        layout.message = actions.message(request, call)
        layout.address = request.uri.path
        layout.isLive = true
        return layout
    }
}
