import Foundation
import Hummingbird
import Store
import TidegateModel

/// A page of the runs there ever were.
struct RunList {
    static let orders: [String: RunQuery.Order] = [
        "createdAt": .made, "updatedAt": .changedAt, "id": .id,
        "metrics.durationSummary.startedAtUTC": .startedAt, "metrics.durationSummary.completedAtUTC": .finishedAt,
    ]

    let desk: Desk
    let owner: FlowOwner

    func answer(_ query: String) throws -> Response {
        let asked = try ListRequest(
            query, list: "runs", properties: RunProperty.allCases.map(\.rawValue), orders: Self.orders.keys.sorted()
        )
        let reading = try desk.declared.current()
        let conditions = try asked.filter.conditions.compactMap { condition in
            try RunProperty(rawValue: condition.property)?.condition(condition, reading)
        }
        let order = Self.orders[asked.order.field] ?? .made
        let wanted = RunQuery(conditions, order: order, descending: asked.order.isDescending)
        let position = try asked.position.map { (position) throws(Fault) in try Self.position(position, order) }
        let found = try desk.store.runs(wanted, after: position, limit: asked.limit + 1)
        let page = found.prefix(asked.limit)
        return try .list(
            "runs", asked, items: try page.map { try document($0, reading).json },
            next: found.count > page.count ? page.last.map(Self.position) : nil,
            count: asked.wantsCount ? try desk.store.count(wanted) : nil
        )
    }

    /// The run with that id, as JSON and its etag.
    func item(_ id: UUID) throws -> (json: JSONValue, etag: String) {
        let query = RunQuery([RunQuery.Condition(.id, .equal, [.text(id.text)])])
        guard let listed = try desk.store.runs(query, limit: 1).first else { throw Fault.notFound(runs: id) }
        return try document(listed, try desk.declared.current())
    }

    private func document(
        _ listed: ListedRun, _ reading: DeclaredObjects.Reading
    ) throws -> (json: JSONValue, etag: String) {
        // The journal knows of every call that was answered; the run itself is told at its end.
        let isSending = !listed.run.state.isTerminal && listed.sentBytes > 0
        let counts = isSending ? try desk.store.pushCounts(of: listed.run.id) : nil
        return RunDocument(listed, counts: counts, reading: reading, owner: owner).document()
    }

    private static func position(_ run: ListedRun) -> ListPosition {
        let key =
            switch run.key {
            case .text(let text): text
            case .number(let number): String(number)
            }
        return ListPosition(key: key, tie: String(run.sequence))
    }

    private static func position(_ position: ListPosition, _ order: RunQuery.Order) throws(Fault) -> RunQuery.Position {
        guard let sequence = Int(position.tie) else {
            throw .badRequest("continuationToken is none that this list gave out")
        }
        if order == .id { return RunQuery.Position(key: .text(position.key), sequence: sequence) }
        guard let key = Int64(position.key) else {
            throw .badRequest("continuationToken is none that this list gave out")
        }
        return RunQuery.Position(key: .number(key), sequence: sequence)
    }
}

extension Response {
    /// A page of a list, and where the next one is.
    static func list(
        _ list: String, _ asked: ListRequest, items: [JSONValue], next: ListPosition?, count: Int?
    ) throws -> Response {
        let members = asked.filter.members
        let shown = members.isEmpty ? items : items.map { $0.keeping(only: members) }
        let link = try next.map { try "/\(list)?continuationToken=\(asked.token(after: $0, of: list))" }
        return .json([
            "items": .list(shown), "_links": link.map { ["next": ["href": .text($0)]] } ?? [:],
            "count": count.map(JSONValue.count),
        ])
    }
}
