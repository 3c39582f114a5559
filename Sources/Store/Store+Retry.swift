import Foundation
import GRDB
import TidegateModel

extension Store {
    /// What a new run in place of this one would export by.
    ///
    /// - Throws: ``RetryRefusal`` where there is nothing to try again, ``AdHocRefusal/noSnapshot`` where there never was
    ///   anything to export. Says nothing about runs that go on.
    package func retryBasis(of parent: Run) throws -> (snapshot: UUID, revision: Int) {
        guard [.failed, .cancelled, .partial, .missed].contains(parent.state) else {
            throw RetryRefusal.state(parent.id, parent.state)
        }
        guard let snapshot = parent.snapshot else { throw AdHocRefusal.noSnapshot }
        guard let revision = try revision(ofDataflow: parent.dataflow) else {
            throw RetryRefusal.removed(parent.dataflowName)
        }
        if let later = try delivery(overtaking: parent) { throw RetryRefusal.overtaken(parent.id, by: later.id) }
        return (snapshot, revision)
    }
}
