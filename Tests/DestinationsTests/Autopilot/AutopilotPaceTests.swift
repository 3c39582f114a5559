import Testing
import TidegateModel
import TidegateTesting
import Transfer

@testable import Destinations

@Suite struct AutopilotPaceTests {
    let account: AutopilotTestAccount

    init() throws {
        account = try AutopilotTestAccount()
    }

    @Test func `two dataflows on one key make five calls a second together`() async throws {
        let (one, two) = (try await account.open(), try await account.open())
        async let first = one.send(account.batch(["ann@example.com", "bob@example.com"], one))
        async let second = two.send(account.batch(["eve@example.com", "zoe@example.com"], two))
        _ = try await (first, second)
        let calls = try await account.calls().count
        #expect(calls == 8)
        // The first call does not wait.
        #expect(account.elapsed == .milliseconds(220 * Int64(calls - 1)))
    }

    @Test func `another key has a pace of its own`() async throws {
        _ = try await account.open()
        let other = account.connector(key: "another")
        await #expect(throws: DeliveryError.self) { try await other.check(list: nil) }
        #expect(account.elapsed == .milliseconds(0))
    }

    @Test(arguments: [(1, 1100), (3, 367), (5, 220), (20, 55)])
    func `a second has as many calls as the place allows, and a tenth to spare`(_ rate: Int, _ milliseconds: Int64)
        async throws
    {
        let connector = account.connector(callsPerSecond: rate)
        for _ in 1...3 { _ = try await connector.check(list: nil) }
        #expect(account.elapsed == .milliseconds(2 * milliseconds))
    }

    @Test func `too many calls are answered with 429, and everybody on the key waits a second`() async throws {
        let (one, two) = (try await account.open(list: nil), try await account.open(list: nil))
        let said = #"{"error":"Too Many Requests","message":"You have exceeded your request rate of 5 r/s."}"#
        try await account.server.add(.init("POST /v1/contacts", status: 429, body: said))
        await #expect(
            throws: DeliveryError.transient("Autopilot asked for a pause (429)", retryAfter: .seconds(1))
        ) {
            try await one.send(account.batch(["ann@example.com"], one))
        }
        let refused = account.clock.now()
        _ = try await two.send(account.batch(["bob@example.com"], two))
        #expect(account.clock.now() - refused == .seconds(1))
    }

    @Test func `the account counts the calls that come, whoever makes them`() async throws {
        let session = try await account.open(list: nil)
        try await account.server.set(["rate": 1])
        await #expect(throws: DeliveryError.transient("Autopilot asked for a pause (429)", retryAfter: .seconds(1))) {
            for _ in 1...50 { _ = try await session.send(account.batch(["ann@example.com"], session)) }
        }
    }

    @Test func `an answer that is lost leaves open what happened, and the same batch again does no harm`() async throws
    {
        let session = try await account.open()
        try await account.server.add(.init("POST /v1/contacts", .commitThenDrop))
        await #expect {
            try await session.send(account.batch(["ann@example.com"], session))
        } throws: { Self.isUncertain($0) }
        #expect(try await account.state().contacts.count == 1)
        _ = try await session.send(account.batch(["ann@example.com"], session))
        let state = try await account.state()
        #expect(state.contacts.count == 1 && state.members.count == 1)
    }

    @Test func `a membership of which the answer is lost is asked for again`() async throws {
        let session = try await account.open()
        let journal = Locked<[Int]>([])
        let addresses = ["ann@example.com", "bob@example.com"]
        try await account.server.add(.init("POST /v1/list/*", .commitThenDrop, skip: 1))
        await #expect {
            try await session.send(account.batch(addresses, session, journal: journal))
        } throws: { Self.isUncertain($0) }
        #expect(journal.withLock { $0 } == [1])
        #expect(try await account.state().members.count == 2)
        let (rejected, _) = try await session.send(account.batch(addresses, session, done: 1)).taken()
        #expect(rejected == [])
        #expect(try await account.state().members.count == 2)
    }

    @Test func `a server that takes too long is uncertain, not refused`() async throws {
        let session = try await account.open(patience: 1500)
        try await account.server.add(.init("POST /v1/contacts", .commitThenStall))
        await #expect {
            try await session.send(account.batch(["ann@example.com"], session))
        } throws: { Self.isUncertain($0) }
    }

    @Test(arguments: [
        (408, DeliveryError.uncertain("Autopilot did not finish in time (408)")),
        (502, .uncertain("Autopilot did not finish in time (502)")),
        (504, .uncertain("Autopilot did not finish in time (504)")), (500, .transient("Autopilot failed (500)")),
        (503, .transient("Autopilot failed (503)")),
    ])
    func `a gateway that gave up says nothing about the batch`(_ status: Int, _ error: DeliveryError) async throws {
        let session = try await account.open()
        try await account.server.add(.init("POST /v1/contacts", .commitThenStatus, status: status, body: "<html>"))
        await #expect(throws: error) { try await session.send(account.batch(["ann@example.com"], session)) }
        #expect(try await account.state().contacts.count == 1)
    }

    @Test func `a question that was lost on the way is asked again`() async throws {
        try await account.server.add(.init("GET /v1/lists", .drop))
        await #expect {
            try await account.connector().check(list: nil)
        } throws: { error in
            if case DeliveryError.transient = error { true } else { false }
        }
    }

    @Test func `an answer without contacts is no answer`() async throws {
        let session = try await account.open()
        try await account.server.add(.init("POST /v1/contacts", status: 200))
        await #expect(throws: DeliveryError.uncertain("Autopilot did not say which contacts it took")) {
            try await session.send(account.batch(["ann@example.com"], session))
        }
    }

    @Test func `a run that is cancelled makes no more calls`() async throws {
        let session = try await account.open()
        try await account.forgetCalls()
        let task = Task { try await session.send(account.batch(["ann@example.com"], session)) }
        task.cancel()
        await #expect(throws: DeliveryError.cancelled) { try await task.value }
        #expect(try await account.calls().filter { $0.contains("/list/") } == [])
    }

    private static func isUncertain(_ error: any Error) -> Bool {
        if case DeliveryError.uncertain = error { return true }
        return false
    }
}
