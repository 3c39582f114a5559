import HTTPTypes
import Hummingbird
import Logging
import TidegateModel

/// Counts and logs every request, and gives every answer the id of its request. Neither its query nor what came in its
/// headers or body is logged.
struct RequestWatch: RouterMiddleware {
    typealias Context = Call

    let desk: Desk

    func handle(
        _ request: Request, context: Call, next: (Request, Call) async throws -> Response
    ) async throws -> Response {
        let began = desk.clock.now()
        let id = RequestID(request)
        var context = context
        context.requestID = id
        var response = try await next(request, context)
        let status = response.status.code
        desk.tally.count(.request(family: Self.family(of: context.route), status: status))
        desk.logger.log(
            level: Self.level(request.method, status), "request",
            metadata: [
                "method": "\(request.method.rawValue)", "route": "\(context.route ?? "none")",
                "status": "\(status)", "ms": "\((desk.clock.now() - began).milliseconds)",
                "caller": "\(context.caller?.actor ?? "nobody")", "request": "\(id.text)",
            ]
        )
        response.headers[.requestID] = id.text
        return response
    }

    /// What changes something, and what was turned away, is worth a line in any case.
    private static func level(_ method: HTTPRequest.Method, _ status: Int) -> Logger.Level {
        let isLook = method == .get || method == .head || method == .options
        return isLook && status != 401 && status != 403 && status < 500 ? .debug : .info
    }

    private static func family(of route: String?) -> String {
        guard let route else { return "none" }
        let families = [
            ("/data/core/activation", "ad-hoc"), ("/data/foundation/flowservice", "flow-service"),
            ("/data/core/ups", "segmentation"), ("/health", "health"), ("/metrics", "metrics"),
            ("/openapi.json", "description"),
        ]
        return families.first { route.hasPrefix($0.0) }?.1 ?? "page"
    }
}

extension Call {
    /// The pattern of the path, without what stands in for its parts; nil where nothing is served there.
    var route: String? { endpointPath.flatMap { $0.hasPrefix("/") ? $0 : nil } }
}
