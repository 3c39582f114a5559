import Destinations
import Profiles
import Store
import TidegateModel

/// Why a run did not reach its end, sorted by what becomes of it.
enum RunFault: Error {
    /// Another attempt may succeed.
    case passing(String, retryAfter: Span?)
    /// A person must act first.
    case lasting(String)
    /// A rule of ours forbids it; nothing was sent.
    case forbidden(ReasonCode, String)
    /// A user or the stopping process asked for it.
    case stopped
    /// Another process has taken the run: nothing may be written any more.
    case claimLost

    init(_ error: ProfileError) {
        switch error {
        case .transient(let reason): self = .passing(reason, retryAfter: nil)
        case .rejected(let reason): self = .lasting(reason)
        case .cancelled: self = .stopped
        }
    }

    init(_ error: DeliveryError) {
        switch error {
        case .transient(let reason, let retryAfter): self = .passing(reason, retryAfter: retryAfter)
        case .uncertain(let reason): self = .passing(reason, retryAfter: nil)
        case .rejected(let reason): self = .lasting(reason)
        case .cancelled: self = .stopped
        }
    }

    /// What happened, for people.
    var sentence: String {
        switch self {
        case .passing(let reason, _), .lasting(let reason), .forbidden(_, let reason): reason
        case .stopped: "work was stopped"
        case .claimLost: "another process took the run"
        }
    }

    /// Faults of the store or the file system are passing: the disk may have room again.
    static func catching<Value>(_ body: () throws -> Value) throws(RunFault) -> Value {
        do {
            return try body()
        } catch let fault as RunFault {
            throw fault
        } catch let error as ProfileError {
            throw RunFault(error)
        } catch let error as DeliveryError {
            throw RunFault(error)
        } catch {
            throw .passing(StoreFault(error).map { "store cannot be used: \($0)" } ?? "\(error)", retryAfter: nil)
        }
    }
}
