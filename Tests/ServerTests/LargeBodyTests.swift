import Foundation
import Testing
import TidegateModel
import Transfer

@testable import Server

/// Bodies that are larger than anything means something.
@Suite struct LargeBodyTests {
    @Test(arguments: [
        ("PATCH", "/data/foundation/flowservice/flows/\(UUID(kind: "Dataflow", name: "any").text)"),
        ("POST", "/data/core/ups/segment/jobs"), ("POST", "/data/core/activation/disflowprovider/adhocrun"),
        ("POST", "/login"), ("POST", "/logout"), ("POST", "/cycle/start"),
    ])
    func `a body that is too large is the caller's mistake, not the server's`(_ method: String, _ path: String)
        async throws
    {
        let server = try await ServerFixture(JobSpec(profile: ProfileSchema(key: "id", attributes: [])))
        let answer = try await server.call(
            path, method: method, headers: ["Content-Type: application/json", "If-Match: \"any\""],
            body: String(repeating: "a", count: 2 << 20)
        )
        #expect(answer.status == 400)
    }
}
