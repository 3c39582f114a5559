import Engine
import Store
import TidegateModel

/// Notes what is done on the command line in the list that pages and API keep of what they do.
struct CommandAudit {
    /// As transitions and the audit name whoever is at the command line.
    static let actor = "cli"

    let store: Store
    let clock: any WallClock

    /// Does something, and notes that it was done, or why not.
    ///
    /// - Parameter subject: the name of a dataflow, the id of a run.
    func callAsFunction<Result>(
        _ action: AuditEntry.Action, _ subject: String, _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body()
            try note(action, subject, refusal: nil)
            return result
        } catch {
            // What is to be told is why it was not done, also where that cannot even be noted.
            try? note(action, subject, refusal: Self.sentence(error))
            throw error
        }
    }

    private func note(_ action: AuditEntry.Action, _ subject: String, refusal: String?) throws {
        try store.note(
            AuditEntry(at: clock.now(), actor: Self.actor, action: action, subject: subject, refusal: refusal)
        )
    }

    private static func sentence(_ error: any Error) -> String {
        switch error {
        case is Failure, is AdHocRefusal, is RetryRefusal, is UnresolvedText: "\(error)"
        default: "it failed, the command said why"
        }
    }
}
