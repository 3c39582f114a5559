import Foundation
import Store
import TidegateModel
import TidegateTesting
import Transfer

@testable import Server

/// A server with some flows, and runs as the test wants them.
struct FlowFixture {
    static let base = "/data/foundation/flowservice"
    static let vip = Segment(id: id(1), name: "vip", rule: "orders > 1")
    static let lapsed = Segment(id: id(2), name: "lapsed", rule: "orders < 1")
    static let drop = Destination(id: id(3), name: "drop", place: .directory(DirectoryPlace(path: "/outbox")))
    static let hook = Destination(
        id: id(4), name: "hook",
        place: .webhook(WebhookPlace(url: Secret("${env:U}"), signingKey: Secret("${env:K}")))
    )

    let server: ServerFixture
    let flows: [Dataflow]
    var store: Store { server.store }

    init(
        _ flows: [Dataflow], access: Access = Access(tokens: [(ServerFixture.token, .admin)]),
        controls: @escaping @Sendable (Store) -> Controls = { _ in .nothing }
    ) async throws {
        self.flows = flows
        server = try await ServerFixture(Self.spec(flows), access: access, controls: controls)
    }

    static func spec(_ flows: [Dataflow]) -> JobSpec {
        JobSpec(
            profile: ProfileSchema(key: "id", attributes: [Attribute("id", .text), Attribute("orders", .integer)]),
            segments: [vip, lapsed], destinations: [drop, hook], dataflows: flows
        )
    }

    /// The same id for the same number.
    static func id(_ number: Int) -> UUID {
        let digits = String(number)
        let text = "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
        return UUID(uuidString: text) ?? UUID()
    }

    static func flow(
        _ number: Int, name: String? = nil, destination: String = "drop", segments: [String] = ["vip"],
        schedule: Schedule = Schedule(frequency: .daily, trigger: .scheduled, at: LocalTime(iso: "06:00")),
        enabled: Bool = true, detached: Bool = false
    ) -> Dataflow {
        Dataflow(
            id: id(1000 + number), name: name ?? "flow-\(number)", destination: destination, segments: segments,
            schedule: schedule, mapping: [MappedColumn(.attribute("id"), header: "id")], isEnabled: enabled,
            isDetached: detached
        )
    }

    func run(
        _ number: Int, flow: Int = 0, segments: [Segment] = [vip], state: RunState = .queued, reason: String? = nil,
        at instant: Instant = ServerFixture.noon
    ) -> Run {
        Run(
            id: Self.id(5000 + number), dataflow: flows[flow].id, dataflowName: flows[flow].name, revision: 1,
            segments: segments.map(SegmentReference.init), trigger: .scheduled, state: state, reason: reason,
            snapshot: Self.id(9), scheduledFor: instant, queuedAt: instant, finishedAt: state.isTerminal ? instant : nil
        )
    }

    /// Puts runs into the ledger as they are.
    func record(_ runs: [Run]) throws {
        let decisions = runs.enumerated().map { number, run in
            let nominal = run.scheduledFor + .milliseconds(Int64(number))
            return LedgerDecision(
                occurrence: Occurrence(
                    dataflow: run.dataflow, segment: run.segments.first?.id, scheduledFor: nominal, snapshot: run.id
                ),
                outcome: .fired, reason: nil, run: run, yieldsToLiveRun: false
            )
        }
        try store.record(decisions, plannedThrough: [:], at: ServerFixture.noon, actor: "planner")
    }

    /// Takes a run that waits through an attempt.
    func end(
        _ run: Run, _ event: RunEvent, counts: RunCounts? = nil, reason: String? = nil, files: [DeliveredFile] = [],
        after span: Span = .minutes(1)
    ) throws {
        let start = ServerFixture.noon + .seconds(1)
        let claimed = try store.claim(owner: "me", lease: .seconds(60), at: start, only: [run.id])
        let claim = Claim(run: run.id, owner: "me", attempt: claimed?.attempts ?? 0)
        for (position, file) in files.enumerated() { _ = try store.recordDelivery(of: file, position: position, claim) }
        let outcome = RunOutcome(
            event, attempt: event == .delivered ? "delivered" : "gave-up", reason: reason, counts: counts,
            retryAt: event == .deferred ? start + span : nil
        )
        _ = try store.finish(claim, outcome, at: start + span, actor: "me")
    }

    func get(_ path: String, token: String? = ServerFixture.token, headers: [String] = []) async throws
        -> TransferAnswer
    {
        try await server.call(Self.base + path, token: token, headers: headers)
    }

    /// The items of a list, and what else is in the answer.
    func list(_ path: String) async throws -> (items: [[String: Any]], answer: [String: Any]) {
        let answer = try await get(path).json()
        return (answer["items"] as? [[String: Any]] ?? [], answer)
    }

    /// Every page of a list, each reached as clients do: by what follows the first `=` of the link.
    func pages(_ path: String, between: () throws -> Void = {}) async throws -> [[[String: Any]]] {
        let list = path.split(separator: "?")[0]
        var pages: [[[String: Any]]] = []
        var next: String? = path
        while let path = next, pages.count < 100 {
            let (items, answer) = try await self.list(path)
            pages.append(items)
            let link = (answer["_links"] as? [String: [String: String]])?["next"]?["href"]
            next = link.map { "\(list)?continuationToken=\($0.split(separator: "=")[1])" }
            try between()
        }
        return pages
    }
}

extension [String: Any] {
    /// The value below these names and places.
    func at(_ path: String) -> Any? {
        var value: Any? = self
        for step in path.split(separator: "/") {
            if let place = Int(step) {
                value = (value as? [Any]).flatMap { $0.indices.contains(place) ? $0[place] : nil }
            } else {
                value = (value as? [String: Any])?[String(step)]
            }
        }
        return value
    }

    func text(_ path: String) -> String? { at(path) as? String }
    func number(_ path: String) -> Int? { at(path) as? Int }
}
