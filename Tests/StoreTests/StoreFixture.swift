import Digests
import Foundation
import GRDB
import Store
import TidegateModel
import TidegateTesting

/// A store in a folder of its own, with one dataflow of two segments applied at `start`.
struct StoreFixture {
    static let start = Instant(milliseconds: 1_795_219_200_000)

    let folder: TemporaryFolder
    let store: Store
    let spec: JobSpec

    init() throws {
        folder = try TemporaryFolder()
        store = try Store(path: folder.path + "/tidegate.sqlite", role: .owner)
        spec = Self.spec()
        try store.apply(spec, from: ScheduleCursor(instant: Self.start, snapshot: nil), actor: "test")
    }

    var dataflow: Dataflow { spec.dataflows[0] }

    static func spec(segments: [String] = ["vip", "lapsed"], at: String = "06:00") -> JobSpec {
        JobSpec(
            profile: ProfileSchema(key: "id", attributes: [Attribute("id", .text), Attribute("orders", .integer)]),
            segments: segments.map { Segment(id: UUID(kind: "Segment", name: $0), name: $0, rule: "orders > 1") },
            destinations: [
                Destination(
                    id: UUID(kind: "Destination", name: "drop"), name: "drop",
                    place: .directory(DirectoryPlace(path: "/outbox")))
            ],
            dataflows: [
                Dataflow(
                    id: UUID(kind: "Dataflow", name: "nightly"), name: "nightly", destination: "drop",
                    segments: segments,
                    schedule: Schedule(frequency: .daily, trigger: .scheduled, at: LocalTime(iso: at)),
                    mapping: [MappedColumn(.attribute("id"), header: "id")]
                )
            ]
        )
    }

    func run(
        of dataflow: Dataflow? = nil, segment name: String = "vip", state: RunState = .queued,
        trigger: Run.Trigger = .scheduled,
        snapshot: UUID? = UUID(), scheduledFor: Instant = start, reason: String? = nil
    ) -> Run {
        let dataflow = dataflow ?? self.dataflow
        return Run(
            id: UUID(), dataflow: dataflow.id, dataflowName: dataflow.name, revision: 1,
            segments: [SegmentReference(id: UUID(kind: "Segment", name: name), name: name)], trigger: trigger,
            state: state, reason: reason, snapshot: snapshot, scheduledFor: scheduledFor, queuedAt: Self.start,
            finishedAt: state.isTerminal ? Self.start : nil
        )
    }

    func decision(
        _ run: Run, _ outcome: OccurrenceOutcome = .fired, reason: ReasonCode? = nil, yields: Bool = true
    ) -> LedgerDecision {
        LedgerDecision(
            occurrence: Occurrence(
                dataflow: run.dataflow, segment: run.segments.first?.id, scheduledFor: run.scheduledFor, snapshot: nil
            ),
            outcome: outcome, reason: reason, run: run, yieldsToLiveRun: yields
        )
    }

    /// Puts a run into the ledger and claims it.
    func claimed(_ run: Run, owner: String = "me", at now: Instant = start) throws -> Claim {
        try store.record([decision(run, yields: false)], plannedThrough: [:], at: now, actor: "test")
        let claimed = try requireValue(try store.claim(owner: owner, lease: .seconds(60), at: now, only: [run.id]))
        return Claim(run: run.id, owner: owner, attempt: claimed.attempts)
    }

    /// A second connection, for looking underneath.
    func underneath() throws -> DatabaseQueue {
        try DatabaseQueue(path: folder.path + "/tidegate.sqlite")
    }
}

struct MissingValue: Error {}

func requireValue<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw MissingValue() }
    return value
}
