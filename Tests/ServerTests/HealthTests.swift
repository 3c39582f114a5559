import Foundation
import Store
import Testing
import TidegateModel
import Transfer

@testable import Server

@Suite struct HealthTests {
    private let spec = JobSpec(profile: ProfileSchema(key: "id", attributes: []))

    private func ready(_ server: ServerFixture) async throws -> (status: Int, reasons: [String]) {
        let answer = try await server.call("/health/ready", token: nil)
        return (answer.status, try answer.json()["reasons"] as? [String] ?? [])
    }

    @Test func `a scheduler that signs is ready, one that has fallen silent is not, and lives all the same`()
        async throws
    {
        let server = try await ServerFixture(spec)
        #expect(try await ready(server) == (200, []))
        server.clock.advance(by: .seconds(60))
        #expect(try await ready(server) == (200, []))
        server.clock.advance(by: .seconds(1))
        #expect(try await ready(server) == (503, ["scheduler gave no sign of life for 61 s"]))
        #expect(try await server.call("/health/live", token: nil).text == #"{"status":"live"}"#)
        try server.store.beat("test", at: server.clock.now())
        #expect(try await ready(server) == (200, []))
    }

    @Test func `a process that is stopping is not ready`() async throws {
        var sights = Sights.nothing
        sights.isGoingDown = { true }
        #expect(try await ready(try await ServerFixture(spec, sights: sights)) == (503, ["process is stopping"]))
    }

    @Test func `without a scheduler nothing is ready`() async throws {
        let server = try await ServerFixture(spec)
        try server.store.signOff("test", at: server.clock.now())
        #expect(try await ready(server) == (503, ["no scheduler has signed"]))
    }

    @Test func `a store that cannot be read is told without its path`() async throws {
        let server = try await ServerFixture(spec)
        try server.store.close()
        #expect(try await ready(server) == (503, ["store cannot be read"]))
    }
}
