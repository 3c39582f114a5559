import Reports
import Store
import TidegateModel

/// An occurrence as `next --json` prints it.
struct OccurrenceDocument: Encodable {
    let scheduledFor: Instant
    let local: String
    @Nullable var note: String?

    init(_ line: UpcomingOccurrences.Line) {
        scheduledFor = line.scheduledFor
        local = line.local
        note = line.note
    }
}

extension UpcomingOccurrences {
    /// - Parameter store: tells whether an export that comes once has been, and what is paused; nil where there is no
    ///   state yet.
    init(_ dataflow: Dataflow, spec: JobSpec, store: Store?) throws {
        self.init(
            dataflow, spec: spec, hasFired: try store?.hasFired(dataflow.id) ?? false,
            isPaused: try store?.pausedDataflows().contains(dataflow.id) ?? false
        )
    }
}
