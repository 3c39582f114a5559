import Foundation
import Store
import TidegateModel

/// When each dataflow exports next, worked out again only once that has come or the job files have changed.
final class NextOccurrences: Sendable {
    private struct Kept {
        var application: Int
        var at: Instant
        var next: [UUID: Instant]
        /// Those for which nothing comes.
        var spent: Set<UUID>
    }

    private let store: Store
    private let kept = Locked<Kept?>(nil)

    init(_ store: Store) {
        self.store = store
    }

    /// The instant of each dataflow that has one. Those that follow the segmentation have its nominal instant.
    func current(_ spec: JobSpec, application: Int, at now: Instant) throws -> [UUID: Instant] {
        try kept.withLock { kept in
            var known = Kept(application: application, at: now, next: [:], spent: [])
            if let kept, kept.application == application, kept.at <= now { known = kept }
            for dataflow in spec.dataflows where !known.spent.contains(dataflow.id) {
                if let next = known.next[dataflow.id], next > now { continue }
                let hasFired = dataflow.schedule.frequency == .once ? try store.hasFired(dataflow.id) : false
                let next = UpcomingOccurrences(dataflow, spec: spec, hasFired: hasFired).next(after: now)
                known.next[dataflow.id] = next
                if next == nil { known.spent.insert(dataflow.id) }
            }
            known.at = now
            kept = known
            return known.next
        }
    }
}
