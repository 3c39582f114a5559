import Foundation
import Store
import TidegateModel

/// Starts what an ad-hoc call asks for, unless the same call has started it before.
struct AdHocStart {
    let desk: Desk
    let caller: Caller
    let body: AdHocBody
    let request: ClientRequest

    /// What the audit calls a job of which no dataflow is known.
    static let unknownJob = "ad-hoc job"

    /// - Returns: the runs, and whether an earlier call has started them.
    /// - Throws: ``AdHocFault`` where nothing is started, which is in the audit then.
    func callAsFunction() async throws -> (runs: [Run], isReplay: Bool) {
        do {
            if let earlier = try startedBefore() { return (earlier, true) }
            return try await start()
        } catch let refusal as AdHocRefusal {
            try note(refusal: "\(refusal)")
            throw AdHocFault(refusal)
        } catch let fault as AdHocFault {
            try note(refusal: fault.message)
            throw fault
        } catch is KeyUsedOtherwise {
            try note(refusal: AdHocFault.keyUsedOtherwise.message)
            throw AdHocFault.keyUsedOtherwise
        }
    }

    private func start() async throws -> (runs: [Run], isReplay: Bool) {
        do {
            let runs = try await desk.controls.force(try order(), caller.actor)
            try note(refusal: nil)
            return (runs, false)
        } catch  where error is AdHocRefusal || error is RepeatedRequest {
            // The same call may have come on another connection and been faster.
            guard let earlier = try startedBefore() else { throw error }
            return (earlier, true)
        }
    }

    private func startedBefore() throws -> [Run]? {
        let runs = try desk.store.runs(startedBy: request, at: desk.clock.now())
        return runs.isEmpty ? nil : runs
    }

    private func order() throws -> AdHocOrder {
        AdHocOrder(items: body.items, snapshot: try pinnedSnapshot(), request: request)
    }

    /// Of the newest export job that the body names; nil where it names none.
    private func pinnedSnapshot() throws -> UUID? {
        guard let newest = body.exportJobs.last else { return nil }
        let snapshots = try desk.store.snapshots(ofCycles: body.exportJobs)
        guard snapshots.count == body.exportJobs.count else { throw AdHocFault.unknownExportJob }
        return snapshots[newest]
    }

    private func note(refusal: String?) throws {
        let names = try desk.store.dataflowNames(body.items.map(\.dataflow)).values.sorted()
        for name in names.isEmpty ? [Self.unknownJob] : names {
            try desk.store.note(
                AuditEntry(
                    at: desk.clock.now(), actor: caller.actor, action: .runNow, subject: name, refusal: refusal
                )
            )
        }
    }
}
