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
        } catch let fault as Fault {
            return try answer(fault)
        } catch let error as HTTPError {
            return try answer(Fault(error))
        } catch let error where error.isTheCallers {
            throw error
        } catch {
            logger.error(
                "request failed", metadata: ["route": "\(context.route ?? "none")", "reason": "\(error)"])
            return try answer(.unavailable("service is not available, see its log"))
        }
    }
}

extension Error {
    /// Whether the caller hung up or sent what is no HTTP: there is nobody to answer, or the library does.
    fileprivate var isTheCallers: Bool {
        self is CancellationError || self is HTTPParserError || self is ChannelError || self is IOError
    }
}

extension Fault {
    /// What the HTTP library itself refuses.
    init(_ error: HTTPError) {
        switch error.status {
        case .notFound: self = .notFound("no such resource")
        case .contentTooLarge: self = .badRequest("request is too large")
        default: self = .badRequest(error.body ?? "request is malformed")
        }
    }
}
