import Foundation
import Testing
import TidegateTesting

/// The doctor with a proxy in its environment that writes down what it is told.
@Suite struct ProxyTests {
    /// What a proxy for everything hears while the doctor asks `destination`.
    private func heard(_ destination: String) async throws -> [FaultServer.SeenRequest] {
        let site = try Site()
        try site.write(destination, to: "away.yaml")
        let proxy = try LocalServer("webhook")
        let variables = ["ALL_PROXY", "http_proxy", "ftp_proxy"].map { ($0, proxy["url"]) }
        var environment = Dictionary(uniqueKeysWithValues: variables)
        environment["TIDEGATE_TEST_SECRET"] = "SG." + String(repeating: "k", count: 66)
        let finished = try site.tidegate("doctor", environment: environment)
        #expect(finished.status == 69)
        return try await FaultServer(alone: proxy).state().requests
    }

    @Test func `a proxy hears nothing of FTP, not even where to`() async throws {
        let requests = try await heard(
            """
            kind: Destination
            name: printers
            type: ftp
            host: ftp.printers.invalid
            user: acme
            password: ${env:TIDEGATE_TEST_SECRET}
            path: upload
            """
        )
        #expect(requests.isEmpty)
    }

    @Test func `a proxy hears nothing of what goes to this machine without TLS`() async throws {
        let requests = try await heard(
            """
            kind: Destination
            name: mail
            type: sendgrid
            apiKey: ${env:TIDEGATE_TEST_SECRET}
            baseURL: http://127.0.0.1:9
            consent: { agreedBy: Ann Berg, agreedOn: 2026-11-01 }
            """
        )
        #expect(requests.isEmpty)
    }
}
