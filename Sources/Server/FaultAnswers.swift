import Hummingbird
import Logging

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
        } catch {
            logger.error("request failed", metadata: ["path": "\(request.uri.path)", "reason": "\(error)"])
            return try answer(.unavailable("service is not available, see its log"))
        }
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
