import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

@Suite struct SendGridPushTests {
    @Test func `a batch holds 30,000 contacts and six decimal megabytes at most`() async throws {
        let bench = try await SendGridBench()
        let listed = try await bench.session()
        let unlisted = try await bench.session(hasList: false)
        let envelope = "{\"list_ids\":[\"\(bench.receiver.list)\"],\"contacts\":[]}".utf8.count
        #expect(listed.limits == BatchLimits(contacts: 30_000, bytes: 6_000_000, envelope: envelope, removals: 100))
        #expect(unlisted.limits.envelope == "{\"contacts\":[]}".utf8.count)
    }

    @Test func `fields are asked for once a run, and custom ones go by id`() async throws {
        let bench = try await SendGridBench { $0.fields = [.init("e3_T", "FAVOURITE_SHOP", "Text")] }
        let session = try await bench.session()
        for address in ["a@b.se", "c@b.se", "d@b.se"] {
            _ = try await bench.deliver(session, bench.contacts(session, [address]))
        }
        let state = try await bench.receiver.state()
        #expect(state.requests.count { $0.path == "/v3/marketing/field_definitions" } == 1)
        #expect(state.stored.contacts.allSatisfy { $0.custom_fields == ["e3_T": .text("Malmö")] })
        #expect(state.stored.contacts.count == 3)
        try await bench.expectNoProblems()
    }

    @Test func `a push without a list puts nobody on one`() async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session(hasList: false)
        _ = try await bench.deliver(session, bench.contacts(session, ["a@b.se"]))
        let stored = try await bench.receiver.state().stored
        #expect(stored.contacts.map(\.email) == ["a@b.se"])
        #expect(stored.lists.isEmpty)
    }

    @Test func `rows are refused by the quoted address, though the index beside it is another's`() async throws {
        let bad = ["o'hara+1@example.com", "kim@example.com"]
        let bench = try await SendGridBench { $0.refuse = bad }
        let session = try await bench.session()
        let addresses = ["a@b.se", bad[0].uppercased(), "c@b.se", bad[1]]
        let answer = try await session.send(batch(bench.contacts(session, addresses)))
        let words = "email … is not valid"
        #expect(
            answer
                == .refusedRows([
                    RowRejection(index: 1, code: "invalid-email", message: words),
                    RowRejection(index: 3, code: "invalid-email", message: words),
                ])
        )
        let stored = try await bench.receiver.state().stored
        #expect(stored.contacts.isEmpty)
    }

    @Test func `a refusal that names nobody of the batch leaves it to halving`() async throws {
        let bench = try await SendGridBench { $0.refuseUnnamed = ["kim@example.com"] }
        let session = try await bench.session()
        let people = bench.contacts(session, ["a@b.se", "kim@example.com"])
        #expect(
            try await session.send(batch(people)) == .refusedWhole("SendGrid refused the batch (400): unexpected value")
        )
        for body in ["", "<html>", #"{"errors":[{"message":"email 'x@else.se' is not valid"}]}"#, #"{"errors":{}}"#] {
            try await bench.receiver.server.add(.init("PUT *", status: 400, body: body))
            let answer = try await session.send(batch(people))
            guard case .refusedWhole(let reason) = answer else {
                Issue.record("\(answer) for \(body)")
                continue
            }
            #expect(reason.hasPrefix("SendGrid refused the batch (400)") && !reason.contains("@"))
        }
    }

    @Test(arguments: ["invalid custom field ids supplied", "invalid input"])
    func `a wrong mapping stops the run instead of being halved`(_ message: String) async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session()
        try await bench.receiver.server.add(.sendgrid(400, message, field: ""))
        let error = await bench.error { _ = try await session.send(batch(bench.contacts(session, ["a@b.se"]))) }
        #expect(error == .rejected("SendGrid refused to add contacts (400): \(message)"))
    }

    @Test func `a field that was deleted meanwhile stops the run`() async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session()
        try await bench.receiver.change { $0.fields = [] }
        let error = await bench.error { _ = try await session.send(batch(bench.contacts(session, ["a@b.se"]))) }
        #expect(error == .rejected("SendGrid refused to add contacts (400): invalid custom field ids supplied"))
    }

    @Test func `a batch that is too large is halved, a full account is not tried again`() async throws {
        let bench = try await SendGridBench { $0.bytes = 200 }
        let session = try await bench.session()
        let people = bench.contacts(session, ["a@b.se", "c@b.se", "d@b.se"])
        #expect(try await session.send(batch(people)) == .refusedWhole("SendGrid found the batch too large (413)"))
        try await bench.receiver.change {
            $0.bytes = 6_000_000
            $0.cap = 2
        }
        let error = await bench.error { _ = try await session.send(batch(people)) }
        #expect(error == .rejected("SendGrid's plan takes no more: you have hit your contact limit"))
        #expect(try await bench.deliver(session, Array(people.prefix(2))).figures["created"] == 2)
    }

    @Test(arguments: ["delta", "epoch", "retry-after"])
    func `all dialects of the rate limit say the same wait`(_ dialect: String) async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session()
        let people = bench.contacts(session, ["a@b.se"])
        try await bench.receiver.change {
            $0.throttle = 1
            $0.reset = dialect
            $0.wait = 7
        }
        let error = await bench.error { _ = try await session.send(batch(people)) }
        #expect(error == .transient("SendGrid asked for a pause (429)", retryAfter: .seconds(7)))
        let before = bench.clock.now()
        _ = try await bench.deliver(session, people)
        let waited = bench.clock.now() - before
        #expect(waited >= .seconds(6))
    }

    @Test func `a rate limit counts for every call, the questions for jobs among them`() async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session()
        guard case .accepted(let job) = try await session.send(batch(bench.contacts(session, ["a@b.se"]))) else {
            return
        }
        try await bench.receiver.change { $0.throttle = 1 }
        let error = await bench.error { _ = try await session.outcome(of: job) }
        #expect(error?.wait == .seconds(7))
        _ = try await bench.finish(job, session)
    }

    @Test func `an accepted batch without a job is uncertain`() async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session()
        for body in ["", "{}", #"{"job_id":null}"#, #"{"job_id":""}"#] {
            try await bench.receiver.server.add(.init("PUT *", .commitThenStatus, status: 202, body: body))
            let error = await bench.error { _ = try await session.send(batch(bench.contacts(session, ["a@b.se"]))) }
            #expect(error == .uncertain("SendGrid answered (202) without naming a job"))
        }
    }

    @Test func `a list that vanished meanwhile stops the run`() async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session()
        try await bench.receiver.server.add(.init("PUT *", status: 404, body: #"[{"message":"not found"}]"#))
        let error = await bench.error { _ = try await session.send(batch(bench.contacts(session, ["a@b.se"]))) }
        #expect(error == .rejected("list \(bench.receiver.list) is not there at SendGrid any more"))
    }
}
