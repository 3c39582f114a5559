import Engine
import Foundation
import Profiles
import Reports
import Store
import TidegateModel

/// What `tidegate status` tells.
struct StatusOverview: Encodable {
    struct Holder: Encodable {
        let state: String
        @Nullable var duty: String?
        @Nullable var since: Instant?
        @Nullable var heartbeat: Instant?
    }

    struct CycleLine: Encodable {
        let nominal: Instant
        let state: String
        let startedAt: Instant
        @Nullable var finishedAt: Instant?
        @Nullable var snapshot: String?
        @Nullable var reason: String?
    }

    struct Upcoming: Encodable {
        let dataflow: String
        let scheduledFor: Instant
        let local: String
        @Nullable var note: String?
    }

    /// A dataflow that somebody paused: the schedule goes on, and its occurrences are skipped.
    struct Paused: Encodable {
        let dataflow: String
        let since: Instant
        let by: String
    }

    let process: Holder
    @Nullable var cycle: CycleLine?
    @Nullable var nextCycle: Instant?
    let running: [RunDocument]
    let next: [Upcoming]
    let paused: [Paused]
    let last: [RunDocument]
    private let liveRuns: [Run]
    private let lastRuns: [Run]

    private enum CodingKeys: String, CodingKey { case process, cycle, nextCycle, running, next, paused, last }

    init(_ options: GlobalOptions) throws {
        let store = try options.guestStore()
        let now = SystemClock().now()
        let instance = try store.instance()
        process = Holder(
            state: options.folder.currentHolder() == nil ? "stopped" : "running", duty: instance?.duty,
            since: instance?.startedAt, heartbeat: instance?.heartbeatAt
        )
        cycle = try store.cycles(limit: 1).first.map {
            CycleLine(
                nominal: $0.nominal, state: $0.state.rawValue, startedAt: $0.startedAt, finishedAt: $0.finishedAt,
                snapshot: $0.snapshot?.text, reason: $0.reason
            )
        }
        let spec = try store.appliedSpec()
        nextCycle = spec.flatMap { CycleCalendar($0.segmentation).next(after: now) }
        liveRuns = try store.liveRuns().map { try $0.soFar(store) }
        running = liveRuns.map(RunDocument.init)
        next =
            try spec.map { spec in
                try spec.dataflows.compactMap { dataflow in
                    try UpcomingOccurrences(dataflow, spec: spec, store: store).after(now, count: 1).first.map {
                        Upcoming(dataflow: dataflow.name, scheduledFor: $0.scheduledFor, local: $0.local, note: $0.note)
                    }
                }.sorted { $0.scheduledFor < $1.scheduledFor }
            } ?? []
        let standings = try store.standings()
        paused = (spec?.dataflows ?? []).compactMap { dataflow in
            standings[dataflow.id]?.pause.map { Paused(dataflow: dataflow.name, since: $0.since, by: $0.actor) }
        }
        lastRuns = try store.lastRuns()
        last = lastRuns.map(RunDocument.init)
    }

    var text: String {
        var lines = ["process     \(process.state)\(process.duty.map { " (\($0))" } ?? "")"]
        if let cycle {
            let reason = cycle.reason.map { ": \($0)" } ?? ""
            lines.append("cycle       \(cycle.nominal) \(cycle.state)\(reason)")
        } else {
            lines.append("cycle       none yet")
        }
        if let nextCycle { lines.append("next cycle  \(nextCycle)") }
        let runs = process.state == "stopped" ? liveRuns.map(\.leftBehind) : liveRuns
        lines += ["", "running", runs.isEmpty ? "  nothing" : RunTable.text(runs), "next"]
        lines += next.map { "  \($0.dataflow)  \($0.local)  \($0.scheduledFor)\($0.note.map { "  (\($0))" } ?? "")" }
        if !paused.isEmpty {
            lines += ["", "paused"] + paused.map { "  \($0.dataflow)  since \($0.since) by \($0.by)" }
        }
        lines += ["", "last runs", RunTable.text(lastRuns)]
        return lines.joined(separator: "\n")
    }
}

extension Run {
    /// With what the batches of a push say until now; a run that exports files has counts at its end only.
    fileprivate func soFar(_ store: Store) throws -> Run {
        guard state == .processing || state == .cancelling else { return self }
        var counts = try store.pushCounts(of: id)
        guard counts.accounted > 0 else { return self }
        counts.selected = max(self.counts.selected, counts.accounted)
        var run = self
        run.counts = counts
        return run
    }

    /// As it is told where nobody works in the data folder.
    var leftBehind: Run {
        guard state == .processing else { return self }
        var run = self
        run.reason = "its process is gone, it is taken up at the next start"
        return run
    }
}
