/// The coming occurrences of a dataflow, as people want to see them.
package struct UpcomingOccurrences {
    package struct Line: Hashable, Sendable {
        package let scheduledFor: Instant
        /// Wall time, offset and zone.
        package let local: String
        /// What is unusual about it: a clock change, that it follows the segmentation or is paused.
        package let note: String?

        package var text: String { "\(local)  \(scheduledFor)" + (note.map { "  (\($0))" } ?? "") }
    }

    private let dataflow: Dataflow
    private let spec: JobSpec
    private let isSpent: Bool
    private let isPaused: Bool

    /// - Parameters:
    ///   - hasFired: whether it ever made an export, which spends one that comes once.
    ///   - isPaused: whether every line is to say that nothing is exported then.
    package init(_ dataflow: Dataflow, spec: JobSpec, hasFired: Bool, isPaused: Bool = false) {
        self.dataflow = dataflow
        self.spec = spec
        self.isPaused = isPaused
        isSpent = dataflow.schedule.frequency == .once && hasFired
    }

    /// At most `count` occurrences after `instant`. Those that follow the segmentation are shown at its nominal time.
    package func after(_ instant: Instant, count: Int) -> [Line] {
        guard dataflow.isEnabled, !dataflow.isDetached, !isSpent else { return [] }
        switch dataflow.schedule.trigger {
        case .scheduled:
            return lines(dataflow.schedule.next(after: instant, limit: count), zone: dataflow.schedule.timeZone)
        case .afterSegmentation:
            let limit = dataflow.schedule.frequency == .once ? 1 : count
            let cycles = CycleCalendar(spec.segmentation).next(after: instant, limit: limit, in: dataflow.schedule)
            return lines(cycles, zone: spec.segmentation.timeZone, suffix: "after segmentation")
        }
    }

    /// The first occurrence after `instant`, without any words about it.
    package func next(after instant: Instant) -> Instant? {
        guard dataflow.isEnabled, !dataflow.isDetached, !isSpent else { return nil }
        switch dataflow.schedule.trigger {
        case .scheduled: return dataflow.schedule.next(after: instant)?.scheduledFor
        case .afterSegmentation:
            let cycles = CycleCalendar(spec.segmentation).next(after: instant, limit: 1, in: dataflow.schedule)
            return cycles.first?.scheduledFor
        }
    }

    private func lines(_ occurrences: [ScheduledInstant], zone name: String, suffix: String? = nil) -> [Line] {
        guard let zone = Zone(name) else { return [] }
        return occurrences.map { occurrence in
            let change = occurrence.note ?? offsetChange(at: occurrence.scheduledFor, in: zone)
            let notes = [suffix, change, isPaused ? "paused, will be skipped" : nil].compactMap(\.self)
            return Line(
                scheduledFor: occurrence.scheduledFor,
                local: "\(zone.text(at: occurrence.scheduledFor)) \(name)",
                note: notes.isEmpty ? nil : notes.joined(separator: ", ")
            )
        }
    }

    /// Fixed steps keep their distance where the clocks change, so that their local times move.
    private func offsetChange(at instant: Instant, in zone: Zone) -> String? {
        guard let step = dataflow.schedule.frequency.step else { return nil }
        let (before, now) = (zone.offset(at: instant - step), zone.offset(at: instant))
        return before == now ? nil : "clocks changed since the one before, from \(Zone.text(offset: before))"
    }
}
