import Foundation
import Reports
import Store
import TidegateModel

/// One run with everything that is known of it, read before anything is written.
struct RunSight {
    let details: RunDetails
    /// The runs that try it again.
    let retries: [UUID]
    let snapshot: Snapshot?
    /// Of a run that goes on in this process.
    let work: [WorkProgress]
    /// Why it cannot be tried again; nil where it can.
    let retryRefusal: String?

    init(_ run: Run, at desk: Desk) throws {
        details = try RunDetails(run, desk.store)
        retries = try desk.store.retries(of: run)
        snapshot = try run.snapshot.flatMap { try desk.sights.snapshot($0) }
        work = desk.sights.work().filter { $0.run == run.id }
        retryRefusal = try Self.refusal(of: run, in: desk.store)
    }

    private static func refusal(of run: Run, in store: Store) throws -> String? {
        do {
            _ = try store.retryBasis(of: run)
            return nil
        } catch let refusal as RetryRefusal {
            return refusal.description
        } catch let refusal as AdHocRefusal {
            return refusal.description
        }
    }

    var run: Run { details.run }
    var transitions: [Transition] { details.transitions }
    var attempts: [Attempt] { details.attempts }
    var batches: [Batch] { details.batches }

    var canBeCancelled: Bool { !run.state.isTerminal && run.state != .cancelling }
}
