import Store
import TidegateModel

/// What the ended runs of each dataflow add up to, as metrics. They go on over restarts, as the store remembers, and begin
/// with 0, because nobody sees a counter rise that comes into being with the first failure.
struct DataflowMetrics {
    private let dataflows: [(labels: Labels, sums: Totals.Dataflow)]

    init(_ dataflows: [String: Totals.Dataflow]) {
        self.dataflows = dataflows.sorted { $0.key < $1.key }.map { (["dataflow": $0.key], $0.value) }
    }

    func write(to page: inout Exposition) {
        writeRuns(to: &page)
        writeProfiles(to: &page)
        writeTimes(to: &page)
    }

    private func writeRuns(to page: inout Exposition) {
        page.begin("tidegate_runs_total", .counter, "Runs that are at their end.")
        for (labels, sums) in dataflows {
            for state in RunState.allCases where state.isTerminal {
                page.sample("tidegate_runs_total", labels.adding("state", state.rawValue), sums.runs[state] ?? 0)
            }
        }
    }

    private func writeProfiles(to page: inout Exposition) {
        page.begin("tidegate_selected_rows_total", .counter, "Profiles that runs were to export.")
        for (labels, sums) in dataflows { page.sample("tidegate_selected_rows_total", labels, sums.selected) }
        page.begin("tidegate_exported_rows_total", .counter, "Profiles that runs exported.")
        for (labels, sums) in dataflows { page.sample("tidegate_exported_rows_total", labels, sums.exported) }
        page.begin(
            "tidegate_skipped_rows_total", .counter, "Profiles that runs did not send, by a rule of the job files.")
        for (labels, sums) in dataflows {
            for (reason, count) in sums.skipped.sorted(by: { $0.key < $1.key }) {
                page.sample("tidegate_skipped_rows_total", labels.adding("reason", reason), count)
            }
        }
        page.begin("tidegate_rejected_rows_total", .counter, "Profiles that receivers refused.")
        for (labels, sums) in dataflows { page.sample("tidegate_rejected_rows_total", labels, sums.rejected) }
        page.begin(
            "tidegate_exported_bytes_total", .counter, "Bytes of delivered files and of batches that were taken.")
        for (labels, sums) in dataflows { page.sample("tidegate_exported_bytes_total", labels, sums.bytes) }
    }

    private func writeTimes(to page: inout Exposition) {
        page.begin("tidegate_last_success_timestamp_seconds", .gauge, "When a run was last delivered, also in part.")
        for (labels, sums) in dataflows {
            guard let last = sums.lastSuccess else { continue }
            page.sample("tidegate_last_success_timestamp_seconds", labels, Double(last.milliseconds) / 1000)
        }
        page.begin(
            "tidegate_run_lateness_seconds", .histogram,
            "From the nominal instant of a scheduled run to its first attempt."
        )
        for (labels, sums) in dataflows {
            page.histogram("tidegate_run_lateness_seconds", labels, sums.lateness)
        }
        page.begin("tidegate_run_duration_seconds", .histogram, "From the first attempt of a run to its end.")
        for (labels, sums) in dataflows {
            page.histogram("tidegate_run_duration_seconds", labels, sums.duration)
        }
    }
}
