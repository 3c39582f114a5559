import Foundation
import HTTPTypes
import Store
import Testing
import TidegateModel

@testable import Server

/// How the guardrails' refusals read over HTTP, and what the audit keeps.
@Suite struct AdHocRefusalTests {
    private static let ids = (dataflow: UUID(), segment: UUID(), run: UUID())
    private static let until = Instant(milliseconds: 1_795_263_600_000)
    private static let outside = "Segments vip, lapsed are not part of this dataflow or out of schedule range!"

    static let refusals: [(AdHocRefusal, Int, String, String)] = [
        (
            .alreadyRunning(
                segment: SegmentReference(id: ids.segment, name: "vip"), dataflow: ids.dataflow, name: "files",
                run: ids.run
            ), 400, "already-running",
            "Run already going on for segment \(ids.segment.text) for order \(ids.dataflow.text) with run id \(ids.run.text)"
        ),
        (.outOfScope(segments: ["vip", "lapsed"], .notInDataflow), 400, "not-in-dataflow", outside),
        (.outOfScope(segments: ["vip", "lapsed"], .outOfSchedule), 400, "out-of-schedule", outside),
        (.outOfScope(segments: ["vip", "lapsed"], .dataflowDisabled), 400, "dataflow-disabled", outside),
        (.outOfScope(segments: ["vip", "lapsed"], .dataflowDetached), 400, "dataflow-detached", outside),
        (.outOfScope(segments: ["vip", "lapsed"], .dataflowPaused), 400, "dataflow-paused", outside),
        (.tooManySegments(81), 400, "too-many-segments", "ad-hoc job names 81 segments, and 80 is the most"),
        (
            .tooEarly(segment: "vip", until: until), 400, "too-early",
            "segment vip was first activated in this dataflow too recently; an ad-hoc run is allowed from 2026-11-21T12:20:00Z"
        ),
        (
            .unknownDataflow(ids.dataflow), 404, "unknown-destination",
            "dataflow \(ids.dataflow.text) is not in the job files"
        ),
        (.unknownSegment(ids.segment), 404, "unknown-segment", "segment \(ids.segment.text) is not in the job files"),
        (
            .unknownSnapshot, 400, "unknown-export-job",
            "exportIds names an export job that is not known, has published nothing, or is not kept any more"
        ),
    ]

    @Test(arguments: refusals.indices)
    func `each guardrail answers in its own words, with a code beside them`(_ index: Int) async throws {
        let (refusal, status, code, message) = Self.refusals[index]
        let fixture = try await AdHocFixture(refusal: refusal)
        let answer = try await fixture.post()
        #expect((answer.status, try answer.code(), try answer.message()) == (status, code, message))
        #expect(try fixture.audit.map(\.subject) == ["files"])
        #expect(try fixture.audit.map(\.refusal) == ["\(refusal)"])
    }

    @Test(arguments: [(0, "2026-11-21T12:20:00Z"), (1, "2026-11-21T12:20:01Z"), (999, "2026-11-21T12:20:01Z")])
    func `the one-time delay names the second from which the call is allowed`(_ rest: Int64, _ text: String)
        async throws
    {
        let until = Self.until + .milliseconds(rest)
        let answer = try await AdHocFixture(refusal: AdHocRefusal.tooEarly(segment: "vip", until: until)).post()
        #expect(try answer.json()["allowedFrom"] as? String == text)
    }

    @Test func `no snapshot yet is a refusal, never an empty file`() async throws {
        let answer = try await AdHocFixture(refusal: AdHocRefusal.noSnapshot).post()
        #expect((answer.status, try answer.code()) == (400, "no-snapshot"))
        #expect(try answer.message()?.hasPrefix("there is no snapshot yet") == true)
    }

    @Test func `a refusal has a message, a code, and what else is known, and nothing besides`() async throws {
        let plain = try await AdHocFixture(refusal: AdHocRefusal.tooManySegments(81)).post()
        #expect(try plain.json().keys.sorted() == ["code", "message"])
        #expect(plain.headers["content-type"] == "application/json")
    }

    @Test func `whatever else goes wrong is told to the log, not to strangers`() async throws {
        struct Secret: Error { let text = "anna@example.com" }
        let answer = try await AdHocFixture(refusal: Secret()).post()
        #expect(answer.status == 503)
        #expect(try answer.json().keys.sorted() == ["message"])
        #expect(!answer.text.contains("anna"))
    }

    @Test func `who may only look starts nothing, and that is in the audit`() async throws {
        let fixture = try await AdHocFixture(scope: .read)
        let answer = try await fixture.post()
        #expect(answer.status == 403)
        #expect(try answer.message() == "token does not allow 'trigger'")
        #expect(fixture.orders.all == [])
        #expect(try fixture.audit.map(\.actor) == ["api:read"])
        #expect(try fixture.audit.map(\.refusal) == ["token does not allow 'trigger'"])
    }

    @Test func `without a token, and with a wrong one, the gateway answers`() async throws {
        let fixture = try await AdHocFixture()
        let body = try AdHocFixture.body()
        let none = try await fixture.server.call(AdHocFixture.path, method: "POST", token: nil, body: body)
        #expect((none.status, try none.json()["error_code"] as? String) == (403, "403010"))
        let wrong = try await fixture.server.call(AdHocFixture.path, method: "POST", token: "guess", body: body)
        #expect((wrong.status, try wrong.json()["error_code"] as? String) == (401, "401013"))
        #expect(fixture.orders.all == [])
    }

    @Test func `what is done is in the audit, once for each dataflow`() async throws {
        let fixture = try await AdHocFixture()
        _ = try await fixture.post(["files": ["vip", "lapsed"], "contacts": ["vip"]])
        #expect(try Set(fixture.audit.map(\.subject)) == ["files", "contacts"])
        #expect(try fixture.audit.allSatisfy { $0.action == .runNow && $0.actor == "api:trigger" && $0.refusal == nil })
        #expect(try fixture.audit.count == 2)
    }

    @Test func `a refused job of which nothing is known is in the audit too`() async throws {
        let fixture = try await AdHocFixture(refusal: AdHocRefusal.unknownDataflow(Self.ids.dataflow))
        let body = #"{"activationInfo": {"\#(UUID().text)": ["\#(UUID().text)"]}}"#
        #expect(try await fixture.post(body).status == 404)
        #expect(try fixture.audit.map(\.subject) == ["ad-hoc job"])
    }
}
