import Engine
import Store
import TidegateModel

/// The coming occurrences of a dataflow, for people and for `--json`.
struct UpcomingOccurrences {
    struct Line: Encodable {
        let scheduledFor: Instant
        let local: String
        @Nullable var note: String?

        private enum CodingKeys: String, CodingKey { case scheduledFor, local, note }

        /// Writes every key, null where there is no note, so that a reader can rely on them.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(scheduledFor, forKey: .scheduledFor)
            try container.encode(local, forKey: .local)
            try container.encode(note, forKey: .note)
        }

        var text: String { "\(local)  \(scheduledFor)" + (note.map { "  (\($0))" } ?? "") }
    }

    private let dataflow: Dataflow
    private let spec: JobSpec
    private let isSpent: Bool

    /// - Parameter store: tells whether an export that comes once has been; nil where there is no state yet.
    init(_ dataflow: Dataflow, spec: JobSpec, store: Store?) throws {
        self.dataflow = dataflow
        self.spec = spec
        isSpent = try dataflow.schedule.frequency == .once && store?.hasFired(dataflow.id) ?? false
    }

    /// At most `count` occurrences after `instant`. Those that follow the segmentation are shown at its nominal time.
    func after(_ instant: Instant, count: Int) -> [Line] {
        guard dataflow.isEnabled, !isSpent else { return [] }
        switch dataflow.schedule.trigger {
        case .scheduled:
            return lines(dataflow.schedule.next(after: instant, limit: count), zone: dataflow.schedule.timeZone)
        case .afterSegmentation:
            let limit = dataflow.schedule.frequency == .once ? 1 : count
            let cycles = CycleCalendar(spec.segmentation).next(after: instant, limit: limit, in: dataflow.schedule)
            return lines(cycles, zone: spec.segmentation.timeZone, suffix: "after segmentation")
        }
    }

    private func lines(_ occurrences: [ScheduledInstant], zone name: String, suffix: String? = nil) -> [Line] {
        guard let zone = Zone(name) else { return [] }
        return occurrences.map { occurrence in
            let notes = [suffix, occurrence.note].compactMap(\.self)
            return Line(
                scheduledFor: occurrence.scheduledFor,
                local: "\(zone.text(at: occurrence.scheduledFor)) \(name)",
                note: notes.isEmpty ? nil : notes.joined(separator: ", ")
            )
        }
    }
}
