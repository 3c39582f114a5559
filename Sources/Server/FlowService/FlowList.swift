import Foundation
import Hummingbird
import Store
import TidegateModel

/// A page of the declared flows.
struct FlowList {
    static let orders = ["createdAt", "updatedAt", "name", "id", "state", "lastRunDetails.startedAtUTC"]

    let desk: Desk
    let owner: FlowOwner

    func answer(_ query: String) throws -> Response {
        let asked = try ListRequest(
            query, list: "flows", properties: FlowProperty.allCases.map(\.rawValue), orders: Self.orders
        )
        let conditions = try asked.filter.conditions.compactMap { try FlowCondition($0) }
        let needsRuns = asked.order.field.hasPrefix("lastRunDetails") || conditions.contains { $0.property.needsRuns }
        let reading = try desk.declared.current()
        let pauses = try desk.store.pauseRecords()
        let allRuns = needsRuns ? try desk.store.lastRuns(of: nil) : [:]

        let found = reading.dataflows.indices.filter { place in
            guard !conditions.isEmpty else { return true }
            guard let flow = Flow(place, reading, pauses) else { return false }
            return conditions.allSatisfy { $0.holds(of: flow, reading, allRuns[flow.dataflow.id]) }
        }
        let page = FlowPage(found, asked, reading, pauses, allRuns)
        let ids = page.flows.map(\.dataflow.id)
        let documents = FlowDocuments(
            reading: reading, lastRuns: needsRuns ? allRuns : try desk.store.lastRuns(of: ids),
            activations: try desk.store.activations(of: ids), owner: owner, now: desk.clock.now()
        )
        return try .list(
            "flows", asked, items: page.flows.map(documents.document), next: page.next,
            count: asked.wantsCount ? found.count : nil
        )
    }

    /// The flow with that id, as JSON.
    func item(_ id: UUID) throws -> JSONValue {
        let reading = try desk.declared.current()
        guard let flow = Flow(id, reading, pauses: try desk.store.pauseRecords()) else {
            throw Fault.notFound(flows: id)
        }
        return FlowDocuments(
            reading: reading, lastRuns: try desk.store.lastRuns(of: [id]),
            activations: try desk.store.activations(of: [id]), owner: owner, now: desk.clock.now()
        ).document(flow)
    }
}
