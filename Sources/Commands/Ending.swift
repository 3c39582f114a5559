import Engine
import Profiles
import Store

/// How a command ends that could not do its work: with which status, and with which sentence.
struct Ending {
    let status: ExitStatus
    /// Nil where everything was said already.
    let sentence: String?

    /// Nil for errors of the command line itself.
    init?(of error: any Error) {
        switch error {
        case let status as ExitStatus: self.init(status, nil)
        case let failure as Failure: self.init(failure.status, "error: \(failure)")
        case is AdHocRefusal, is RetryRefusal: self.init(.refused, "refused: \(error)")
        case is DataFolderHeld, ProfileError.transient: self.init(.refused, "error: \(error)")
        case is ProfileError, is UnresolvedText, is NothingApplied, StoreError.fault(.damaged, _):
            self.init(.badInput, "error: \(error)")
        case StoreError.backupExists: self.init(.wrongUsage, "error: \(error)")
        case is StoreError, is DataFolderUnusable: self.init(.runFailed, "error: \(error)")
        default:
            guard let fault = StoreFault(error) else { return nil }
            let status: ExitStatus = if case .damaged = fault { .badInput } else { .runFailed }
            self.init(status, "error: store cannot be used: \(fault)")
        }
    }

    private init(_ status: ExitStatus, _ sentence: String?) {
        self.status = status
        self.sentence = sentence
    }
}
