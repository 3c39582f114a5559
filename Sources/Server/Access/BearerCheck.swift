import HTTPTypes
import Hummingbird

/// Lets a call of the API through that brings a token, and the vendor's headers where they are configured.
struct BearerCheck: RouterMiddleware {
    typealias Context = Call

    let access: Access

    func handle(
        _ request: Request, context: Call, next: (Request, Call) async throws -> Response
    ) async throws -> Response {
        guard let header = request.headers[.authorization] else { throw Fault.noToken }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer", let scope = access.scope(of: parts[1]) else {
            throw Fault.wrongToken
        }
        try check(request, .apiKey, access.apiKey, "Api Key is required", "Api Key is invalid")
        try check(request, .organization, access.organization, "Missing header", "Profile is not valid")
        try check(request, .sandbox, access.sandbox, "Missing header", "Sandbox is not known")
        var context = context
        context.caller = Caller(scope: scope, door: .api)
        return try await next(request, context)
    }

    private func check(
        _ request: Request, _ name: HTTPField.Name, _ wanted: String?, _ missing: String, _ wrong: String
    ) throws {
        guard let wanted else { return }
        guard let given = request.headers[name] else {
            throw Fault.wrongHeader(code: name == .apiKey ? "403000" : "400003", missing)
        }
        guard isEqualInConstantTime(Array(given.utf8), Array(wanted.utf8)) else {
            throw Fault.wrongHeader(code: name == .apiKey ? "403003" : "403025", wrong)
        }
    }
}

extension HTTPField.Name {
    static let apiKey = known("x-api-key")
    static let organization = known("x-gw-ims-org-id")
    static let sandbox = known("x-sandbox-name")

    /// A header's name that stands in the code.
    static func known(_ name: StaticString) -> HTTPField.Name {
        guard let name = HTTPField.Name("\(name)") else { preconditionFailure("\(name) is no header's name") }
        return name
    }
}

extension Call {
    /// The caller, where the token allows `scope`.
    func allowed(_ scope: Scope) throws(Fault) -> Caller {
        guard let caller else { throw .noToken }
        guard caller.scope >= scope else { throw .notAllowed(scope) }
        return caller
    }
}
