import HTTPTypes
import Hummingbird

/// Lets a call of the API through that brings a token, and the vendor's headers where they are configured.
struct BearerCheck: RouterMiddleware {
    typealias Context = Call

    let access: Access

    func handle(
        _ request: Request, context: Call, next: (Request, Call) async throws -> Response
    ) async throws -> Response {
        let scope = try access.scope(of: request.headers)
        var context = context
        context.caller = Caller(scope: scope, door: .api)
        return try await next(request, context)
    }
}

extension Access {
    /// What a call with these headers may do. A token is taken from its one `Authorization` header, and from nowhere else.
    func scope(of headers: HTTPFields) throws(Fault) -> Scope {
        let given = headers[values: .authorization]
        guard let header = given.first else { throw .noToken }
        let words = header.split { $0 == " " || $0 == "\t" }
        guard given.count == 1, words.count == 2, words[0].lowercased() == "bearer", let scope = scope(of: words[1])
        else { throw .wrongToken }
        try check(headers, .apiKey, apiKey, "Api Key is required", "Api Key is invalid")
        try check(headers, .organization, organization, "Missing header", "Profile is not valid")
        try check(headers, .sandbox, sandbox, "Missing header", "Sandbox is not known")
        return scope
    }

    private func check(
        _ headers: HTTPFields, _ name: HTTPField.Name, _ wanted: String?, _ missing: String, _ wrong: String
    ) throws(Fault) {
        guard let wanted else { return }
        let given = headers[values: name]
        guard let value = given.first else {
            throw .wrongHeader(code: name == .apiKey ? "403000" : "400003", missing)
        }
        guard given.count == 1, isEqualInConstantTime(Array(value.utf8), Array(wanted.utf8)) else {
            throw .wrongHeader(code: name == .apiKey ? "403003" : "403025", wrong)
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
