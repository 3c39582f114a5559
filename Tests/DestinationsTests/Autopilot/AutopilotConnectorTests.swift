import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

@Suite struct AutopilotConnectorTests {
    let account: AutopilotTestAccount

    init() throws {
        account = try AutopilotTestAccount()
    }

    @Test func `the key is proven by a question that changes nothing`() async throws {
        let state = try await account.state()
        let said = try await account.connector().check(list: nil)
        #expect(said == "Autopilot takes the key; the account has 2 lists")
        #expect(try await account.calls() == ["GET /v1/lists"])
        #expect(try await account.state() == state)
    }

    @Test func `a list is found by its id, with a space in it too`() async throws {
        let said = try await account.connector().check(list: "contactlist_build your journey")
        #expect(said == "Autopilot takes the key and has the list 'Build your journey'")
    }

    @Test(arguments: [
        ("contactlist_0", "list 'contactlist_0' is not in Autopilot's account"),
        (
            "Build your journey",
            "list 'Build your journey' is named by its title, did you mean its id 'contactlist_build your journey'?"
        ),
    ])
    func `a list that is not there is refused, by the check and by the run`(
        _ list: String, _ sentence: String
    ) async throws {
        await #expect(throws: DeliveryError.rejected(sentence)) { try await account.connector().check(list: list) }
        await #expect(throws: DeliveryError.rejected(sentence)) { try await account.open(list: list) }
    }

    /// A header without a value is not sent.
    @Test(arguments: [
        ("", "Autopilot refuses the key: No autopilotapikey header provided."),
        ("ffff", "Autopilot refuses the key: Provided autopilotapikey not valid."),
    ])
    func `a missing key is answered with 400, a wrong one with 401, and both are final`(
        _ key: String, _ words: String
    ) async throws {
        let sentence = "\(words); a key of Autopilot has 32 hexadecimal digits, this one has another form"
        await #expect(throws: DeliveryError.rejected(sentence)) {
            try await account.connector(key: key).check(list: nil)
        }
    }

    @Test func `a wrong key of the right form is just wrong`() async throws {
        let sentence = "Autopilot refuses the key: Provided autopilotapikey not valid."
        await #expect(throws: DeliveryError.rejected(sentence)) {
            try await account.connector(key: String(repeating: "f", count: 32)).check(list: nil)
        }
    }

    @Test func `a key that is withdrawn during a run ends it`() async throws {
        let session = try await account.open()
        try await account.server.add(.init("POST /v1/contacts", status: 401))
        await #expect(throws: DeliveryError.rejected("Autopilot refuses the key: answer 401")) {
            try await session.send(account.batch(["ann@example.com"], session))
        }
    }

    @Test func `a field that Autopilot does not have is refused before anything is called`() async throws {
        await #expect(throws: DeliveryError.self) { try await account.open(fields: ["email"]) }
        #expect(try await account.calls() == [])
    }

    @Test func `nobody can be taken off a list that is not named`() async throws {
        await #expect(
            throws: DeliveryError.rejected("dataflow has no list that those who leave could be taken off")
        ) {
            try await account.open(list: nil, onLeave: .remove)
        }
    }

    @Test func `an address behind which nobody listens is tried again later`() async throws {
        let place = AutopilotPlace(apiKey: Secret(AutopilotAccountState.key), baseURL: "http://127.0.0.1:1")
        let connector = AutopilotConnector(place, account.means)
        await #expect {
            try await connector.check(list: nil)
        } throws: { error in
            guard case DeliveryError.transient = error else { return false }
            return true
        }
    }
}
