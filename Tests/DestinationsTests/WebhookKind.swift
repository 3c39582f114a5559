import Destinations
import Foundation
import TidegateModel
import TidegateTesting

/// A webhook at a server that checks signature, timestamp and idempotency.
struct WebhookFixture: Sendable {
    static let key = "signing-key-0123456789"
    static let authorization = "Bearer token-9876543210"
    static let columns = [
        PushColumn(field: "id", type: .text), PushColumn(field: "note", type: .text),
        PushColumn(field: "age", type: .integer), PushColumn(field: "score", type: .real),
        PushColumn(field: "vip", type: .boolean), PushColumn(field: "born", type: .date),
        PushColumn(field: "seen", type: .timestamp),
    ]

    struct Stored: Decodable, Sendable {
        struct Profile: Decodable, Hashable, Sendable {
            var id: String
            var note: String?
        }
        var profiles: [Profile]
    }

    private struct Settings: Encodable, Sendable {
        var key: String?
        var authorization: String?
        var refuse: [String]?
        var full: Bool?
    }

    let server: FaultServer

    init() async throws {
        server = try FaultServer("webhook")
        try await server.set(Settings(key: Self.key, authorization: Self.authorization))
    }

    func refuse(_ identities: Set<String>) async throws {
        try await server.set(Settings(refuse: identities.sorted()))
    }

    /// The place as a resolved job file has it, to be changed for a test.
    var place: WebhookPlace {
        WebhookPlace(
            url: Secret(server.url + "/hook"), signingKey: Secret(Self.key), authorization: Secret(Self.authorization),
            profilesPerPage: 500, privateHosts: ["127.0.0.1"]
        )
    }

    static func connector(_ place: WebhookPlace, _ means: DeliveryMeans) -> any Connector {
        let destination = Destination(id: UUID(), name: "crm", place: .webhook(place))
        guard case .connector(let connector) = destination.open(means) else { fatalError("a webhook takes files") }
        return connector
    }
}

extension ConnectorKind {
    static let webhook = ConnectorKind(
        "webhook",
        lacks: [
            .lists: "a receiver of one's own keeps what it is sent as it likes",
            .missingIdentities: "the profile's key identifies it, and there is no profile without",
            .caseless: "the key is the profile's own, and two that differ in case are two",
            .jobs: "a page is taken or refused at once",
            .progress: "a page is taken whole",
            .pace: "there is no limit unless the receiver answers with one",
            .pausesInBody: "bodies of answers mean nothing",
            .clampedWaits: "a receiver may ask for up to an hour",
            .answersInWords: "any 2xx accepts a page",
        ]
    ) {
        let webhook = try await WebhookFixture()
        let server = webhook.server
        let words = ReceiverWords(
            sends: "POST /hook", keyRefused: .init("POST /hook", status: 401), quota: .init("POST /hook", status: 402))
        let held = { @Sendable in
            try await server.state(WebhookFixture.Stored.self).stored.profiles
                .map { HeldContact(identity: $0.id, text: $0.note) }
        }
        return ConnectorFixture(
            columns: WebhookFixture.columns, identity: 0, text: 1, textPath: ["note"],
            secrets: [WebhookFixture.key, WebhookFixture.authorization, "token-9876543210"],
            found: ["127.0.0.1", "204"],
            backDoor: ConnectorFixture.BackDoor(
                held: held,
                members: { try await held().map(\.identity) },
                requests: { try await server.state().requests },
                problems: { try await server.state().problems },
                refuse: { try await webhook.refuse($0) },
                inject: { try await server.inject($0, words) },
                awaitRequests: { try await server.awaitRequests($0) }
            )
        ) { wrongKey, means in
            var place = webhook.place
            if let wrongKey { place.authorization = Secret("Bearer " + wrongKey.text) }
            return WebhookFixture.connector(place, means)
        }
    }
}
