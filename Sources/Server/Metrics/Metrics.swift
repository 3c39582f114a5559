import Foundation
import Store
import TidegateModel

/// Every metric that is served, at one moment. All is read first, then written.
struct Metrics {
    private let sums: Totals.Sums
    private let live: [LiveTotal]
    private let declared: [DeclaredDataflow]
    private let snapshot: Snapshot?
    private let instance: Instance?
    private let files: [StoreFile]
    private let counts: [Tally.Event: Double]
    private let version: String
    private let now: Instant

    init(_ desk: Desk, _ sums: Totals.Sums, at now: Instant) throws {
        self.sums = sums
        self.now = now
        live = try desk.store.liveTotals()
        declared = try desk.store.declaredDataflows()
        snapshot = try desk.sights.snapshots(1).first
        instance = try desk.store.instance()
        files = desk.sights.files()
        counts = desk.tally.counts
        version = desk.version
    }

    func text() -> [UInt8] {
        var page = Exposition()
        writeProcess(to: &page)
        writeCycles(to: &page)
        writeLiveRuns(to: &page)
        writeDataflows(to: &page)
        writeLedger(to: &page)
        writeCalls(to: &page)
        return page.bytes
    }

    private func writeProcess(to page: inout Exposition) {
        page.begin("tidegate_build_info", .gauge, "Which program this is; always 1.")
        page.sample("tidegate_build_info", ["version": version], 1)
        if let instance {
            page.begin("tidegate_start_time_seconds", .gauge, "When the process began, since 1970.")
            page.sample("tidegate_start_time_seconds", [:], seconds(instance.startedAt))
            page.begin("tidegate_heartbeat_timestamp_seconds", .gauge, "The scheduler's last sign of life, since 1970.")
            page.sample("tidegate_heartbeat_timestamp_seconds", [:], seconds(instance.heartbeatAt))
        }
        page.begin(
            "tidegate_clock_jumps_total", .counter, "Steps of the clock, or pauses of the process, seen by ticks.")
        for direction in Tally.Direction.allCases {
            let count = counts[.clockStepped(direction)] ?? 0
            page.sample("tidegate_clock_jumps_total", ["direction": direction.rawValue], count)
        }
        page.begin("tidegate_store_bytes", .gauge, "Size of a database, without its write-ahead log.")
        for file in files { page.sample("tidegate_store_bytes", ["store": file.name], file.size) }
        page.begin("tidegate_wal_bytes", .gauge, "Size of a database's write-ahead log.")
        for file in files { page.sample("tidegate_wal_bytes", ["store": file.name], file.log) }
    }

    private func writeCycles(to page: inout Exposition) {
        if let snapshot {
            page.begin("tidegate_snapshot_age_seconds", .gauge, "Since the newest snapshot was published.")
            page.sample("tidegate_snapshot_age_seconds", [:], seconds(now - snapshot.publishedAt))
            page.begin("tidegate_snapshot_profiles", .gauge, "Profiles that the newest snapshot was made from.")
            page.sample("tidegate_snapshot_profiles", [:], snapshot.profiles)
        }
        if let last = sums.lastCompleted {
            page.begin("tidegate_cycle_age_seconds", .gauge, "Since the nominal instant of the last completed cycle.")
            page.sample("tidegate_cycle_age_seconds", [:], seconds(now - last.nominal))
        }
        page.begin("tidegate_cycles_total", .counter, "Cycles that are at their end.")
        for state in [Cycle.State.completed, .failed] {
            page.sample("tidegate_cycles_total", ["outcome": state.rawValue], sums.cycles[state] ?? 0)
        }
        page.begin("tidegate_cycle_duration_seconds", .histogram, "From the beginning of a cycle to its end.")
        page.histogram("tidegate_cycle_duration_seconds", [:], sums.cycleDuration)
    }

    private func writeLiveRuns(to page: inout Exposition) {
        page.begin("tidegate_live_runs", .gauge, "Runs that are not at their end; a state without any has no value.")
        for total in live {
            page.sample(
                "tidegate_live_runs", ["dataflow": total.dataflow, "state": total.state.rawValue], total.runs
            )
        }
        page.begin(
            "tidegate_oldest_live_run_seconds", .gauge, "Since the oldest run that is not at its end was queued.")
        for (dataflow, totals) in Dictionary(grouping: live, by: \.dataflow).sorted(by: { $0.key < $1.key }) {
            guard let oldest = totals.map(\.oldest).min() else { continue }
            page.sample("tidegate_oldest_live_run_seconds", ["dataflow": dataflow], seconds(now - oldest))
        }
        page.begin(
            "tidegate_oldest_queued_seconds", .gauge, "Since the longest waiting run was queued; 0 where none is.")
        let oldest = live.filter { $0.state == .queued }.map(\.oldest).min()
        page.sample("tidegate_oldest_queued_seconds", [:], seconds(oldest.map { now - $0 } ?? .seconds(0)))
    }

    private func writeLedger(to page: inout Exposition) {
        page.begin("tidegate_occurrences_total", .counter, "What became of the occurrences of schedules.")
        let kinds = sums.occurrences.map { kind, count in
            let reason = kind.reason?.rawValue ?? ""
            return (Labels.occurrence(kind.dataflow, kind.outcome.rawValue, reason), count)
        }
        for (labels, count) in kinds.sorted(by: { $0.0.text < $1.0.text }) {
            page.sample("tidegate_occurrences_total", labels, count)
        }
    }

    private func writeDataflows(to page: inout Exposition) {
        page.begin("tidegate_dataflow_applied_timestamp_seconds", .gauge, "When a declared dataflow was first applied.")
        for dataflow in declared {
            page.sample(
                "tidegate_dataflow_applied_timestamp_seconds", ["dataflow": dataflow.name], seconds(dataflow.appliedAt)
            )
        }
        let known = declared.map { ($0.name, Totals.Dataflow()) }
        DataflowMetrics(sums.dataflows.merging(known) { sums, _ in sums }).write(to: &page)
    }

    private func writeCalls(to page: inout Exposition) {
        CallMetrics(counts).write(to: &page)
    }

    private func seconds(_ instant: Instant) -> Double { Double(instant.milliseconds) / 1000 }

    private func seconds(_ span: Span) -> Double { Double(max(span.milliseconds, 0)) / 1000 }
}

extension Labels {
    static func occurrence(_ dataflow: String, _ outcome: String, _ reason: String) -> Labels {
        ["dataflow": dataflow, "outcome": outcome, "reason": reason]
    }
}
