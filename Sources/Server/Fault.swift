import HTTPTypes
import Hummingbird

/// A request that gets no answer of the wanted kind. Each family of calls has its own way to put it.
enum Fault: Error, Hashable, Sendable {
    case badRequest(String)
    /// The gateway's own refusals, with its codes.
    case noToken
    case wrongToken
    case wrongHeader(code: String, String)
    case notAllowed(Scope)
    /// Only the job files can do it.
    case declared(String)
    case notFound(String)
    case notAcceptable(String)
    /// It cannot be done to the thing as it is.
    case conflict(String)
    case stale(String)
    case keyUsedOtherwise
    case tooMany(String)
    case unavailable(String)

    var status: HTTPResponse.Status {
        switch self {
        case .badRequest: .badRequest
        case .noToken, .notAllowed, .declared: .forbidden
        case .wrongToken: .unauthorized
        case .wrongHeader(let code, _): code.hasPrefix("400") ? .badRequest : .forbidden
        case .notFound: .notFound
        case .notAcceptable: .notAcceptable
        case .conflict: .conflict
        case .stale: .preconditionFailed
        case .keyUsedOtherwise: .unprocessableContent
        case .tooMany: .tooManyRequests
        case .unavailable: .serviceUnavailable
        }
    }

    var sentence: String {
        switch self {
        case .noToken: "Oauth token is missing."
        case .wrongToken: "Oauth token is not valid"
        case .notAllowed(let scope): "token does not allow '\(scope.rawValue)'"
        case .keyUsedOtherwise: "Idempotency-Key was given to another request; a new request needs a new key"
        case .badRequest(let sentence), .declared(let sentence), .notFound(let sentence),
            .notAcceptable(let sentence), .conflict(let sentence), .stale(let sentence), .tooMany(let sentence),
            .unavailable(let sentence), .wrongHeader(_, let sentence):
            sentence
        }
    }
}
