import Foundation
import Logging
import Profiles
import Store
import TidegateModel

/// The declared dataflows, and when each next has something to decide.
struct Agenda {
    let spec: JobSpec
    private let revisions: [UUID: Int]
    private let place: Workplace
    /// Absent where a dataflow never has anything to decide. Nil until worked out.
    private var due: [UUID: Instant]?
    /// The first instant of `due`.
    private var earliest: Instant?

    init(_ spec: JobSpec, place: Workplace) throws {
        self.spec = spec
        self.place = place
        revisions = try place.store.dataflowRevisions()
    }

    /// To be called when a snapshot may have been published.
    mutating func lookAgain() {
        due = nil
    }

    /// Decides every occurrence that has come due, or where `everything` is asked for, moves every cursor to `now`.
    mutating func decide(at now: Instant, everything: Bool = false) throws {
        if !everything, due != nil, earliest.map({ $0 > now }) ?? true { return }
        var due = try self.due ?? firstInstants()
        let dataflows = spec.dataflows.filter { everything || due[$0.id].map { $0 <= now } ?? false }
        if !dataflows.isEmpty { try decide(dataflows, at: now) }
        for dataflow in dataflows { due[dataflow.id] = dataflow.schedule.next(after: now)?.scheduledFor }
        self.due = due
        earliest = due.values.min()
    }

    /// A long past, after years without a process or with a wrong clock, is decided in parts of bounded size.
    private func decide(_ dataflows: [Dataflow], at now: Instant) throws {
        let part = Span.days(Int64(max(1, 2000 / dataflows.count)))
        let cursors = try place.store.scheduleCursors()
        var horizon = dataflows.compactMap { cursors[$0.id]?.instant }.min() ?? now
        repeat {
            horizon = min(now, horizon + part)
            try decide(dataflows, through: horizon, at: now)
        } while horizon < now
    }

    private func decide(_ dataflows: [Dataflow], through horizon: Instant, at now: Instant) throws {
        let cursors = try place.store.scheduleCursors()
        let planner = OccurrencePlanner(
            spec: spec, revisions: revisions, paused: try place.store.pausedDataflows(), now: now)
        let latest = try place.profiles.latestSnapshot()
        var published: [UUID?: [Snapshot]] = [:]
        var decisions: [LedgerDecision] = []
        var plannedThrough: [UUID: ScheduleCursor] = [:]
        for dataflow in dataflows {
            guard let cursor = cursors[dataflow.id] else { continue }
            if published[cursor.snapshot] == nil {
                published[cursor.snapshot] = try place.profiles.snapshots(after: cursor.snapshot)
            }
            let hasFired = try dataflow.schedule.frequency == .once && place.store.hasFired(dataflow.id)
            let past = OccurrencePlanner.Past(
                plannedThrough: cursor.instant, through: horizon, published: published[cursor.snapshot] ?? [],
                latest: latest, hasFired: hasFired
            )
            decisions += planner.decide(dataflow, past)
            plannedThrough[dataflow.id] = ScheduleCursor(instant: horizon, snapshot: latest?.id)
        }
        let queued = try place.store.record(decisions, plannedThrough: plannedThrough, at: now, actor: "planner")
        tell(decisions, queued: queued.count)
    }

    private func tell(_ decisions: [LedgerDecision], queued: Int) {
        for decision in decisions where decision.outcome != .fired {
            place.logger.warning(
                "occurrence \(decision.outcome.rawValue)",
                metadata: [
                    "dataflow": "\(decision.run.dataflowName)", "scheduled-for": "\(decision.run.scheduledFor)",
                    "reason": "\(decision.reason?.rawValue ?? "late")",
                ]
            )
        }
        if queued > 0 { place.logger.info("runs queued", metadata: ["runs": "\(queued)"]) }
    }

    private func firstInstants() throws -> [UUID: Instant] {
        let cursors = try place.store.scheduleCursors()
        let latest = try place.profiles.latestSnapshot()
        var due: [UUID: Instant] = [:]
        for dataflow in spec.dataflows {
            guard let cursor = cursors[dataflow.id] else { continue }
            switch dataflow.schedule.trigger {
            case .scheduled: due[dataflow.id] = dataflow.schedule.next(after: cursor.instant)?.scheduledFor
            // Due at once: a clock that was stepped back must not keep a snapshot waiting.
            case .afterSegmentation:
                due[dataflow.id] = latest == nil || latest?.id == cursor.snapshot ? nil : .distantPast
            }
        }
        return due
    }
}
