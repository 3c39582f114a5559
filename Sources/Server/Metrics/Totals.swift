import Store
import TidegateModel

/// Everything that has ended, added up once: a look at a long history costs what was added since the one before.
final class Totals: Sendable {
    /// What the runs of one dataflow add up to.
    struct Dataflow: Hashable, Sendable {
        var runs: [RunState: Int] = [:]
        var selected = 0
        var exported = 0
        var bytes = 0
        var skipped: [String: Int] = [:]
        var rejected = 0
        /// Of runs that a schedule made.
        var lateness = Histogram()
        var duration = Histogram()
        var lastSuccess: Instant?

        mutating func add(_ run: EndedRun) {
            runs[run.state, default: 0] += 1
            selected += run.selected
            exported += run.exported
            bytes += run.bytes
            skipped.merge(run.skipped, uniquingKeysWith: +)
            rejected += run.rejected
            if let span = run.lateness, run.trigger == .scheduled || run.trigger == .afterSegmentation {
                lateness.add(span)
            }
            if let span = run.duration { duration.add(span) }
            if run.state == .completed || run.state == .partial {
                lastSuccess = max(lastSuccess ?? run.finishedAt, run.finishedAt)
            }
        }
    }

    struct Sums: Sendable {
        /// By name.
        var dataflows: [String: Dataflow] = [:]
        var occurrences: [LedgerTotal.Kind: Int] = [:]
        var cycles: [Cycle.State: Int] = [:]
        var cycleDuration = Histogram()
        /// Of those that are at their end.
        var newestCycle: Cycle?
        var lastCompleted: Cycle?
    }

    private struct State: Sendable {
        var sums = Sums()
        var run = 0
        var live: Set<Int> = []
        var occurrence = 0
        var cycle = 0
    }

    private let state = Locked(State())
    private let store: Store
    /// Runs that one transaction reads at most.
    private static let portion = 5000

    init(_ store: Store) {
        self.store = store
    }

    /// Brings the sums up to what the store holds now.
    func current() throws -> Sums {
        try state.withLock { state in
            try addRuns(to: &state)
            try addOccurrences(to: &state)
            try addCycles(to: &state)
            return state.sums
        }
    }

    private func addRuns(to state: inout State) throws {
        while true {
            let found = try store.endedRuns(after: state.run, live: state.live, limit: Self.portion)
            for run in found.ended { state.sums.dataflows[run.dataflow, default: Dataflow()].add(run) }
            state.live = found.live
            state.run = found.last
            guard found.isCutShort else { return }
        }
    }

    private func addOccurrences(to state: inout State) throws {
        let (totals, last) = try store.ledgerTotals(after: state.occurrence)
        state.occurrence = last
        for total in totals { state.sums.occurrences[total.kind, default: 0] += total.occurrences }
    }

    /// One cycle is open at a time, or waits for its next try; those after it are looked at again with it.
    private func addCycles(to state: inout State) throws {
        for cycle in try store.cycles(after: state.cycle) {
            guard let finished = cycle.finishedAt else { return }
            state.cycle = cycle.sequence
            state.sums.cycles[cycle.state, default: 0] += 1
            state.sums.cycleDuration.add(max(finished - cycle.startedAt, .milliseconds(0)))
            state.sums.newestCycle = cycle
            if cycle.state == .completed { state.sums.lastCompleted = cycle }
        }
    }
}
