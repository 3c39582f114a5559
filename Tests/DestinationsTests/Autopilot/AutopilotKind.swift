import Foundation
import TidegateModel
import TidegateTesting

@testable import Destinations

extension ConnectorKind {
    static let autopilot = ConnectorKind(
        "autopilot",
        lacks: [
            .jobs: "calls are answered at once",
            .quotas: "no answer is documented for an account that is full",
            .pausesInBody: "its 429 says how many calls are allowed, and not when again",
        ]
    ) {
        let server = try FaultServer("autopilot")
        return ConnectorFixture(
            columns: [
                PushColumn(field: "FirstName", type: .text), PushColumn(field: "Email", type: .text),
                PushColumn(field: "string--Note", type: .text), PushColumn(field: "integer--Visits", type: .integer),
                PushColumn(field: "float--Spent", type: .real), PushColumn(field: "boolean--VIP", type: .boolean),
                PushColumn(field: "date--Born", type: .date), PushColumn(field: "date--Seen", type: .timestamp),
                PushColumn(field: "unsubscribed", type: .boolean),
            ],
            identity: 1, text: 2, textPath: ["custom", "string--Note"], list: AutopilotAccountState.list,
            missingList: "contactlist_0", interval: .milliseconds(220), secrets: [AutopilotAccountState.key],
            found: ["Autopilot", "Build your journey"], backDoor: backDoor(server)
        ) { wrongKey, means in
            let key = wrongKey ?? Secret(AutopilotAccountState.key)
            return AutopilotConnector(AutopilotPlace(apiKey: key, baseURL: server.url), means)
        }
    }

    private static func backDoor(_ server: FaultServer) -> ConnectorFixture.BackDoor {
        let stored = { @Sendable in try await server.state(AutopilotAccountState.self).stored }
        let said = #"{"error":"Unauthorized","message":"Provided autopilotapikey not valid."}"#
        let words = ReceiverWords(
            sends: "POST /v1/contacts", keyRefused: .init("POST /v1/contacts", status: 401, body: said)
        )
        return ConnectorFixture.BackDoor(
            held: { try await stored().held },
            members: {
                let account = try await stored()
                return try account.members.map { try account.contact($0).Email }
            },
            requests: { try await server.state().requests },
            problems: { try await server.state().problems },
            refuse: { try await server.set(["refuse": $0.sorted()]) },
            inject: { try await server.inject($0, words) },
            awaitRequests: { try await server.awaitRequests($0) }
        )
    }
}

/// What the test server holds of an account.
struct AutopilotAccountState: Hashable, Decodable, Sendable {
    static let key = "0123456789abcdef0123456789abcdef"
    static let list = "contactlist_build your journey"

    struct Contact: Decodable {
        struct Custom: Decodable {
            var note: String?

            private enum CodingKeys: String, CodingKey {
                case note = "string--Note"
            }
        }

        var Email: String
        var custom: Custom
    }

    /// By their ids, as JSON.
    var contacts: [String: String]
    /// Their members' ids, in the order in which they were put on.
    var lists: [String: [String]]

    var members: [String] { lists[Self.list] ?? [] }

    var held: [HeldContact] {
        get throws {
            try contacts.keys.map { id in
                let contact = try contact(id)
                return HeldContact(identity: contact.Email, text: contact.custom.note)
            }
        }
    }

    func contact(_ id: String) throws -> Contact {
        try JSONDecoder().decode(Contact.self, from: Data((contacts[id] ?? "").utf8))
    }
}
