import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

@Suite struct AutopilotPushTests {
    let account: AutopilotTestAccount

    init() throws {
        account = try AutopilotTestAccount()
    }

    @Test func `a bulk call puts nobody on a list`() async throws {
        let session = try await account.open(list: nil)
        let answer = try await session.send(account.batch(["ann@example.com", "bob@example.com"], session))
        let (rejected, ids) = try answer.taken()
        #expect(rejected == [])
        let state = try await account.state()
        #expect(state.contacts.count == 2 && ids.isEmpty)
        #expect(state.members.isEmpty)
        #expect(try await account.calls() == ["GET /v1/lists", "POST /v1/contacts"])
    }

    @Test func `every contact gets on the list by a call of its own, of which the path is encoded`() async throws {
        let session = try await account.open()
        _ = try await session.send(account.batch(["ann@example.com", "bob@example.com"], session))
        let state = try await account.state()
        #expect(Set(state.members) == Set(state.contacts.keys))
        let calls = try await account.calls().dropFirst(2)
        let expected = state.contacts.keys.map { "POST /v1/list/contactlist_build%20your%20journey/contact/\($0)" }
        #expect(Set(calls) == Set(expected) && calls.count == 2)
    }

    @Test func `a hundred contacts fit into a call, one more is refused`() async throws {
        let session = try await account.open(list: nil)
        #expect(session.limits.contacts == 100)
        let many = (0...100).map { "p\($0)@example.com" }
        let answer = try await session.send(account.batch(many, session))
        #expect(answer == .refusedWhole("At most 100 contacts are allowed."))
        #expect(try await account.state().contacts.isEmpty)
        let (rejected, _) = try await session.send(account.batch(Array(many.prefix(100)), session)).taken()
        #expect(rejected == [])
        #expect(try await account.state().contacts.count == 100)
    }

    @Test func `whom the answer leaves out is rejected, the others are taken`() async throws {
        try await account.server.set(["refuse": ["bob@example.com"]])
        try await account.server.set(["shouts": true])
        let session = try await account.open()
        let answer = try await session.send(
            account.batch(["Ann@Example.com", "bob@example.com", "zoe@example.com"], session)
        )
        let (rejected, ids) = try answer.taken()
        let words = "Autopilot's answer leaves the contact out"
        #expect(rejected == [RowRejection(index: 1, code: "not-taken", message: words)])
        #expect(ids.keys.sorted() == [0, 2])
        #expect(try await account.state().members.count == 2)
    }

    @Test func `a body that is refused is not tried again, and its words name nobody`() async throws {
        try await account.server.set(["poison": ["bob@example.com"]])
        let session = try await account.open(list: nil)
        let answer = try await session.send(account.batch(["ann@example.com", "bob@example.com"], session))
        #expect(answer == .refusedWhole("Contact … is not valid."))
        #expect(try await account.calls().count == 2)
    }

    @Test func `what was sent twice is there once`() async throws {
        let session = try await account.open()
        let first = try await session.send(account.batch(["ann@example.com", "bob@example.com"], session))
        let state = try await account.state()
        let second = try await session.send(account.batch(["ann@example.com", "bob@example.com"], session))
        #expect(first == second)
        #expect(try await account.state() == state)
    }

    @Test func `contacts that differ in case alone are one`() async throws {
        let session = try await account.open(list: nil)
        _ = try await session.send(account.batch(["ann@example.com"], session))
        _ = try await session.send(account.batch(["ANN@Example.com"], session))
        #expect(try await account.state().contacts.count == 1)
    }

    @Test func `a push that was stopped goes on behind the memberships it had`() async throws {
        let session = try await account.open()
        let addresses = (0..<7).map { "p\($0)@example.com" }
        let journal = Locked<[Int]>([])
        try await account.server.add(.init("POST /v1/list/*", status: 503, skip: 3))
        await #expect(throws: DeliveryError.transient("Autopilot failed (503)")) {
            try await session.send(account.batch(addresses, session, journal: journal))
        }
        #expect(journal.withLock { $0 } == [1, 2, 3])
        try await account.forgetCalls()

        let again = try await account.open()
        let answer = try await again.send(account.batch(addresses, again, done: 3, journal: journal))
        let (rejected, ids) = try answer.taken()
        #expect(rejected == [])
        #expect(journal.withLock { $0 } == [1, 2, 3, 4, 5, 6, 7])
        #expect(try await account.calls().filter { $0.contains("/contact/") }.count == 4)
        #expect(try await Set(account.state().members) == Set(ids.values))
        #expect(ids.count == 7)
    }

    @Test func `a contact that has gone is rejected, and found out again by another try`() async throws {
        try await account.server.set(["strangers": ["b@example.com"]])
        let session = try await account.open()
        let journal = Locked<[Int]>([])
        let addresses = ["a@example.com", "b@example.com", "c@example.com"]
        let answer = try await session.send(account.batch(addresses, session, journal: journal))
        let (rejected, ids) = try answer.taken()
        #expect(rejected.map(\.index) == [1] && rejected.map(\.code) == ["unknown-contact"])
        #expect(ids.keys.sorted() == [0, 2])
        #expect(journal.withLock { $0 } == [1])
        #expect(try await session.send(account.batch(addresses, session, done: 1)) == answer)
    }

    @Test func `a list that has gone in between fails the run, not its profiles`() async throws {
        let session = try await account.open()
        try await account.server.set(["lists": [String: String]()])
        await #expect(
            throws: DeliveryError.rejected(
                "list 'contactlist_build your journey' is not in Autopilot's account any more")
        ) {
            try await session.send(account.batch(["ann@example.com"], session))
        }
    }

    @Test func `Autopilot has no jobs`() async throws {
        let session = try await account.open()
        #expect(try await session.outcome(of: "1") == .unknown("Autopilot has no jobs"))
    }
}
