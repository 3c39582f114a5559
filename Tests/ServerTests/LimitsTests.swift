import Foundation
import NIOCore
import Testing
import TidegateModel
import TidegateTesting

@testable import Server

@Suite(.timeLimit(.minutes(2))) struct LimitsTests {
    private let spec = JobSpec(profile: ProfileSchema(key: "id", attributes: []))

    private func hasty(_ change: (inout ServerLimits) -> Void) async throws -> ServerFixture {
        var limits = ServerLimits()
        change(&limits)
        return try await ServerFixture(spec, limits: limits)
    }

    @Test func `who sends headers byte by byte loses the connection`() async throws {
        let server = try await hasty { $0.idle = .milliseconds(200) }
        let connection = try RawConnection(server.base)
        connection.send("GET /health/live HTTP/1.1\r\nHost: a\r\nX-Slow")
        #expect(await connection.rest() == "")
    }

    @Test func `who sends a body byte by byte loses the connection`() async throws {
        let server = try await hasty { $0.request = .milliseconds(200) }
        let connection = try RawConnection(server.base)
        connection.send("POST /health/live HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\na")
        _ = await connection.rest()
        #expect(try await server.call("/health/live", token: nil).status == 200)
    }

    @Test func `who takes no answers loses the connection`() async throws {
        let server = try await hasty { $0.taking = .milliseconds(500) }
        let connection = try RawConnection(server.base, buffer: 4096)
        // Large answers: a few of them fill what lies between the two sides.
        let request = "GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n"
        connection.send(String(repeating: request, count: 1000))
        #expect(await connection.isBrokenOff())
    }

    @Test func `headers beyond the limit are refused`() async throws {
        let server = try await ServerFixture(spec)
        for request in [
            "GET / HTTP/1.1\r\nX-Long: \(String(repeating: "a", count: 40_000))\r\n\r\n",
            "GET / HTTP/1.1\r\n" + (0..<200).map { "X-\($0): a\r\n" }.joined() + "\r\n",
            "GET /\(String(repeating: "a", count: 200_000)) HTTP/1.1\r\nHost: a\r\n\r\n",
        ] {
            let connection = try RawConnection(server.base)
            connection.send(request)
            let answer = await connection.rest()
            #expect(answer == "" || answer.hasPrefix("HTTP/1.1 400 "), "\(answer.prefix(100))")
        }
    }

    @Test(arguments: [
        ("/login", "POST"), ("/cycle/start", "POST"),
        ("/data/foundation/flowservice/flows/\(UUID().uuidString)", "PATCH"), ("/data/core/ups/segment/jobs", "POST"),
        ("/data/core/activation/disflowprovider/adhocrun", "POST"),
    ])
    func `a body beyond the limit is its sender's fault, and no line of the log at level error`(
        _ path: String, _ method: String
    ) async throws {
        let log = RecordingLog()
        let server = try await ServerFixture(spec, logger: log.logger)
        let body = String(repeating: "a", count: (1 << 20) + 1)
        let answer = try await server.call(
            path, method: method, headers: ["Content-Type: application/json"], body: body)
        #expect(answer.status == 400)
        #expect(!log.lines.contains { $0.hasPrefix("error") })
    }

    @Test func `requests that come at once are answered in order`() async throws {
        let server = try await ServerFixture(spec)
        let connection = try RawConnection(server.base)
        connection.send(
            ["/health/live", "/nowhere", "/health/ready"].map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
        connection.finish()
        let answer = await connection.rest()
        #expect(answer.matches(of: /HTTP\/1\.1 (\d+)/).map { String($0.1) } == ["200", "404", "200"])
    }

    @Test(arguments: [
        "/..%2f..%2fetc/passwd", "/../../etc/passwd", "/%", "/%0", "/%zz", "/%00", "/%ff%fe", "//", "///a//b",
        "/data//foundation", "/health/live/", "/health/live?", "/?%=%&&=&a=%ff", "*", "http://elsewhere/health",
        "/\u{00e5}", "/{id}", "/:id", "/**", "/data/foundation/flowservice/flows/%2e%2e", "/#a",
    ])
    func `no path is the server's own fault`(_ path: String) async throws {
        let server = try await ServerFixture(spec)
        for headers in ["", "Authorization: Bearer \(ServerFixture.token)\r\n"] {
            let connection = try RawConnection(server.base)
            connection.send("GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(headers)\r\n")
            let status = await connection.rest().dropFirst(9).prefix(3)
            #expect(["200", "303", "400", "403", "404"].contains(status), "\(path): \(status)")
        }
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW", "get"])
    func `a method that a path does not have is refused`(_ method: String) async throws {
        let server = try await ServerFixture(spec)
        let connection = try RawConnection(server.base)
        connection.send("\(method) /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        let status = await connection.rest().dropFirst(9).prefix(3)
        #expect(["400", "404", "405"].contains(status))
    }

    @Test func `HEAD has the headers of GET and no body`() async throws {
        let server = try await ServerFixture(spec)
        let connection = try RawConnection(server.base)
        connection.send("HEAD /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let answer = await connection.rest()
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("\r\n\r\n"))
        #expect(answer.lowercased().contains("content-type: application/json\r\n"))
    }

    @Test func `more connections than there may be wait, and are served when others go`() async throws {
        let server = try await hasty {
            $0.connections = 2
            $0.idle = .milliseconds(500)
        }
        let idle = try (0..<4).map { _ in try RawConnection(server.base) }
        #expect(try await server.call("/health/live", token: nil).status == 200)
        withExtendedLifetime(idle) {}
    }

    @Test func `a server that is to end does not wait for those who hang on`() async throws {
        let folder = try await ServerFixture(spec)
        let desk = Desk(
            store: folder.store, clock: folder.clock, logger: .silent, sights: .nothing, controls: .nothing,
            version: "test")
        var limits = ServerLimits()
        limits.farewell = .milliseconds(100)
        let server = HTTPServer(
            desk, access: Access(tokens: []), address: ListenAddress(host: "127.0.0.1", port: 0), limits: limits)
        let (bound, binding) = AsyncStream<ListenAddress>.makeStream()
        let serving = Task { try await server.run { binding.yield($0) } }
        let address = try #require(await bound.first { _ in true })
        let idle = try RawConnection("http://\(address)")
        let sending = try RawConnection("http://\(address)")
        sending.send("POST /health/live HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\na")
        serving.cancel()
        try await serving.value
        #expect(await idle.rest() == "")
        _ = await sending.rest()
    }

    @Test func `an address that is taken is told with the reason`() async throws {
        let server = try await ServerFixture(spec)
        let port = try #require(server.base.split(separator: ":").last.flatMap { Int($0) })
        let desk = Desk(
            store: server.store, clock: server.clock, logger: .silent, sights: .nothing, controls: .nothing,
            version: "test")
        let second = HTTPServer(desk, access: Access(tokens: []), address: ListenAddress(host: "127.0.0.1", port: port))
        do throws(HTTPServerFault) {
            try await second.run()
            Issue.record("two servers on one port")
        } catch {
            #expect("\(error)" == "address '127.0.0.1:\(port)' cannot be listened on: Address already in use")
        }
    }
}
