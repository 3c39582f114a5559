import Foundation
import Store
import TidegateModel

@testable import Server

/// What the pages' tests look at: two dataflows with files, one to a connector, and runs of every state.
enum Sample {
    static let noon = Instant(milliseconds: 1_795_262_400_000)

    static func id(_ number: Int) -> UUID {
        UUID(uuidString: "00000000-0000-4000-8000-" + String(("000000000000" + String(number)).suffix(12))) ?? UUID()
    }

    static let segments = ["vip", "lapsed", "news"].enumerated().map { index, name in
        Segment(
            id: id(10 + index), name: name, description: index == 0 ? "Who orders <often>" : "",
            rule: index == 0 ? "orders >= 5 AND country IN ('SE', 'NO')" : "orders < \(index + 2)"
        )
    }

    static func spec(at: String = "06:00", hostile: String = "/outbox/daily") -> JobSpec {
        JobSpec(
            profile: ProfileSchema(
                key: "email", attributes: [Attribute("email", .text, personal: true), Attribute("orders", .integer)]
            ),
            segmentation: Segmentation(at: LocalTime(iso: "02:00") ?? .midnight, timeZone: "Europe/Stockholm"),
            segments: segments,
            destinations: [
                Destination(id: id(20), name: "drop", place: .directory(DirectoryPlace(path: hostile))),
                Destination(id: id(21), name: "bucket", place: .s3(S3Place(bucket: "exports", path: "in"))),
                Destination(
                    id: id(22), name: "mail",
                    place: .sendgrid(SendGridPlace(apiKey: Secret("${env:SENDGRID_KEY}")))
                ),
            ],
            dataflows: [
                dataflow(1, "vip-nightly", "bucket", ["vip", "lapsed"], at: at),
                dataflow(2, "weekly-news", "drop", ["news"], at: "21:30"), push,
            ]
        )
    }

    static func dataflow(_ number: Int, _ name: String, _ destination: String, _ segments: [String], at: String)
        -> Dataflow
    {
        Dataflow(
            id: id(number), name: name, destination: destination, segments: segments,
            schedule: Schedule(
                frequency: .daily, trigger: .scheduled, at: LocalTime(iso: at),
                start: LocalDate(year: 2026, month: 11, day: 1), timeZone: "Europe/Stockholm"
            ),
            mapping: [
                MappedColumn(.attribute("email"), header: "email", required: true),
                MappedColumn(.attribute("orders"), header: "orders"),
            ]
        )
    }

    private static let push: Dataflow = {
        var push = dataflow(3, "mail-push", "mail", ["vip", "news"], at: "07:00")
        push.push = PushOptions(list: "list-1", onLeave: .remove)
        return push
    }()

    /// `cycles` snapshots, one a day, the newest first.
    static func snapshots(_ cycles: Int) -> [Snapshot] {
        (0..<cycles).map { age in
            Snapshot(
                id: id(900 - age), sequence: Int64(1000 - age), nominal: noon - .hours(10) - .days(Int64(age)),
                publishedAt: noon - .hours(9) - .days(Int64(age)), profiles: 20_000,
                segments: segments.enumerated().map { index, segment in
                    SnapshotSegment(
                        segment: SegmentReference(segment), members: 4_000 * (index + 1) + (age * 37) % 400,
                        joined: 40 + age, left: 12
                    )
                }
            )
        }
    }

    static func sights(_ cycles: Int, work: [WorkProgress] = []) -> Sights {
        let snapshots = snapshots(cycles)
        return Sights(
            snapshots: { Array(snapshots.prefix($0)) },
            snapshot: { wanted in snapshots.first { $0.id == wanted } },
            history: { segment, limit in
                snapshots.prefix(limit).flatMap { snapshot in
                    snapshot.segments.filter { $0.segment.id == segment }
                        .map { SegmentSize(snapshot: snapshot.id, nominal: snapshot.nominal, counts: $0) }
                }
            },
            overlap: { _, _, _ in 1_500 }, work: { work }
        )
    }
}

/// Makes runs by the steps that the scheduler takes.
struct RunMaker {
    let store: Store

    func run(
        _ number: Int, of dataflow: Dataflow, _ segments: [String], at nominal: Instant, state: RunState = .queued,
        reason: String? = nil, trigger: Run.Trigger = .scheduled
    ) -> Run {
        Run(
            id: Sample.id(number), dataflow: dataflow.id, dataflowName: dataflow.name, revision: 1,
            segments: Sample.segments.filter { segments.contains($0.name) }.map(SegmentReference.init),
            trigger: trigger, state: state, reason: reason, snapshot: Sample.id(900), scheduledFor: nominal,
            queuedAt: nominal + .seconds(2), finishedAt: state.isTerminal ? nominal + .seconds(2) : nil
        )
    }

    /// Puts it into the ledger.
    func record(_ run: Run, _ outcome: OccurrenceOutcome = .fired, _ reason: ReasonCode? = nil) throws {
        let occurrence = Occurrence(
            dataflow: run.dataflow, segment: run.segments.count == 1 ? run.segments[0].id : nil,
            scheduledFor: run.scheduledFor, snapshot: nil
        )
        let decision = LedgerDecision(
            occurrence: occurrence, outcome: outcome, reason: reason, run: run, yieldsToLiveRun: false
        )
        try store.record([decision], plannedThrough: [:], at: run.queuedAt, actor: "planner")
    }

    func claim(_ run: Run, at now: Instant? = nil) throws -> Claim {
        let claimed = try store.claim(
            owner: "scheduler", lease: .seconds(60), at: now ?? run.queuedAt + .seconds(3), only: [run.id]
        )
        return Claim(run: run.id, owner: "scheduler", attempt: claimed?.attempts ?? 0)
    }

    /// Through the queue and an attempt to its end.
    func end(_ run: Run, _ outcome: RunOutcome, files: [DeliveredFile] = [], after span: Span = .seconds(95)) throws {
        try record(run)
        let claim = try claim(run)
        for (position, file) in files.enumerated() {
            _ = try store.recordDelivery(of: file, position: position, claim)
        }
        _ = try store.finish(claim, outcome, at: run.queuedAt + .seconds(3) + span, actor: "scheduler")
    }

    func complete(_ run: Run, rows: Int, skipped: [String: Int] = [:], bytes: Int? = nil) throws {
        let skips = skipped.values.reduce(0, +)
        let file = DeliveredFile(
            path: "s3://exports/in", name: "\(run.dataflowName)_\(run.scheduledFor.milliseconds).csv", rows: rows,
            size: bytes ?? rows * 48, sha256: String(repeating: "ab12", count: 16)
        )
        let counts = RunCounts(selected: rows + skips, exported: rows, skipped: skipped)
        try end(
            run, RunOutcome(.delivered, attempt: "delivered", counts: counts, movesBaseline: true), files: [file],
            after: .seconds(Int64(20 + rows % 300))
        )
    }

    /// A push of three batches, of which the receiver refused some.
    func push(_ run: Run) throws {
        try record(run, .late)
        let claim = try claim(run)
        let plan = (1...3).map {
            PlannedBatch(
                number: $0, page: $0, through: Array("k\($0)".utf8), contacts: 1_000, bytes: 210_000, digest: "d\($0)",
                skipped: $0 == 1 ? ["missing-email": 12] : [:]
            )
        }
        let now = run.queuedAt + .seconds(5)
        _ = try store.plan(plan, claim, at: now)
        let settlements = [
            BatchSettlement(1, .confirmed, job: "job-1", figures: ["created": 40, "updated": 960]),
            BatchSettlement(
                2, .confirmedInPart, job: "job-2",
                rejections: [
                    .init(key: "anna@example.org", profile: 7, code: "invalid-address", message: "address is not valid")
                ], unnamed: 1, figures: ["created": 1, "updated": 997, "errored": 2]
            ),
            BatchSettlement(3, .confirmed, job: "job-3", figures: ["updated": 1_000]),
        ]
        var settled: [BatchSettlement] = []
        for (number, settlement) in settlements.enumerated() {
            _ = try store.advance(settling: settled, sending: [number + 1], claim, at: now + .seconds(Int64(number)))
            settled = [settlement]
        }
        _ = try store.advance(settling: settled, claim, at: now + .seconds(9))
        var counts = try store.pushCounts(of: run.id)
        counts.selected = counts.accounted
        _ = try store.finish(
            claim,
            RunOutcome(
                .deliveredInPart, attempt: "delivered-in-part", reason: "receiver refused 2 profiles", counts: counts,
                movesBaseline: true
            ), at: now + .seconds(12), actor: "scheduler"
        )
    }
}
