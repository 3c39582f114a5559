import Foundation
import Store
import Testing
import TidegateModel
import TidegateTesting

@testable import Server

/// The vendor's own description of its calls, which may lie beside the project; where it does not, these tests are
/// skipped and say so.
@Suite(.enabled(if: VendorDescription.known != nil, "the vendor's own description is not at hand"))
struct FlowDescriptionTests {
    private let description: VendorDescription

    init() throws { description = try #require(VendorDescription.known) }

    /// What the vendor tells of its own house, and we have nothing to tell: the sandbox's id.
    private static let absent: Set<String> = ["sandboxId"]

    private func fixture() async throws -> FlowFixture {
        let access = Access(tokens: [(ServerFixture.token, .admin)], organization: "o", sandbox: "s")
        let fixture = try await FlowFixture([FlowFixture.flow(1)], access: access)
        let run = fixture.run(1)
        try fixture.record([run])
        let file = DeliveredFile(path: "/outbox", name: "vip.csv", rows: 7, size: 4096, sha256: "ab12")
        try fixture.end(run, .delivered, counts: RunCounts(selected: 7, exported: 7), files: [file])
        return fixture
    }

    @Test(arguments: [
        ("/flows?count=true&limit=1", "flowservice_FlowListResponse"),
        ("/runs?count=true&limit=1", "flowservice_FlowRunsListResponse"),
    ])
    func `a list has every member that the description has, of the described type`(
        _ path: String, _ schema: String
    ) async throws {
        let fixture = try await fixture()
        try fixture.record([fixture.run(2, state: .missed)])
        func get(_ path: String) async throws -> AnsweredJSON {
            try AnsweredJSON(try await fixture.get(path, headers: ["x-gw-ims-org-id: o", "x-sandbox-name: s"]))
        }
        var list = try await get(path).object
        if path.hasPrefix("/runs") {
            // The run that is looked at is the delivered one.
            list["items"] = .array(try await get("/runs")["items"]?.array.suffix(1) ?? [])
        } else {
            list["_links"] = .object(["next": .object(["href": .text("/flows?continuationToken=a")])])
        }
        let wanted = try #require(description.schema(schema))
        #expect(description.problems(.object(list), against: wanted, lacking: Self.absent) == [])
    }

    @Test func `an answer to a change has the members of the description`() async throws {
        let fixture = try await fixture()
        let answer = try await fixture.server.call(
            "\(FlowFixture.base)/flows/\(FlowFixture.id(1001).text)/action?op=DISABLE", method: "POST",
            headers: ["x-gw-ims-org-id: o", "x-sandbox-name: s"])
        let wanted = try #require(description.schema("flowservice_CreateFlowResponse"))
        #expect(description.problems(try AnsweredJSON(answer), against: wanted, lacking: []) == [])
    }
}
