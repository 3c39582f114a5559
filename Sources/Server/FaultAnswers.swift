import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

/// Answers requests that failed in the way their family of calls does. Nothing but a ``Fault`` has a sentence that
/// strangers may read.
struct FaultAnswers: RouterMiddleware {
    typealias Context = Call

    let logger: Logger
    let answer: @Sendable (Fault) throws -> Response

    func handle(
        _ request: Request, context: Call, next: (Request, Call) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error where error.leavesNobodyToAnswer {
            throw error
        } catch {
            if let fault = Fault(of: error) { return try answer(fault) }
            logger.error(
                "request failed", metadata: ["route": "\(context.route ?? "none")", "reason": "\(error)"])
            return try answer(.unavailable("service is not available, see its log"))
        }
    }
}

extension Error {
    /// Whether the caller hung up or sent what is no HTTP: there is nobody to answer, or the library does.
    var leavesNobodyToAnswer: Bool {
        self is CancellationError || self is HTTPParserError || self is ChannelError || self is IOError
    }
}

extension Fault {
    /// What a caller is to be told of an error; nil for an error that is none of the caller's doing.
    init?(of error: any Error) {
        switch error {
        case let fault as Fault: self = fault
        case let error as HTTPError: self.init(error)
        case is NIOTooManyBytesError: self = .badRequest("request is too large")
        default: return nil
        }
    }

    /// What the HTTP library itself refuses.
    private init(_ error: HTTPError) {
        switch error.status {
        case .notFound: self = .notFound("no such resource")
        case .contentTooLarge: self = .badRequest("request is too large")
        default: self = .badRequest(error.body ?? "request is malformed")
        }
    }
}
