import Digests
import Foundation
import Store
import TidegateModel
import TidegateTesting
import Transfer

@testable import Server

/// A server whose orders are recorded, and queued in its store as the engine queues them, guardrails aside.
struct AdHocFixture {
    static let path = "/data/core/activation/disflowprovider/adhocrun"
    static let second = "Accept: application/vnd.adobe.adhoc.activation+json; version=2"

    let server: ServerFixture
    let orders: OrderBook

    /// - Parameter refusal: what every order is refused with.
    init(refusal: (any Error)? = nil, scope: Scope = .trigger) async throws {
        let orders = OrderBook(refusal: refusal)
        self.orders = orders
        server = try await ServerFixture(Self.spec, access: Access(tokens: [(ServerFixture.token, scope)])) { store in
            orders.controls(store)
        }
    }

    static let spec = JobSpec(
        profile: ProfileSchema(key: "id", attributes: [Attribute("id", .text)]),
        segments: ["vip", "lapsed"].map { Segment(id: id("Segment", $0), name: $0, rule: "id is not null") },
        destinations: [
            Destination(
                id: id("Destination", "drop"), name: "drop", place: .directory(DirectoryPlace(path: "/outbox"))
            )
        ],
        dataflows: ["files", "contacts", "ids"].map { name in
            Dataflow(
                id: id("Dataflow", name), name: name, destination: "drop", segments: ["vip", "lapsed"],
                schedule: Schedule(frequency: .daily, trigger: .afterSegmentation),
                mapping: [MappedColumn(.attribute("id"), header: "id")]
            )
        }
    )

    static func id(_ kind: String, _ name: String) -> UUID { UUID(kind: kind, name: name) }
    static func dataflow(_ name: String) -> String { id("Dataflow", name).text }
    static func segment(_ name: String) -> String { id("Segment", name).text }

    /// A body that asks for these segments of these dataflows, by their names.
    static func body(_ info: [String: [String]] = ["files": ["vip"]], exportIds: String? = nil) throws -> String {
        let info = Dictionary(uniqueKeysWithValues: info.map { (dataflow($0), $1.map(segment)) })
        let json = String(decoding: try JSONEncoder().encode(["activationInfo": info]), as: UTF8.self)
        guard let exportIds else { return json }
        return json.dropLast() + ", \"exportIds\": \(exportIds)}"
    }

    func post(
        _ body: String, accept: String? = second, type: String = "application/json", headers: [String] = []
    ) async throws -> TransferAnswer {
        // curl leaves a header out that has no value.
        let lines = ["Content-Type: \(type)", accept ?? "Accept:"] + headers
        return try await server.call(Self.path, method: "POST", headers: lines, body: body)
    }

    func post(_ info: [String: [String]] = ["files": ["vip"]], key: String? = nil) async throws -> TransferAnswer {
        try await post(Self.body(info), headers: key.map { ["Idempotency-Key: \($0)"] } ?? [])
    }

    func advance(by span: Span) {
        server.clock.advance(by: span)
        orders.now.withLock { $0 = $0 + span }
    }

    /// Every run that there is comes to its end.
    func endRuns() throws {
        for run in try server.store.liveRuns() {
            _ = try server.store.requestCancel(of: run.id, at: server.clock.now(), actor: "test")
        }
    }

    var audit: [AuditEntry] {
        get throws { try server.store.audit(limit: 100).map(\.entry) }
    }
}

/// The orders that came through.
final class OrderBook: Sendable {
    /// The server's clock is made after this.
    let now = Locked(ServerFixture.noon)
    private let orders = Locked<[AdHocOrder]>([])
    private let refusal: (any Error)?

    init(refusal: (any Error)?) { self.refusal = refusal }

    var all: [AdHocOrder] { orders.withLock { $0 } }

    func controls(_ store: Store) -> Controls {
        var controls = Controls.nothing
        controls.force = { [self] order, actor in
            orders.withLock { $0.append(order) }
            if let refusal { throw refusal }
            let runs = order.items.flatMap { Self.runs($0, order) }
            try store.queueAdHoc(runs, for: order.request, at: now.withLock { $0 }, actor: actor)
            return runs
        }
        return controls
    }

    /// One for each segment, for `contacts` one for all of them, and for `ids` one for all that the dataflow has.
    private static func runs(_ item: AdHocOrder.Item, _ order: AdHocOrder) -> [Run] {
        let name = AdHocFixture.spec.dataflows.first { $0.id == item.dataflow }?.name ?? ""
        var seen: Set<UUID> = []
        let asked = item.segments.filter { seen.insert($0).inserted }.map { SegmentReference(id: $0, name: "") }
        let segments = name == "ids" ? AdHocFixture.spec.segments.map(SegmentReference.init) : asked
        return (name == "files" ? segments.map { [$0] } : [segments]).map {
            Run(
                id: UUID(), dataflow: item.dataflow, dataflowName: name, revision: 1, segments: $0, trigger: .adHoc,
                state: .queued, snapshot: order.snapshot, scheduledFor: ServerFixture.noon, queuedAt: ServerFixture.noon
            )
        }
    }
}

extension TransferAnswer {
    /// The records of an answer to an ad-hoc call.
    func records() throws -> [[String: String]] {
        try json()["order"] as? [[String: String]] ?? []
    }

    func message() throws -> String? { try json()["message"] as? String }
    func code() throws -> String? { try json()["code"] as? String }
}
