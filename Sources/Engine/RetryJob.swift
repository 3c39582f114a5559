import Foundation
import Store
import TidegateModel

/// A new run in place of one that did not deliver: same snapshot, same nominal instant, so the same file names.
package struct RetryJob: Sendable {
    private let parent: Run

    package init(_ parent: Run) {
        self.parent = parent
    }

    /// - Throws: ``RetryRefusal`` where there is nothing to try again, ``AdHocRefusal`` where it goes on already.
    package func queue(in store: Store, at now: Instant, actor: String) throws -> Run {
        let (snapshot, revision) = try store.retryBasis(of: parent)
        let run = Run(
            id: UUID(), dataflow: parent.dataflow, dataflowName: parent.dataflowName, revision: revision,
            segments: parent.segments, trigger: .retry, state: .queued, snapshot: snapshot,
            scheduledFor: parent.scheduledFor, queuedAt: now, parent: parent.id, isForced: parent.isForced
        )
        try store.queueAdHoc([run], at: now, actor: actor)
        return run
    }
}
