import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

@Suite struct SendGridRemovalTests {
    private func members(_ identities: [String]) -> [ListMember] {
        identities.map { ListMember(identity: $0) }
    }

    @Test func `a hundred leave in one search and one call, and stay contacts`() async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session(onLeave: .remove)
        let addresses = (1...101).map { "o'hara+\($0)@example.com" }
        _ = try await bench.deliver(session, bench.contacts(session, addresses))
        let before = try await bench.requests().count
        guard case .accepted(let job) = try await session.remove(members(Array(addresses.prefix(100)))) else {
            Issue.record("the removal is not accepted")
            return
        }
        let requests = try await bench.receiver.state().requests.dropFirst(before)
        #expect(
            requests.map { "\($0.method) \($0.path) \($0.counts)" } == [
                #"POST /v3/marketing/contacts/search/identifiers/email ["identifiers": 100]"#,
                "DELETE /v3/marketing/lists/\(bench.receiver.list)/contacts [\"members\": 100]",
            ]
        )
        #expect(requests.allSatisfy { !$0.target.contains("example.com") && !$0.target.contains("hara") })
        #expect(try await bench.finish(job, session) == JobResult(figures: ["requested": 100]))
        #expect(try await bench.receiver.members() == [addresses[100]])
        #expect(try await bench.receiver.state().stored.contacts.count == 101)
        try await bench.expectNoProblems()
    }

    @Test func `whom SendGrid does not have is gone already, and nothing is asked of the list`() async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session(onLeave: .remove)
        #expect(try await session.remove(members(["a@b.se", "c@b.se"])) == .taken(rejected: [], receiverIDs: [:]))
        #expect(try await session.remove([]) == .taken(rejected: [], receiverIDs: [:]))
        let requests = try await bench.requests()
        #expect(!requests.contains { $0.hasPrefix("DELETE") })
    }

    @Test func `of some who are there, those leave`() async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session(onLeave: .remove)
        _ = try await bench.deliver(session, bench.contacts(session, ["a@b.se", "c@b.se"]))
        guard case .accepted = try await session.remove(members(["nobody@b.se", "c@b.se"])) else {
            Issue.record("the removal is not accepted")
            return
        }
        #expect(try await bench.receiver.members() == ["a@b.se"])
    }

    @Test func `who has no e-mail is looked up by what stands in for it`() async throws {
        let bench = try await SendGridBench()
        let columns = [
            PushColumn(field: "email", type: .text), PushColumn(field: "external_id", type: .text),
            PushColumn(field: "first_name", type: .text),
        ]
        let session = try await bench.session(columns, onLeave: .remove)
        let people = [bench.contact(session, nil, "kim@example.com"), bench.contact(session, "a@b.se", "4711")]
        let identities = people.map { String(decoding: $0.identity, as: UTF8.self) }
        _ = try await bench.deliver(session, people)
        guard case .accepted = try await session.remove(members(identities)) else {
            Issue.record("the removal is not accepted")
            return
        }
        #expect(try await bench.receiver.members() == [])
        let searches = try await bench.requests().filter { $0.contains("/search/") }
        #expect(searches.compactMap { $0.split(separator: "/").last } == ["email", "external_id"])
        try await bench.expectNoProblems()
    }

    @Test func `a contact that vanishes between the two calls is looked up again`() async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session(onLeave: .remove)
        _ = try await bench.deliver(session, bench.contacts(session, ["a@b.se"]))
        try await bench.receiver.server.add(.init("DELETE *", status: 404, body: "[]"))
        let error = await bench.error { _ = try await session.remove(members(["a@b.se"])) }
        #expect(error == .transient("SendGrid lost one of the contacts that were to leave the list (404)"))
        guard case .accepted = try await session.remove(members(["a@b.se"])) else {
            Issue.record("the removal is not accepted")
            return
        }
    }

    @Test func `a list that vanished is not asked for twice`() async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session(onLeave: .remove)
        _ = try await bench.deliver(session, bench.contacts(session, ["a@b.se"]))
        try await bench.receiver.server.add(
            .init("DELETE *", status: 404, body: "[]"), .init("GET /v3/marketing/lists/*", status: 404, body: "[]"))
        let error = await bench.error { _ = try await session.remove(members(["a@b.se"])) }
        #expect(error == .rejected("list \(bench.receiver.list) is not there at SendGrid"))
    }

    @Test func `a lost answer to a removal is uncertain, a lost search is not`() async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session(onLeave: .remove)
        _ = try await bench.deliver(session, bench.contacts(session, ["a@b.se"]))
        try await bench.receiver.server.add(.init("POST *", .drop))
        #expect(await bench.error { _ = try await session.remove(members(["a@b.se"])) }?.isTransient == true)
        try await bench.receiver.server.add(.init("DELETE *", .commitThenDrop))
        #expect(await bench.error { _ = try await session.remove(members(["a@b.se"])) }?.isUncertain == true)
        #expect(try await bench.receiver.members() == [])
    }

    @Test func `an address that the search refuses is named by its place in the call`() async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session(onLeave: .remove)
        let answer = try await session.remove(members(["a@b.se", "kim@example"]))
        let words = "email … is not valid"
        #expect(answer == .refusedRows([RowRejection(index: 1, code: "invalid-email", message: words)]))
    }

    /// `DELETE /v3/marketing/contacts` destroys contacts everywhere, and with `delete_all_contacts` the whole account's.
    @Test func `the sources have one call that deletes, and it leads to the members of a list`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/Destinations/SendGrid")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let lines = try files.flatMap { try String(contentsOf: $0, encoding: .utf8).split(separator: "\n") }
        let deleting = lines.filter { $0.contains("\"DELETE\"") }
        #expect(deleting.count == 1)
        #expect(deleting.allSatisfy { $0.contains("/v3/marketing/lists/\\(list.text)/contacts?contact_ids=") })
        #expect(!lines.contains { $0.contains("delete_all") })
    }
}
