import Engine
import Foundation
import Store
import Testing
import TidegateModel

@Suite struct PlannerTests {
    static let morning = Instant(milliseconds: 1_795_240_800_000)  // 2026-11-21T06:00:00Z
    static let vip = Segment(id: UUID(), name: "vip", rule: "true")
    static let lapsed = Segment(id: UUID(), name: "lapsed", rule: "true")

    private func dataflow(
        _ frequency: Frequency = .daily, _ trigger: ScheduleTrigger = .scheduled, onMiss: MissPolicy = .runLatest,
        deadline: Span = .hours(6), enabled: Bool = true, end: LocalDate? = nil, segments: [String] = ["vip"]
    ) -> Dataflow {
        Dataflow(
            id: UUID(), name: "nightly", destination: "drop", segments: segments,
            schedule: Schedule(
                frequency: frequency, trigger: trigger, at: trigger == .scheduled ? LocalTime(iso: "06:00") : nil,
                start: LocalDate(iso: "2026-01-01"), end: end, onMiss: onMiss, deadline: deadline
            ),
            mapping: [], isEnabled: enabled
        )
    }

    private func snapshot(
        _ nominal: Instant, publishedAfter delay: Span = .minutes(5), segments: [Segment] = [vip, lapsed]
    )
        -> Snapshot
    {
        Snapshot(
            id: UUID(), sequence: 1, nominal: nominal, publishedAt: nominal + delay, profiles: 10,
            segments: segments.map {
                SnapshotSegment(segment: SegmentReference(id: $0.id, name: $0.name), members: 1, joined: 1, left: 0)
            }
        )
    }

    private func decide(
        _ dataflow: Dataflow, since: Span, now: Instant = morning, published: [Snapshot] = [], latest: Snapshot? = nil,
        hasFired: Bool = false, isPaused: Bool = false
    ) -> [LedgerDecision] {
        let spec = JobSpec(
            profile: ProfileSchema(key: "id", attributes: []), segments: [Self.vip, Self.lapsed], dataflows: [dataflow]
        )
        let planner = OccurrencePlanner(
            spec: spec, revisions: [dataflow.id: 3], paused: isPaused ? [dataflow.id] : [], now: now
        )
        let newest = latest ?? published.last ?? snapshot(now - .days(1))
        return planner.decide(
            dataflow,
            .init(plannedThrough: now - since, published: published, latest: newest, hasFired: hasFired)
        )
    }

    private func summary(_ decisions: [LedgerDecision]) -> [String] {
        decisions.map { "\($0.occurrence.scheduledFor) \($0.outcome.rawValue) \($0.reason?.rawValue ?? "-")" }
    }

    @Test func `what comes due while a dataflow is paused is in the ledger as skipped, and nothing is queued`() throws {
        let decisions = decide(dataflow(), since: .hours(1), isPaused: true)
        #expect(summary(decisions) == ["2026-11-21T06:00:00Z skipped dataflow-paused"])
        #expect(decisions.map(\.run.state) == [.skipped])
    }

    @Test func `an occurrence that is due fires on the latest snapshot`() throws {
        let decisions = decide(dataflow(), since: .hours(1))
        #expect(summary(decisions) == ["2026-11-21T06:00:00Z fired -"])
        let run = try #require(decisions.first?.run)
        #expect(run.state == .queued)
        #expect(run.revision == 3)
        #expect(run.trigger == .scheduled)
        #expect(run.snapshot != nil)
    }

    @Test func `nothing is decided that is decided already`() {
        #expect(decide(dataflow(), since: .milliseconds(0)) == [])
        #expect(decide(dataflow(), since: .hours(1), now: Self.morning - .milliseconds(1)) == [])
    }

    @Test func `each segment has its own occurrence and run`() {
        let decisions = decide(dataflow(segments: ["vip", "lapsed"]), since: .hours(1))
        #expect(decisions.map { $0.run.segments.map(\.name) } == [["vip"], ["lapsed"]])
        #expect(Set(decisions.map(\.run.id)).count == 2)
    }

    @Test func `after a night without a scheduler the newest occurrence runs late and the older are missed`() {
        let now = Self.morning + .hours(2)
        let decisions = decide(dataflow(), since: .hours(51), now: now)
        #expect(
            summary(decisions) == [
                "2026-11-19T06:00:00Z missed past-deadline", "2026-11-20T06:00:00Z missed past-deadline",
                "2026-11-21T06:00:00Z late -",
            ]
        )
    }

    @Test func `within a long deadline only the newest runs and the others say what superseded them`() {
        let now = Self.morning + .hours(2)
        let decisions = decide(dataflow(deadline: .days(5)), since: .hours(51), now: now)
        #expect(
            summary(decisions) == [
                "2026-11-19T06:00:00Z missed superseded-by-newer", "2026-11-20T06:00:00Z missed superseded-by-newer",
                "2026-11-21T06:00:00Z late -",
            ]
        )
    }

    @Test func `run-all runs every occurrence within the deadline`() {
        let decisions = decide(
            dataflow(onMiss: .runAll, deadline: .hours(30)), since: .hours(51), now: Self.morning + .hours(2)
        )
        #expect(
            summary(decisions) == [
                "2026-11-19T06:00:00Z missed past-deadline", "2026-11-20T06:00:00Z late -",
                "2026-11-21T06:00:00Z late -",
            ]
        )
        #expect(decisions.allSatisfy { !$0.yieldsToLiveRun })
    }

    @Test func `skip runs nothing that is late, and still what is in time`() {
        let late = decide(dataflow(onMiss: .skip), since: .hours(30), now: Self.morning + .hours(2))
        #expect(
            summary(late) == [
                "2026-11-20T06:00:00Z missed past-deadline", "2026-11-21T06:00:00Z missed miss-policy-skip",
            ]
        )
        #expect(summary(decide(dataflow(onMiss: .skip), since: .hours(1))) == ["2026-11-21T06:00:00Z fired -"])
    }

    @Test func `a missed occurrence is a run that ended as missed`() throws {
        let decision = try #require(decide(dataflow(), since: .hours(30), now: Self.morning + .hours(7)).last)
        #expect(decision.run.state == .missed)
        #expect(decision.run.reason == "past-deadline")
        #expect(decision.run.finishedAt == Self.morning + .hours(7))
    }

    @Test func `a published snapshot fires what waits for it, once per snapshot`() {
        let today = snapshot(Self.morning - .minutes(5))
        let decisions = decide(dataflow(.daily, .afterSegmentation), since: .hours(1), published: [today])
        #expect(summary(decisions) == ["2026-11-21T05:55:00Z fired -"])
        #expect(decisions.first?.occurrence.snapshot == today.id)
        #expect(decisions.first?.run.snapshot == today.id)
        #expect(decisions.first?.run.trigger == .afterSegmentation)
    }

    @Test func `lateness counts from the publication, not from when the cycle should have begun`() {
        let slow = snapshot(Self.morning - .hours(8), publishedAfter: .hours(8))
        let decisions = decide(dataflow(.daily, .afterSegmentation), since: .hours(1), published: [slow])
        #expect(decisions.map(\.outcome) == [.fired])
    }

    @Test func `of several snapshots that nobody exported the newest runs`() {
        let old = snapshot(Self.morning - .hours(3))
        let new = snapshot(Self.morning - .hours(2))
        let decisions = decide(dataflow(.daily, .afterSegmentation), since: .hours(10), published: [old, new])
        #expect(decisions.map(\.outcome) == [.missed, .late])
        #expect(decisions.map(\.reason) == [.supersededByNewer, nil])
    }

    @Test func `once after segmentation fires for the first snapshot only`() {
        let first = snapshot(Self.morning - .minutes(6))
        let second = snapshot(Self.morning - .minutes(5))
        let once = dataflow(.once, .afterSegmentation)
        #expect(decide(once, since: .hours(1), published: [first, second]).count == 1)
        #expect(decide(once, since: .hours(1), published: [second], hasFired: true) == [])
    }

    @Test func `the end date is exclusive for snapshots too`() {
        let today = snapshot(Self.morning - .minutes(5))
        let ended = dataflow(.daily, .afterSegmentation, end: LocalDate(iso: "2026-11-21"))
        let lastDay = dataflow(.daily, .afterSegmentation, end: LocalDate(iso: "2026-11-22"))
        #expect(decide(ended, since: .hours(1), published: [today]) == [])
        #expect(decide(lastDay, since: .hours(1), published: [today]).count == 1)
    }

    @Test func `a switched-off dataflow leaves a row that says so`() {
        #expect(
            summary(decide(dataflow(enabled: false), since: .hours(1))) == [
                "2026-11-21T06:00:00Z skipped dataflow-disabled"
            ])
    }

    @Test func `a segment that the snapshot does not have yet is skipped, never exported empty`() {
        let old = snapshot(Self.morning - .days(1), segments: [Self.lapsed])
        #expect(
            summary(decide(dataflow(), since: .hours(1), latest: old)) == [
                "2026-11-21T06:00:00Z skipped segment-not-in-snapshot"
            ])
    }

    @Test func `files whose rows list a person's segments take all of them in one run`() throws {
        var dataflow = dataflow(segments: ["vip", "lapsed"])
        #expect(decide(dataflow, since: .hours(1)).map { $0.run.segments.map(\.name) } == [["vip"], ["lapsed"]])
        dataflow.file.audienceManager = AudienceManagerLayout(dataSource: "gaid")
        let decisions = decide(dataflow, since: .hours(1))
        #expect(decisions.map { $0.run.segments.map(\.name) } == [["vip", "lapsed"]])
        #expect(decisions.map(\.occurrence.segment) == [nil])
    }
}
