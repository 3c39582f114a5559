import Foundation
import Store
import TidegateModel
import TidegateTesting
import Transfer

@testable import Server

/// A browser, as far as sessions and forms go.
struct Visitor {
    static let tokens: [(token: String, scope: Scope)] = [
        ("reads", .read), ("triggers", .trigger), (ServerFixture.token, .admin),
    ]

    let server: ServerFixture
    /// As sent back to the server.
    let cookie: String

    /// Logs in.
    init(_ server: ServerFixture, token: String = ServerFixture.token) async throws {
        let answer = try await server.call(
            "/login", method: "POST", token: nil, headers: ["Content-Type: application/x-www-form-urlencoded"],
            body: "token=\(token)"
        )
        self.server = server
        cookie = try requireValue(answer.headers["set-cookie"]?.split(separator: ";").first.map(String.init))
    }

    func get(_ path: String) async throws -> TransferAnswer {
        try await server.call(path, token: nil, headers: ["Cookie: \(cookie)"])
    }

    func post(_ path: String, _ fields: [String: String], headers: [String] = []) async throws -> TransferAnswer {
        let body = fields.map { "\($0.key)=\($0.value.escapedForURL)" }.joined(separator: "&")
        let own = ["Cookie: \(cookie)", "Content-Type: application/x-www-form-urlencoded"]
        return try await server.call(path, method: "POST", token: nil, headers: own + headers, body: body)
    }

    /// The hidden fields of the form of a page that leads to `action`.
    func form(on page: String, to action: String) async throws -> [String: String] {
        let text = try await get(page).text
        let form = text.components(separatedBy: "action=\"\(action)\"").dropFirst().first ?? ""
        let hidden = form.components(separatedBy: "</form>")[0].matches(
            of: /type="hidden" name="([^"]*)" value="([^"]*)"/
        )
        return Dictionary(hidden.map { (String($0.1), String($0.2)) }) { first, _ in first }
    }
}

struct NothingThere: Error {}

/// What is there; for values whose absence is no expectation of its own.
func requireValue<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw NothingThere() }
    return value
}

extension ServerFixture {
    /// With the sample's dataflows and a token of each scope.
    static func sample(
        _ spec: JobSpec = Sample.spec(), cycles: Int = 3, work: [WorkProgress] = [],
        controls: @escaping @Sendable (Store) -> Controls = { _ in .nothing }
    ) async throws -> ServerFixture {
        try await ServerFixture(
            spec, access: Access(tokens: Visitor.tokens), sights: Sample.sights(cycles, work: work), controls: controls
        )
    }

    var make: RunMaker { RunMaker(store: store) }
}
