import Foundation
import Store
import TidegateModel

/// What the first page shows, all of it read before any of it is written.
struct Today: Sendable {
    /// An occurrence or a cycle that should have begun, or a run that should be over.
    struct Lateness: Hashable, Sendable {
        enum What: Hashable, Sendable {
            case occurrence(dataflow: String)
            case cycle
            case run(UUID, dataflow: String, deadline: Span)
        }

        let what: What
        let since: Instant
    }

    let reading: Overview.Reading
    let window: TimeWindow
    /// Made or going on in the window, by dataflow.
    let runs: [UUID: [RunMark]]
    let live: [Run]
    let work: [WorkProgress]
    /// In the last 24 hours, the newest first.
    let failed: [Run]
    /// How many more of those there are.
    let furtherFailed: Int
    let counts: [RunState: Int]
    let late: [Lateness]
    let snapshot: Snapshot?
    /// The newest first.
    let cycles: [Cycle]
    let nextCycles: [Instant]

    private static let shownFailures = 8
    /// Read back from the newest; more than these do not fit into a strip.
    private static let runLimit = 20_000
    /// How late is late.
    static let grace = Span.minutes(1)
}

// Read.
extension Today {
    init(_ reading: Overview.Reading, at desk: Desk) throws {
        let now = reading.now
        let window = TimeWindow(around: now)
        self.reading = reading
        self.window = window
        // What began before the last 24 hours and ended in them is not far behind them.
        let recent = try desk.store.runMarks(since: now - .hours(36), limit: Self.runLimit)
        runs = Dictionary(
            grouping: recent.filter { ($0.finishedAt ?? now) >= window.start }.reversed(), by: \.dataflow
        )
        let ended = recent.filter { ($0.finishedAt ?? .distantPast) >= now - .hours(24) }
        counts = ended.reduce(into: [:]) { $0[$1.state, default: 0] += 1 }
        let failures = ended.filter { $0.state == .failed }
        failed = try desk.store.runs(failures.prefix(Self.shownFailures).map(\.id))
        furtherFailed = failures.count - failed.count
        live = try desk.store.liveRuns()
        work = desk.sights.work()
        snapshot = try desk.sights.snapshots(1).first
        cycles = try desk.store.cycles(limit: 12)
        let calendar = reading.spec.map { CycleCalendar($0.segmentation) }
        nextCycles = calendar?.next(after: now).map { [$0] } ?? []
        late = try Self.late(reading, live, snapshot, at: desk)
    }

    private static func late(
        _ reading: Overview.Reading, _ live: [Run], _ snapshot: Snapshot?, at desk: Desk
    ) throws -> [Lateness] {
        guard let spec = reading.spec else { return [] }
        let now = reading.now
        var late: [Lateness] = []
        if let due = CycleCalendar(spec.segmentation).newest(upTo: now - grace),
            let last = try desk.store.lastNominal(upTo: now), last < due
        {
            late.append(Lateness(what: .cycle, since: due))
        }
        let cursors = try desk.store.scheduleCursors()
        for line in reading.dataflows where line.standing == .active {
            guard let cursor = cursors[line.dataflow.id], let due = due(line.dataflow, after: cursor, snapshot),
                due < now - grace
            else { continue }
            late.append(Lateness(what: .occurrence(dataflow: line.dataflow.name), since: due))
        }
        let deadlines = Dictionary(spec.dataflows.map { ($0.id, $0.schedule.deadline) }) { first, _ in first }
        for run in live {
            guard let deadline = deadlines[run.dataflow], now - run.queuedAt > deadline else { continue }
            late.append(
                Lateness(
                    what: .run(run.id, dataflow: run.dataflowName, deadline: deadline), since: run.queuedAt + deadline)
            )
        }
        return late.sorted { $0.since < $1.since }
    }

    /// The first occurrence that nobody has decided about.
    private static func due(_ dataflow: Dataflow, after cursor: ScheduleCursor, _ snapshot: Snapshot?) -> Instant? {
        switch dataflow.schedule.trigger {
        case .scheduled: return dataflow.schedule.next(after: cursor.instant)?.scheduledFor
        case .afterSegmentation:
            guard let snapshot, snapshot.id != cursor.snapshot, snapshot.publishedAt > cursor.instant,
                dataflow.schedule.windowContains(snapshot.nominal)
            else { return nil }
            return snapshot.publishedAt
        }
    }
}

extension Today {
    /// Lanes in the strip; what does not fit is on the next page.
    static let laneLimit = 24

    /// The lanes of dataflows with something in the window, what is in trouble first, and how many more there are.
    var lanes: (shown: [StripLane], further: Int) {
        let lateOnes = Dictionary(grouping: late) { lateness -> String? in
            guard case .occurrence(let name) = lateness.what else { return nil }
            return name
        }
        let busy = reading.dataflows.filter { line in
            runs[line.dataflow.id] != nil || lateOnes[line.dataflow.name] != nil
                || (line.standing == .active && line.next.map { $0 < window.end } ?? false)
        }
        let ordered = busy.map { lane($0, late: lateOnes[$0.dataflow.name]?.map(\.since) ?? []) }
            .enumerated().sorted { ($1.element.trouble, $0.offset) < ($0.element.trouble, $1.offset) }
        return (ordered.prefix(Self.laneLimit).map(\.element), max(0, ordered.count - Self.laneLimit))
    }

    private func lane(_ line: DataflowLine, late: [Instant]) -> StripLane {
        StripLane(
            name: line.dataflow.name, path: "/dataflows/\(line.dataflow.name)",
            blocks: StripLane.blocks(of: runs[line.dataflow.id] ?? [], in: window),
            ghosts: line.standing == .active ? ghosts(line) : [], late: late,
            typical: StripLane.typical(line.past.runs, at: window.now),
            followsSegmentation: line.dataflow.schedule.trigger == .afterSegmentation
        )
    }

    /// The occurrences until the window ends.
    private func ghosts(_ line: DataflowLine) -> [Instant] {
        guard let spec = reading.spec, let next = line.next, next < window.end else { return [] }
        guard line.dataflow.schedule.frequency != .once else { return [next] }
        let coming = UpcomingOccurrences(line.dataflow, spec: spec, hasFired: false)
            .after(window.now, count: 12).map(\.scheduledFor)
        return coming.filter { $0 < window.end }
    }
}
