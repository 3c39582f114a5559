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
    case notFound(String)
    case notAcceptable(String)
    case stale(String)
    case tooMany(String)
    case unavailable(String)

    var status: HTTPResponse.Status {
        switch self {
        case .badRequest: .badRequest
        case .noToken, .notAllowed: .forbidden
        case .wrongToken: .unauthorized
        case .wrongHeader(let code, _): code.hasPrefix("400") ? .badRequest : .forbidden
        case .notFound: .notFound
        case .notAcceptable: .notAcceptable
        case .stale: .preconditionFailed
        case .tooMany: .tooManyRequests
        case .unavailable: .serviceUnavailable
        }
    }

    var sentence: String {
        switch self {
        case .noToken: "Oauth token is missing."
        case .wrongToken: "Oauth token is not valid"
        case .notAllowed(let scope): "token does not allow '\(scope.rawValue)'"
        case .badRequest(let sentence), .notFound(let sentence), .notAcceptable(let sentence), .stale(let sentence),
            .tooMany(let sentence), .unavailable(let sentence), .wrongHeader(_, let sentence):
            sentence
        }
    }
}
