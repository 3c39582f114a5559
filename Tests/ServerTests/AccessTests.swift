import Foundation
import Testing
import TidegateModel
import Transfer

@testable import Server

@Suite struct AccessTests {
    private let spec = JobSpec(profile: ProfileSchema(key: "id", attributes: []))

    @Test func `health needs no token`() async throws {
        let server = try await ServerFixture(spec)
        #expect(try await server.call("/health/live", token: nil).status == 200)
        #expect(try await server.call("/health/ready", token: nil).status == 200)
    }

    @Test func `metrics and health need no token, and every answer is closed to other sites`() async throws {
        let server = try await ServerFixture(spec)
        for path in ["/metrics", "/health/live", "/health/ready", "/nowhere", "/"] {
            let headers = try await server.call(path, token: nil).headers
            #expect(headers["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
            #expect(headers["x-content-type-options"] == "nosniff" && headers["referrer-policy"] == "same-origin")
            #expect(headers["cross-origin-opener-policy"] == "same-origin")
            #expect(headers["cross-origin-resource-policy"] == "same-origin")
            #expect(headers["cache-control"] != nil && headers["server"] == nil)
            #expect(headers["date"] == "Sat, 21 Nov 2026 12:00:00 GMT")
            #expect(headers["strict-transport-security"] == nil)
        }
        let behind = try await server.call("/", token: nil, headers: ["X-Forwarded-Proto: https"])
        #expect(behind.headers["strict-transport-security"] == "max-age=31536000")
    }

    @Test func `the same bytes are equal and any others are not`() {
        #expect(isEqualInConstantTime([1, 2, 3], [1, 2, 3]))
        #expect(!isEqualInConstantTime([1, 2, 3], [1, 2, 4]))
        #expect(!isEqualInConstantTime([1, 2, 3], [1, 2]))
    }

    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1", 8080), (":9", "0.0.0.0", 9), ("[::1]:80", "::1", 80),
        ("localhost:0", "localhost", 0),
    ])
    func `an address has a host and a port`(_ text: String, _ host: String, _ port: Int) {
        #expect(ListenAddress(text) == ListenAddress(host: host, port: port))
    }

    @Test(arguments: ["8080", "::1:80", "a:b", "a:70000", ""])
    func `what has no port is no address`(_ text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
