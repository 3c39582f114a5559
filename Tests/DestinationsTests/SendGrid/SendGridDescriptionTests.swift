import Testing
import TidegateModel
import TidegateTesting
import Transfer

@testable import Destinations

/// Where SendGrid's own description is at hand, the receiver holds every request of every test here against it.
@Suite(.enabled(if: SendGridReceiver.description != nil, "SendGrid's own description is not at hand"))
struct SendGridDescriptionTests {
    @Test func `every request of a push is one that SendGrid describes`() async throws {
        let bench = try await SendGridBench()
        _ = try await bench.connector.check(list: bench.receiver.list)
        let columns = [
            PushColumn(field: "email", type: .text), PushColumn(field: "alternate_emails", type: .text),
            PushColumn(field: "favourite_shop", type: .text),
        ]
        let session = try await bench.session(columns, onLeave: .remove)
        let people = [
            bench.contact(session, "a@b.se", "x@b.se;y@b.se", "\"Å\""), bench.contact(session, "c@b.se", nil, nil),
        ]
        _ = try await bench.deliver(session, people)
        _ = try await session.remove([ListMember(identity: "a@b.se")])
        try await bench.expectNoProblems()
    }

    @Test func `the check notices what is not described`() async throws {
        let bench = try await SendGridBench()
        func call(_ method: String, _ path: String, _ body: String = "") async throws {
            var headers = ["Authorization: Bearer \(bench.receiver.key.text)"]
            if !body.isEmpty { headers.append("Content-Type: application/json") }
            let bytes: TransferRequest.Body = body.isEmpty ? .none : .bytes(Array(body.utf8))
            _ = try await TransferClient.shared.run(
                TransferRequest(method, bench.receiver.server.url + path, headers: headers, body: bytes))
        }
        try await call("PUT", "/v3/marketing/contacts", #"{"contacts":[],"list_ids":["not-an-id"]}"#)
        try await call("PUT", "/v3/marketing/contacts", #"{"contacts":[{"email":"a@b.se","city":7}]}"#)
        try await call("DELETE", "/v3/marketing/lists/\(bench.receiver.list)/contacts")
        try await call("GET", "/v3/marketing/lists/\(bench.receiver.list)?sample=true")
        try await call("POST", "/v3/marketing/contacts")
        let problems = try await bench.receiver.state().problems
        for expected in [
            "PUT /v3/marketing/contacts: contacts violates minItems",
            "PUT /v3/marketing/contacts: list_ids/* violates format",
            "PUT /v3/marketing/contacts: contacts/*/city violates type",
            "DELETE /v3/marketing/lists/{id}/contacts: parameter contact_ids is missing",
            "GET /v3/marketing/lists/{id}: parameter sample is not described",
            "POST /v3/marketing/contacts is not described",
        ] {
            #expect(problems.contains(expected), "\(expected)")
        }
    }
}
