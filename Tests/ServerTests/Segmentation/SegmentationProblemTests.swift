import Foundation
import Store
import Testing
import TidegateModel
import Transfer

@testable import Server

@Suite struct SegmentationProblemTests {
    @Test func `an error has the family's shape, and codes of the vendor's grammar`() async throws {
        let fixture = try await SegmentationFixture()
        let answer = try await fixture.get("segment/jobs/x", headers: ["x-request-id: jRot0Q3pgFi2"])
        #expect(answer.status == 404)
        let problem = try AnsweredJSON(answer)
        #expect(problem.object.keys.sorted() == ["errors", "requestId", "status", "title", "type"])
        #expect(problem["status"]?.number == 404)
        #expect(problem["title"]?.text == "Not Found")
        #expect(problem["requestId"]?.text == "jRot0Q3pgFi2")
        let code = try #require(problem["errors.404.0.code"]?.text)
        #expect(code.wholeMatch(of: /[A-Z]{3,6}-[0-9]{3,6}-404/) != nil)
        #expect(problem["type"]?.text == "https://ns.adobe.com/aep/errors/\(code)")
        #expect(problem["errors.404.0.message"]?.text == "segment job is not known")
    }

    @Test func `every kind of fault has a code of its own`() throws {
        let faults: [Fault] = [
            .badRequest(""), .noToken, .wrongToken, .wrongHeader(code: "400003", ""), .notAllowed(.admin),
            .declared(""), .notFound(""), .notAcceptable(""), .conflict(""), .stale(""), .keyUsedOtherwise,
            .tooMany(""), .unavailable(""),
        ]
        let types = faults.map { SegmentationProblem($0, request: RequestID()).type }
        #expect(Set(types).count == faults.count)
        for type in types { #expect(type.firstMatch(of: /\/[A-Z]{3,6}-[0-9]{3,6}-[1-5][0-9]{2}$/) != nil, "\(type)") }
    }

    @Test func `every answer has its request's id`() async throws {
        let fixture = try await SegmentationFixture()
        let given = try await fixture.get("segment/jobs", headers: ["x-request-id: abc-1.2_3:4~5"])
        #expect(given.headers["x-request-id"] == "abc-1.2_3:4~5")
        let made = try #require(try await fixture.get("segment/jobs").headers["x-request-id"])
        #expect(UUID(uuidString: made) != nil)
    }

    @Test(arguments: ["<script>", "a b", String(repeating: "x", count: 129), "å"])
    func `an id that is not plain is replaced`(_ id: String) async throws {
        let fixture = try await SegmentationFixture()
        let answer = try await fixture.get("segment/jobs/x", headers: ["x-request-id: \(id)"])
        let used = try #require(answer.headers["x-request-id"])
        #expect(UUID(uuidString: used) != nil)
        #expect(try AnsweredJSON(answer)["requestId"]?.text == used)
    }

    @Test func `without a token the gateway answers`() async throws {
        let fixture = try await SegmentationFixture()
        let none = try await fixture.server.call("/data/core/ups/segment/jobs", token: nil)
        #expect(none.status == 403)
        #expect(try AnsweredJSON(none)["error_code"]?.text == "403010")
        let wrong = try await fixture.server.call("/data/core/ups/export/jobs", token: "x")
        #expect(wrong.status == 401)
        #expect(try AnsweredJSON(wrong)["error_code"]?.text == "401013")
    }

    @Test func `the tenant is the one that the client's headers name`() async throws {
        let fixture = try await SegmentationFixture()
        try fixture.cycle()
        let headers = ["x-gw-ims-org-id: 1BD6@AdobeOrg", "x-sandbox-name: dev"]
        let job = try AnsweredJSON(try await fixture.get("segment/jobs", headers: headers))["children.0"]
        #expect(job?["imsOrgId"]?.text == "1BD6@AdobeOrg")
        #expect(job?["sandbox.sandboxName"]?.text == "dev")
        let other = try await fixture.json("segment/jobs")["children.0"]
        #expect(other?["sandbox.sandboxName"]?.text == "prod")
        #expect(other?["sandbox.sandboxId"] != job?["sandbox.sandboxId"])
    }
}
