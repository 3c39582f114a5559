import HTTPTypes
import Testing

@testable import Server

@Suite struct BearerTests {
    private static let admin = "token-of-the-admin"
    private static let reader = "token-of-a-reader"
    private let open = Access(tokens: [(admin, .admin), (reader, .read)])
    private let strict = Access(
        tokens: [(admin, .admin)], apiKey: "the-key", organization: "org@AdobeOrg", sandbox: "prod")

    private func headers(_ lines: [(String, String)]) throws -> HTTPFields {
        HTTPFields(try lines.map { HTTPField(name: try #require(HTTPField.Name($0.0)), value: $0.1) })
    }

    /// What the gateway answers, or the scope.
    private func answer(_ access: Access, _ lines: [(String, String)]) throws -> String {
        let headers = try headers(lines)
        do throws(Fault) {
            return try access.scope(of: headers).rawValue
        } catch {
            let problem = Problem(error)
            return "\(error.status.code) \(problem.code) \(problem.message)"
        }
    }

    @Test(arguments: [
        "Bearer \(admin)", "bearer \(admin)", "BEARER \(admin)", "  Bearer   \(admin)  ", "\tBearer\t\(admin)\t",
    ])
    func `a token is taken in whatever way its header is spaced`(_ header: String) throws {
        #expect(try answer(open, [("Authorization", header)]) == "admin")
    }

    @Test(arguments: [
        "", "Bearer", "Bearer ", admin, "Basic \(admin)", "Bearer \(admin) more", "Bearer \(admin)x",
        "Bearer \(admin.dropLast())", "Bearer \"\(admin)\"", "Bearer TOKEN-OF-THE-ADMIN", "Bearer,\(admin)",
    ])
    func `anything else is no token`(_ header: String) throws {
        #expect(try answer(open, [("Authorization", header)]) == "401 401013 Oauth token is not valid")
    }

    @Test func `no header is told apart from a wrong one`() throws {
        #expect(try answer(open, []) == "403 403010 Oauth token is missing.")
        #expect(try answer(open, [("x-api-key", Self.admin), ("Cookie", Self.admin)]).hasPrefix("403 403010"))
    }

    @Test func `of several tokens none is taken`() throws {
        let right = ("Authorization", "Bearer \(Self.admin)")
        #expect(try answer(open, [right, right]).hasPrefix("401 "))
        #expect(try answer(open, [right, ("Authorization", "Bearer wrong")]).hasPrefix("401 "))
    }

    @Test func `each token allows what its scope says`() throws {
        #expect(try answer(open, [("Authorization", "Bearer \(Self.reader)")]) == "read")
        #expect(Scope.read < .trigger && Scope.trigger < .admin)
    }

    @Test func `the vendor's headers are checked where they are configured, each with its own code`() throws {
        var lines = [("Authorization", "Bearer \(Self.admin)")]
        #expect(try answer(open, lines + [("x-api-key", "any"), ("x-sandbox-name", "any")]) == "admin")
        #expect(try answer(strict, lines) == "403 403000 Api Key is required")
        #expect(try answer(strict, lines + [("x-api-key", "other")]) == "403 403003 Api Key is invalid")
        let twice = [("x-api-key", "the-key"), ("x-api-key", "the-key")]
        #expect(try answer(strict, lines + twice) == "403 403003 Api Key is invalid")
        lines.append(("x-api-key", "the-key"))
        #expect(try answer(strict, lines) == "400 400003 Missing header")
        #expect(try answer(strict, lines + [("x-gw-ims-org-id", "o")]) == "403 403025 Profile is not valid")
        lines.append(("x-gw-ims-org-id", "org@AdobeOrg"))
        #expect(try answer(strict, lines) == "400 400003 Missing header")
        #expect(try answer(strict, lines + [("x-sandbox-name", "dev")]).hasPrefix("403 403025 "))
        #expect(try answer(strict, lines + [("x-sandbox-name", "prod")]) == "admin")
    }

    @Test func `a wrong token is told before anything about the other headers`() throws {
        #expect(try answer(strict, [("Authorization", "Bearer wrong")]).hasPrefix("401 401013"))
    }
}
