import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Server

@Suite struct SessionTests {
    private static let form = ["Content-Type: application/x-www-form-urlencoded"]

    @Test(arguments: ["/dataflows/vip-nightly", "/segments", "/segments/vip", "/audit", "/runs/x", "/"])
    func `a page without a session leads to the login and back`(_ path: String) async throws {
        let server = try await ServerFixture.sample()
        let answer = try await server.call(path, token: nil)
        #expect(answer.status == 303)
        #expect(answer.headers["location"] == (path == "/" ? "/login" : "/login?next=\(path.escapedForURL)"))
        let visitor = try await server.call(
            "/login", method: "POST", token: nil, headers: Self.form,
            body: "token=reads&next=\(path.escapedForURL)"
        )
        #expect(visitor.headers["location"] == path)
    }

    @Test func `the cookie is out of reach of scripts and other sites, and is not the token`() async throws {
        let server = try await ServerFixture.sample()
        let answer = try await server.call(
            "/login", method: "POST", token: nil, headers: Self.form, body: "token=reads")
        let cookie = try #require(answer.headers["set-cookie"])
        for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] { #expect(cookie.contains(part)) }
        #expect(!cookie.contains("Secure"))
        #expect(!cookie.contains("reads"))
        let behindProxy = try await server.call(
            "/login", method: "POST", token: nil, headers: Self.form + ["X-Forwarded-Proto: https"], body: "token=reads"
        )
        #expect(behindProxy.headers["set-cookie"]?.hasSuffix("; Secure") == true)
    }

    @Test func `a session ends after twelve hours and not before`() async throws {
        let server = try await ServerFixture.sample()
        let visitor = try await Visitor(server)
        server.clock.advance(by: .seconds(12 * 3600 - 1))
        #expect(try await visitor.get("/audit").status == 200)
        server.clock.advance(by: .seconds(1))
        #expect(try await visitor.get("/audit").status == 303)
    }

    @Test func `a session ends with the logout, which another site cannot cause`() async throws {
        let server = try await ServerFixture.sample()
        let visitor = try await Visitor(server)
        let fields = try await visitor.form(on: "/audit", to: "/logout")
        #expect(try await visitor.post("/logout", [:]).status == 403)
        #expect(try await visitor.get("/audit").status == 200)
        #expect(try await visitor.post("/logout", fields).headers["location"] == "/login")
        #expect(try await visitor.get("/audit").status == 303)
    }

    @Test func `a session that nobody began is none, and neither is one of another server`() async throws {
        let server = try await ServerFixture.sample()
        let other = try await Visitor(try await ServerFixture.sample())
        for cookie in [other.cookie, "tidegate-session=\(String(repeating: "0", count: 64))", "tidegate-session="] {
            #expect(try await server.call("/audit", token: nil, headers: ["Cookie: \(cookie)"]).status == 303)
        }
    }

    @Test func `a wrong token gets no session, and after ten of them the right one waits a minute`() async throws {
        let server = try await ServerFixture.sample()
        func logIn(_ token: String) async throws -> Int {
            try await server.call("/login", method: "POST", token: nil, headers: Self.form, body: "token=\(token)")
                .status
        }
        for _ in 1...10 { #expect(try await logIn("wrong") == 403) }
        #expect(try await logIn("reads") == 429)
        server.clock.advance(by: .minutes(1))
        #expect(try await logIn("reads") == 303)
    }

    @Test(arguments: [
        "//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=y", "", "audit",
    ])
    func `the login leads nowhere but to pages of its own`(_ next: String) async throws {
        #expect(OwnPath(next) == nil)
        let server = try await ServerFixture.sample()
        let answer = try await server.call(
            "/login", method: "POST", token: nil, headers: Self.form, body: "token=reads&next=\(next.escapedForURL)"
        )
        #expect(answer.headers["location"] == "/")
    }

    @Test func `a page takes the token of an API call too`() async throws {
        let server = try await ServerFixture.sample()
        #expect(try await server.call("/audit", token: "reads").status == 200)
        #expect(try await server.call("/audit", token: "wrong").status == 303)
    }

    @Test func `the login from another site's form is refused`() async throws {
        let server = try await ServerFixture.sample()
        let answer = try await server.call(
            "/login", method: "POST", token: nil, headers: Self.form + ["Origin: https://evil.example"],
            body: "token=reads"
        )
        #expect(answer.status == 403)
        #expect(answer.headers["set-cookie"] == nil)
    }

    @Test func `the oldest session makes room for the thousand and first`() {
        let sessions = Sessions()
        let now = ServerFixture.noon
        let first = sessions.begin(.read, at: now).secret
        let second = sessions.begin(.read, at: now + .seconds(1)).secret
        for _ in 1...999 { _ = sessions.begin(.read, at: now + .seconds(2)) }
        #expect(sessions.session(of: first, at: now + .seconds(3)) == nil)
        #expect(sessions.session(of: second, at: now + .seconds(3)) != nil)
    }
}
