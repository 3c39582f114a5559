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

        let flows = reading.dataflows.compactMap { dataflow -> Flow? in
            guard let record = reading.records[dataflow.id] else { return nil }
            let flow = Flow(dataflow, record, pauses[dataflow.id])
            return conditions.allSatisfy { $0.holds(of: flow, reading, allRuns[dataflow.id]) } ? flow : nil
        }
        let page = Page(flows, asked, lastRuns: allRuns)
        let ids = page.flows.map(\.dataflow.id)
        let documents = FlowDocuments(
            reading: reading, lastRuns: needsRuns ? allRuns : try desk.store.lastRuns(of: ids),
            activations: try desk.store.activations(of: ids), owner: owner, now: desk.clock.now()
        )
        return try .list(
            "flows", asked, items: page.flows.map(documents.document), next: page.next,
            count: asked.wantsCount ? flows.count : nil
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

/// The flows after a position, in an order that no new flow shuffles.
private struct Page {
    /// What the order goes by. Names tell equals apart, always from A to Z.
    private struct Key: Hashable {
        var number: Int64
        var text: String
        var name: String

        func comes(before other: Key, descending: Bool) -> Bool {
            if number != other.number { return (number < other.number) != descending }
            if text != other.text { return (text < other.text) != descending }
            return name < other.name
        }

        var position: ListPosition { ListPosition(key: text.isEmpty ? String(number) : text, tie: name) }
    }

    let flows: [Flow]
    /// Nil where it is the last page.
    let next: ListPosition?

    init(_ flows: [Flow], _ asked: ListRequest, lastRuns: [UUID: LastRun]) {
        let order = asked.order
        let after = asked.position.map { Self.key($0, order.field) }
        let keyed = flows.map { ($0, Self.key($0, order.field, lastRuns[$0.dataflow.id])) }
            .filter { entry in after.map { $0.comes(before: entry.1, descending: order.isDescending) } ?? true }
            .sorted { $0.1.comes(before: $1.1, descending: order.isDescending) }
        let page = keyed.prefix(asked.limit)
        self.flows = page.map(\.0)
        next = keyed.count > page.count ? page.last?.1.position : nil
    }

    private static func key(_ flow: Flow, _ field: String, _ lastRun: LastRun?) -> Key {
        let name = flow.dataflow.name
        return switch field {
        case "name": Key(number: 0, text: name, name: name)
        case "id": Key(number: 0, text: flow.dataflow.id.text, name: name)
        case "state": Key(number: 0, text: flow.state, name: name)
        case "updatedAt": Key(number: flow.updatedAt.milliseconds, text: "", name: name)
        case "lastRunDetails.startedAtUTC": Key(number: lastRun?.startedAt?.milliseconds ?? 0, text: "", name: name)
        default: Key(number: flow.record.createdAt.milliseconds, text: "", name: name)
        }
    }

    private static func key(_ position: ListPosition, _ field: String) -> Key {
        switch field {
        case "name", "id", "state": Key(number: 0, text: position.key, name: position.tie)
        default: Key(number: Int64(position.key) ?? 0, text: "", name: position.tie)
        }
    }
}
