import Foundation
import Store
import TidegateModel

/// Decides what becomes of the occurrences of a dataflow. Pure: reads no clock and no store.
package struct OccurrencePlanner: Sendable {
    /// Lateness up to this is how long deciding takes, not a miss.
    static let tolerance = Span.seconds(60)

    let spec: JobSpec
    let revisions: [UUID: Int]
    /// Dataflows that somebody paused.
    let paused: Set<UUID>
    let now: Instant

    package init(spec: JobSpec, revisions: [UUID: Int], paused: Set<UUID> = [], now: Instant) {
        self.spec = spec
        self.revisions = revisions
        self.paused = paused
        self.now = now
    }

    /// What the planner knows about the past of one dataflow.
    package struct Past: Sendable {
        /// Up to here every instant is decided, inclusive.
        package var plannedThrough: Instant
        /// Up to here instants are to be decided, inclusive; nil for now. A part of a long past is decided at a time.
        package var through: Instant?
        /// Snapshots that were not looked at yet, oldest first.
        package var published: [Snapshot]
        /// The newest snapshot there is.
        package var latest: Snapshot?
        /// Whether any earlier occurrence made an export.
        package var hasFired: Bool

        package init(
            plannedThrough: Instant, through: Instant? = nil, published: [Snapshot], latest: Snapshot?, hasFired: Bool
        ) {
            self.plannedThrough = plannedThrough
            self.through = through
            self.published = published
            self.latest = latest
            self.hasFired = hasFired
        }
    }

    /// Every occurrence since `past.plannedThrough`, decided, oldest first; one decision per segment.
    package func decide(_ dataflow: Dataflow, _ past: Past) -> [LedgerDecision] {
        let candidates = candidates(of: dataflow, past)
        let newest = past.through.map { $0 < now } ?? false ? nil : candidates.last?.dueAt
        let verdicts = candidates.map { verdict(on: $0, dataflow.schedule, newest: newest) }
        let exports = exports(of: dataflow)
        return zip(candidates, verdicts).flatMap { candidate, verdict in
            exports.map { decision(on: candidate, verdict, segments: $0, of: dataflow) }
        }
    }

    /// The segments of each run that an occurrence makes: one run for all of them where they go together, else one for
    /// each.
    private func exports(of dataflow: Dataflow) -> [[Segment]] {
        let segments = dataflow.segments.compactMap(spec.segment(named:))
        return spec.takesSegmentsTogether(dataflow) ? [segments] : segments.map { [$0] }
    }

    private struct Candidate {
        let scheduledFor: Instant
        /// From when on the occurrence could fire: for a snapshot, when it was published.
        let dueAt: Instant
        /// The snapshot that made the occurrence.
        let origin: UUID?
        /// The snapshot that would be exported.
        let snapshot: Snapshot?
    }

    private struct Verdict {
        let outcome: OccurrenceOutcome
        let reason: ReasonCode?
    }

    private func candidates(of dataflow: Dataflow, _ past: Past) -> [Candidate] {
        let schedule = dataflow.schedule
        switch schedule.trigger {
        case .scheduled:
            let through = past.through ?? now
            guard past.plannedThrough < through else { return [] }
            let range = past.plannedThrough + .milliseconds(1)..<through + .milliseconds(1)
            return schedule.occurrences(in: range).map { occurrence in
                Candidate(
                    scheduledFor: occurrence.scheduledFor, dueAt: occurrence.scheduledFor, origin: nil,
                    snapshot: past.latest
                )
            }
        case .afterSegmentation:
            let candidates = past.published
                .filter { schedule.windowContains($0.nominal) }
                .map { Candidate(scheduledFor: $0.nominal, dueAt: $0.publishedAt, origin: $0.id, snapshot: $0) }
            guard schedule.frequency == .once else { return candidates }
            return past.hasFired ? [] : Array(candidates.prefix(1))
        }
    }

    /// `deadline` first, then `onMiss` for what is late but not too late. `newest` is when the newest candidate of all is due.
    private func verdict(on candidate: Candidate, _ schedule: Schedule, newest: Instant?) -> Verdict {
        let lateness = now - candidate.dueAt
        if lateness > schedule.deadline { return Verdict(outcome: .missed, reason: .pastDeadline) }
        if lateness <= Self.tolerance { return Verdict(outcome: .fired, reason: nil) }
        switch schedule.onMiss {
        case .skip: return Verdict(outcome: .missed, reason: .missPolicySkip)
        case .runAll: return Verdict(outcome: .late, reason: nil)
        case .runLatest:
            return candidate.dueAt == newest
                ? Verdict(outcome: .late, reason: nil) : Verdict(outcome: .missed, reason: .supersededByNewer)
        }
    }

    private func decision(
        on candidate: Candidate, _ verdict: Verdict, segments: [Segment], of dataflow: Dataflow
    ) -> LedgerDecision {
        let verdict = skip(candidate, verdict, segments, dataflow) ?? verdict
        let isExported = verdict.outcome == .fired || verdict.outcome == .late
        let state: RunState = isExported ? .queued : verdict.outcome == .missed ? .missed : .skipped
        let run = Run(
            id: UUID(), dataflow: dataflow.id, dataflowName: dataflow.name, revision: revisions[dataflow.id] ?? 1,
            segments: segments.map { SegmentReference(id: $0.id, name: $0.name) },
            trigger: candidate.origin == nil ? .scheduled : .afterSegmentation, state: state,
            reason: isExported ? nil : verdict.reason?.rawValue, snapshot: candidate.snapshot?.id,
            scheduledFor: candidate.scheduledFor, queuedAt: now, finishedAt: isExported ? nil : now
        )
        return LedgerDecision(
            occurrence: Occurrence(
                dataflow: dataflow.id, segment: spec.takesSegmentsTogether(dataflow) ? nil : segments.first?.id,
                scheduledFor: candidate.scheduledFor, snapshot: candidate.origin
            ),
            outcome: verdict.outcome, reason: verdict.reason, run: run,
            yieldsToLiveRun: dataflow.schedule.onMiss != .runAll
        )
    }

    /// The rule that forbids an export which is in time, if one does.
    private func skip(
        _ candidate: Candidate, _ verdict: Verdict, _ segments: [Segment], _ dataflow: Dataflow
    ) -> Verdict? {
        guard verdict.outcome == .fired || verdict.outcome == .late else { return nil }
        if dataflow.isDetached { return Verdict(outcome: .skipped, reason: .dataflowDetached) }
        if !dataflow.isEnabled { return Verdict(outcome: .skipped, reason: .dataflowDisabled) }
        if paused.contains(dataflow.id) { return Verdict(outcome: .skipped, reason: .dataflowPaused) }
        guard let snapshot = candidate.snapshot else { return Verdict(outcome: .skipped, reason: .noSnapshot) }
        let evaluated = Set(snapshot.segments.map(\.segment.id))
        guard segments.allSatisfy({ evaluated.contains($0.id) }) else {
            return Verdict(outcome: .skipped, reason: .segmentNotInSnapshot)
        }
        return nil
    }
}
