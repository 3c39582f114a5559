import Store
import TidegateModel

extension Desk {
    /// Does something that the audit is to tell of, whether it succeeds or is refused.
    ///
    /// - Parameters:
    ///   - subject: the name of a dataflow, the id of a run.
    ///   - scope: what the caller must be allowed.
    func audited<Result>(
        _ action: AuditEntry.Action, _ subject: String, by caller: Caller, needing scope: Scope,
        _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            guard caller.scope >= scope else { throw Fault.notAllowed(scope) }
            let result = try await body()
            try note(action, subject, caller, refusal: nil)
            return result
        } catch let fault as Fault {
            try note(action, subject, caller, refusal: fault.sentence)
            throw fault
        }
    }

    /// As the other, for what does not wait.
    func audited<Result>(
        _ action: AuditEntry.Action, _ subject: String, by caller: Caller, needing scope: Scope,
        _ body: () throws -> Result
    ) throws -> Result {
        do {
            guard caller.scope >= scope else { throw Fault.notAllowed(scope) }
            let result = try body()
            try note(action, subject, caller, refusal: nil)
            return result
        } catch let fault as Fault {
            try note(action, subject, caller, refusal: fault.sentence)
            throw fault
        }
    }

    private func note(_ action: AuditEntry.Action, _ subject: String, _ caller: Caller, refusal: String?) throws {
        try store.note(
            AuditEntry(at: clock.now(), actor: caller.actor, action: action, subject: subject, refusal: refusal)
        )
    }
}
