import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

@Suite struct SendGridCheckTests {
    @Test func `a check asks only, and says what it found`() async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session()
        _ = try await bench.deliver(session, bench.contacts(session, ["a@b.se", "c@b.se"]))
        let before = try await bench.requests().count
        let sentence = try await bench.connector.check(list: bench.receiver.list)
        #expect(
            sentence == """
                SendGrid accepts the key, which has 3 scopes, 2 of them for marketing; list 'VIP customers' has 2 contacts; \
                the account holds 2
                """
        )
        let asked = try await bench.requests().dropFirst(before)
        #expect(asked.allSatisfy { $0.hasPrefix("GET ") })
        try await bench.expectNoProblems()
    }

    @Test func `a check without a list asks for none, and does without the count where the key may not count`()
        async throws
    {
        let bench = try await SendGridBench()
        try await bench.receiver.server.add(.init("GET /v3/marketing/contacts/count", status: 403))
        let sentence = try await bench.connector.check(list: nil)
        #expect(sentence == "SendGrid accepts the key, which has 3 scopes, 2 of them for marketing")
    }

    @Test func `a refused key that has not a key's form gets a hint, and is not shown`() async throws {
        let bench = try await SendGridBench()
        let wrong = Secret("SG.too-short")
        let error = await bench.error {
            _ = try await bench.receiver.connector(bench.means, key: wrong).check(list: nil)
        }
        #expect(
            error
                == .rejected(
                    """
                    SendGrid does not accept the key (401): authorization required, and SendGrid's keys begin with SG. and \
                    have 69 characters, which this one does not
                    """
                )
        )
    }

    @Test func `a revoked key is told from a full plan, though both are 401`() async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session()
        func refusal(_ status: Int, _ message: String) async throws -> String? {
            try await bench.receiver.server.add(.sendgrid(status, message))
            let error = await bench.error { _ = try await session.send(batch(bench.contacts(session, ["a@b.se"]))) }
            #expect(error?.isRejected == true)
            return error?.sentence
        }
        #expect(
            try await refusal(401, "The provided authorization grant is invalid, expired, or revoked")
                == "SendGrid does not accept the key (401): The provided authorization grant is invalid, expired, or revoked"
        )
        let full = "SendGrid's plan takes no more: Maximum credits exceeded"
        #expect(try await refusal(401, "Maximum credits exceeded") == full)
        // Whatever status it comes with.
        for status in [400, 403, 429] {
            #expect(
                try await refusal(status, "you have hit your contact limit")
                    == "SendGrid's plan takes no more: you have hit your contact limit"
            )
        }
        #expect(
            try await refusal(403, "access forbidden")
                == "the key for SendGrid may not add contacts (403): access forbidden"
        )
    }

    @Test func `a key without a marketing scope is rejected by the call that needs it`() async throws {
        let bench = try await SendGridBench()
        try await bench.receiver.server.add(
            .init("GET /v3/marketing/lists/*", status: 403, body: #"{"errors":[{"message":"access forbidden"}]}"#)
        )
        let error = await bench.error { _ = try await bench.session() }
        #expect(error == .rejected("the key for SendGrid may not read lists (403): access forbidden"))
    }

    @Test func `a list that is not there is named`() async throws {
        let bench = try await SendGridBench()
        let missing = "00000000-0000-4000-8000-000000000000"
        let error = await bench.error { _ = try await bench.connector.check(list: missing) }
        #expect(error == .rejected("list \(missing) is not there at SendGrid"))
    }

    @Test(arguments: ["..", "../..", ".", "", "a/b", "a b", "a?b", "a%2e", "a#b", "å", "VIP customers"])
    func `what is no id of a list never gets into a URL`(_ list: String) async throws {
        let bench = try await SendGridBench()
        let before = try await bench.requests().count
        var push = Push(run: .init(), options: PushOptions(list: list), columns: SendGridBench.columns, profiles: 1)
        push.options.onLeave = .remove
        let opened = await bench.error { [push] in _ = try await bench.connector.open(push) }
        #expect(opened?.isRejected == true)
        let after = try await bench.requests()
        #expect(after.count == before)
        let checked = await bench.error { _ = try await bench.connector.check(list: list) }
        #expect(checked?.isRejected == true)
    }

    @Test func `nobody can leave a list that is not named`() async throws {
        let bench = try await SendGridBench()
        let error = await bench.error { _ = try await bench.session(onLeave: .remove, hasList: false) }
        #expect(error == .rejected("the dataflow names no list of SendGrid that somebody could leave"))
    }

    @Test func `a subuser is named in every call, but not to the storage`() async throws {
        let bench = try await SendGridBench { $0.reject = ["c@b.se": "bounced"] }
        let connector = bench.receiver.connector(bench.means, onBehalfOf: "customer1")
        let push = Push(
            run: .init(), options: PushOptions(list: bench.receiver.list), columns: SendGridBench.columns, profiles: 1)
        let session = try await connector.open(push)
        _ = try await bench.deliver(session, bench.contacts(session, ["a@b.se", "c@b.se"]))
        let requests = try await bench.receiver.state().requests
        let (storage, calls) = (
            requests.filter { $0.path.hasPrefix("/storage/") }, requests.filter { !$0.path.hasPrefix("/storage/") }
        )
        #expect(storage.count == 1)
        #expect(calls.allSatisfy { $0.headers.contains("on-behalf-of") && $0.headers.contains("authorization") })
        #expect(storage.allSatisfy { !$0.headers.contains("on-behalf-of") && !$0.headers.contains("authorization") })
        try await bench.expectNoProblems()
    }
}
