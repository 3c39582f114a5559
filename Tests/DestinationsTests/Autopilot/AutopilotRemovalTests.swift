import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

@Suite struct AutopilotRemovalTests {
    let account: AutopilotTestAccount

    init() throws {
        account = try AutopilotTestAccount()
    }

    @Test func `members leave the list by their ids, and stay contacts`() async throws {
        let (session, ids) = try await listed(["ann@example.com", "bob@example.com"])
        let answer = try await session.remove([ListMember(identity: "ann@example.com", receiverID: ids[0])])
        #expect(answer == .taken(rejected: [], receiverIDs: [0: ids[0]]))
        let state = try await account.state()
        #expect(state.members == [ids[1]])
        #expect(state.contacts.count == 2)
        #expect(
            try await account.calls()
                == ["DELETE /v1/list/contactlist_build%20your%20journey/contact/\(ids[0])"]
        )
    }

    @Test func `a member without an id is looked up, and its fields stay`() async throws {
        let (session, ids) = try await listed(["ann@example.com", "bob@example.com"])
        let before = try await account.state().contacts
        let answer = try await session.remove([
            ListMember(identity: "bob@example.com", receiverID: ids[1]), ListMember(identity: "ann@example.com"),
        ])
        #expect(answer == .taken(rejected: [], receiverIDs: [0: ids[1], 1: ids[0]]))
        let state = try await account.state()
        #expect(state.members == [])
        #expect(state.contacts == before)
        #expect(try await account.calls().filter { $0.hasPrefix("POST") } == ["POST /v1/contacts"])
    }

    @Test func `whoever is not on the list or not there at all is gone`() async throws {
        let (session, ids) = try await listed(["ann@example.com"])
        let members = [
            ListMember(identity: "ann@example.com", receiverID: ids[0]),
            ListMember(identity: "zoe@example.com", receiverID: "person_99999999"),
        ]
        for _ in 1...2 {
            let (rejected, _) = try await session.remove(members).taken()
            #expect(rejected == [])
        }
        #expect(try await account.state().members == [])
    }

    @Test func `a member of whom Autopilot tells nothing is rejected, the others leave`() async throws {
        let (session, ids) = try await listed(["ann@example.com", "bob@example.com"])
        try await account.server.set(["refuse": ["ann@example.com"]])
        let answer = try await session.remove([
            ListMember(identity: "ann@example.com"), ListMember(identity: "bob@example.com"),
        ])
        let words = "Autopilot's answer leaves the contact out"
        let rejected = [RowRejection(index: 0, code: "not-taken", message: words)]
        #expect(answer == .taken(rejected: rejected, receiverIDs: [1: ids[1]]))
        #expect(try await account.state().members == [ids[0]])
    }

    @Test func `no address is ever part of a URL`() async throws {
        let (session, _) = try await listed(["ann@example.com", "bob@example.com"])
        _ = try await session.remove([ListMember(identity: "ann@example.com")])
        let paths = try await account.server.state().requests.map(\.target)
        #expect(paths.count == 6)
        for path in paths { #expect(!path.contains("example") && !path.contains("%40"), "\(path)") }
    }

    /// Contacts on the list, and their ids.
    private func listed(_ addresses: [String]) async throws -> (any PushSession, [String]) {
        let session = try await account.open(onLeave: .remove)
        let answer = try await session.send(account.batch(addresses, session))
        let (rejected, ids) = try answer.taken()
        try #require(rejected == [])
        try await account.forgetCalls()
        return (session, addresses.indices.compactMap { ids[$0] })
    }
}
