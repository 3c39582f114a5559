import Digests
import Foundation
import Store
import Testing
import TidegateModel
import Transfer

@testable import Server

/// A server over a few segments, with cycles and snapshots as a test makes them.
struct SegmentationFixture {
    let server: ServerFixture
    let snapshots: PublishedSnapshots
    let segments: [Segment]
    /// What the scheduler's clock says.
    private let time: Locked<Instant>

    var store: Store { server.store }
    var noon: Instant { ServerFixture.noon }

    init(
        _ names: [String] = ["buyers", "vip"], at time: String = "02:00", timeZone: String = "Europe/Stockholm",
        access: Access = Access(tokens: [(ServerFixture.token, .admin)])
    ) async throws {
        let segments = names.map {
            Segment(id: UUID(kind: "Segment", name: $0), name: $0, description: "all \($0)", rule: "orders > 1")
        }
        let spec = JobSpec(
            profile: ProfileSchema(key: "id", attributes: [Attribute("id", .text), Attribute("orders", .integer)]),
            segmentation: Segmentation(at: LocalTime(iso: time) ?? .midnight, timeZone: timeZone), segments: segments
        )
        let published = PublishedSnapshots()
        self.segments = segments
        snapshots = published
        let time = Locked(ServerFixture.noon)
        self.time = time
        server = try await ServerFixture(spec, access: access, sights: published.sights) { store in
            var controls = Controls.nothing
            controls.startCycleFor = { try Self.start(for: $0, store, time.withLock { $0 }) }
            return controls
        }
    }

    /// As the scheduler does it.
    private static func start(
        for request: ClientRequest, _ store: Store, _ now: Instant
    ) throws -> (cycle: Cycle, isNew: Bool) {
        if let earlier = try store.cycle(answering: request, at: now) { return (earlier, false) }
        if let going = try store.openCycles().first {
            try store.remember(request, answeredWith: going.sequence, at: now)
            return (going, false)
        }
        let opened = try store.beginCycle(nominal: now, trigger: .onDemand, for: request, at: now)
        return (try #require(opened), true)
    }

    func advance(by span: Span) {
        server.clock.advance(by: span)
        time.withLock { $0 = $0 + span }
    }

    /// Cycles of this store begin one second after each other.
    static func now(_ store: Store) -> Instant {
        let last = try? store.cycles(limit: 1).first?.startedAt
        return (last ?? ServerFixture.noon) + .seconds(1)
    }

    /// A cycle in `state`; one that has ended took 1,500 ms.
    @discardableResult
    func cycle(
        _ state: Cycle.State = .completed, _ trigger: Cycle.Trigger = .scheduled, counts: [(Int, Int, Int)] = []
    ) throws -> Cycle {
        let start = Self.now(store)
        let cycle = try #require(try store.beginCycle(nominal: start, trigger: trigger, at: start))
        let end = start + .milliseconds(1500)
        switch state {
        case .processing: break
        case .retrying:
            try store.deferCycle(cycle.sequence, reason: "source is not there", until: end + .seconds(9), at: end)
        case .failed: try store.failCycle(cycle.sequence, reason: "source has no key column", at: end)
        case .completed:
            let snapshot = Snapshot(
                id: UUID(), sequence: Int64(cycle.sequence), nominal: start, publishedAt: end, profiles: 1000,
                segments: zip(segments, counts).map { segment, counts in
                    SnapshotSegment(
                        segment: SegmentReference(segment), members: counts.0, joined: counts.1, left: counts.2
                    )
                }
            )
            snapshots.add(snapshot)
            try store.completeCycle(cycle.sequence, snapshot: snapshot.id, at: end)
        }
        return try #require(try store.cycle(cycle.sequence))
    }

    func get(_ path: String, headers: [String] = []) async throws -> TransferAnswer {
        try await server.call("/data/core/ups/" + path, headers: headers)
    }

    func json(_ path: String) async throws -> AnsweredJSON {
        let answer = try await get(path)
        try #require(answer.status == 200, "\(path): \(answer.text)")
        return try AnsweredJSON(answer)
    }

    func post(_ body: String, headers: [String] = []) async throws -> TransferAnswer {
        try await server.call("/data/core/ups/segment/jobs", method: "POST", headers: headers, body: body)
    }
}

/// Snapshots as the server sees them, and how often it looked.
final class PublishedSnapshots: Sendable {
    private let known = Locked<[Snapshot]>([])
    private let looks = Locked<[UUID]>([])

    func add(_ snapshot: Snapshot) {
        known.withLock { $0.append(snapshot) }
    }

    func forget(_ id: UUID?) {
        known.withLock { $0.removeAll { $0.id == id } }
    }

    var looked: [UUID] { looks.withLock { $0 } }

    var sights: Sights {
        Sights(
            snapshots: { limit in Array(self.known.withLock { $0 }.reversed().prefix(limit)) },
            snapshot: { id in
                self.looks.withLock { $0.append(id) }
                return self.known.withLock { $0.first { $0.id == id } }
            },
            history: { segment, limit in
                self.known.withLock { $0 }.reversed().compactMap { snapshot in
                    snapshot.segments.first { $0.segment.id == segment }.map {
                        SegmentSize(snapshot: snapshot.id, nominal: snapshot.nominal, counts: $0)
                    }
                }
                .prefix(limit).map(\.self)
            },
            overlap: { _, _, _ in nil }, work: { [] }
        )
    }
}
