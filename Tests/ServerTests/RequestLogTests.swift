import Foundation
import Testing
import TidegateModel
import TidegateTesting
import Transfer

@testable import Server

@Suite struct RequestLogTests {
    private let spec = JobSpec(profile: ProfileSchema(key: "id", attributes: []))

    @Test func `a request is one line with its route, its status and who asked`() async throws {
        let log = RecordingLog()
        let server = try await ServerFixture(spec, logger: log.logger)
        let answer = try await server.call("/health/live?name=ada@example.com", token: nil)
        let id = try #require(answer.headers["x-request-id"])
        let line = "debug request caller=nobody method=GET ms=0 request=\(id) route=/health/live status=200"
        #expect(log.lines.contains(line), "\(log.lines)")
    }

    @Test func `what was turned away is worth a line in any case`() async throws {
        let log = RecordingLog()
        let server = try await ServerFixture(spec, logger: log.logger)
        _ = try await server.call("/nowhere", method: "POST", token: nil, body: "{}")
        #expect(
            log.lines.contains {
                $0.hasPrefix("info request caller=nobody method=POST ") && $0.hasSuffix(" route=none status=404")
            })
    }

    @Test func `no token and no query is ever in a log, at whatever level`() async throws {
        let log = RecordingLog()
        let secrets = ["first-secret-of-the-admin", "second-secret-of-nobody", "third-secret-as-key"]
        let access = Access(tokens: [(secrets[0], .admin)], apiKey: secrets[2])
        let server = try await ServerFixture(spec, access: access, logger: log.logger)
        let paths = ["/data/foundation/flowservice/flows", "/", "/nowhere", "/health/ready", "/metrics"]
        for path in paths {
            for token in secrets {
                for method in ["GET", "POST", "DELETE"] {
                    _ = try await server.call(
                        path + "?access_token=\(token)", method: method, token: token,
                        headers: ["x-api-key: \(secrets[2])", "X-Note: \(token)", "Cookie: session=\(token)"],
                        body: method == "GET" ? nil : token)
                }
            }
        }
        let connection = try RawConnection(server.base)
        connection.send("GET /\(secrets[0]) HTTP/9.9\r\nAuthorization: Bearer \(secrets[0])\r\n\r\n")
        _ = await connection.rest()
        #expect(log.lines.count >= paths.count * 9)
        for secret in secrets { #expect(!log.lines.contains { $0.contains(secret) }, "\(secret)") }
    }

    @Test func `nobody's words begin a line of their own`() async throws {
        let log = RecordingLog()
        let server = try await ServerFixture(spec, logger: log.logger)
        _ = try await server.call("/a%0aerror%20forged", token: nil)
        #expect(!log.lines.contains { $0.contains("forged") })
    }
}
