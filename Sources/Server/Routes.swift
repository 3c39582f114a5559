import HTTPTypes
import Hummingbird
import Logging

/// Every path that is served, by family.
struct Routes: Sendable {
    let desk: Desk
    let access: Access
    let feed: ChangeFeed

    /// Handlers run on threads of the server's own.
    func responder() -> CallbackResponder<Call> {
        let router = router().buildResponder()
        let threads = WorkerThreads(count: 2)
        return CallbackResponder { request, context in
            try await withTaskExecutorPreference(threads) {
                try await router.respond(to: request, context: context)
            }
        }
    }

    /// What is served, as `GET /health/live`.
    var served: [String] {
        router().routes.map { "\($0.method.rawValue) \($0.path.description)" }
    }

    private func router() -> Router<Call> {
        let router = Router(context: Call.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestWatch(desk: desk))
        router.add(middleware: SecurityHeaders())
        router.add(middleware: FaultAnswers(logger: desk.logger) { try Response.json(Problem($0), status: $0.status) })
        HealthRoutes(desk: desk).add(to: router)
        MetricsRoutes(desk: desk).add(to: router)
        DescriptionRoutes(desk: desk).add(to: router)
        PageRoutes(desk: desk, access: access, feed: feed).add(to: router)
        AdHocRoutes(desk: desk).add(to: family(router, AdHocRoutes.answer))
        FlowRoutes(desk: desk, access: access).add(to: family(router, FlowRoutes.answer))
        SegmentationRoutes(desk: desk).add(to: family(router, SegmentationRoutes.answer))
        return router
    }

    /// Calls that need a token, with one way to put what went wrong.
    private func family(
        _ router: Router<Call>, _ answer: @escaping @Sendable (Fault) throws -> Response
    ) -> RouterGroup<Call> {
        router.group()
            .add(middleware: FaultAnswers(logger: desk.logger, answer: answer))
            .add(middleware: BearerCheck(access: access))
    }
}

/// How the gateway puts it, before a call belongs to any family.
struct Problem: Encodable {
    let code: String
    let message: String

    private enum CodingKeys: String, CodingKey {
        case code = "error_code"
        case message
    }

    init(_ fault: Fault) {
        message = fault.sentence
        code =
            switch fault {
            case .noToken: "403010"
            case .wrongToken: "401013"
            case .wrongHeader(let code, _): code
            // Not 403000, which asks for a key.
            case .notAllowed: "403020"
            default: "\(fault.status.code)000"
            }
    }
}

/// What every answer carries, so that no browser does more with it than show it.
struct SecurityHeaders: RouterMiddleware {
    typealias Context = Call

    func handle(
        _ request: Request, context: Call, next: (Request, Call) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        response.headers[.xContentTypeOptions] = "nosniff"
        // With no referrer at all browsers would not say of a form either where it comes from.
        response.headers[.known("Referrer-Policy")] = "same-origin"
        response.headers[.known("Cross-Origin-Opener-Policy")] = "same-origin"
        response.headers[.known("Cross-Origin-Resource-Policy")] = "same-origin"
        if response.status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        // Only a proxy says that; to anybody else the answer means nothing.
        if request.headers[.known("X-Forwarded-Proto")] == "https" {
            response.headers[.strictTransportSecurity] = "max-age=31536000"
        }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }
}
