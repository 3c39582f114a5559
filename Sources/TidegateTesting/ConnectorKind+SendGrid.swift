import Destinations
import TidegateModel

extension ConnectorKind {
    /// How an account says that it does not want a contact.
    package enum SendGridRefusal: Sendable {
        /// The whole request is refused, and the address named.
        case byName
        /// The whole request is refused, without a word about who it was.
        case silently
        /// The job refuses it.
        case inTheJob
    }

    package static func sendgrid(_ name: String = "sendgrid", refusing: SendGridRefusal = .byName) -> Self {
        let lacks: [ConnectorFeature: String] = [
            .progress: "a request is taken whole or not at all",
            .pausesInBody: "its waits stand in headers",
        ]
        return ConnectorKind(name, lacks: lacks) {
            let receiver = try await SendGridReceiver()
            return ConnectorFixture(
                columns: [
                    PushColumn(field: "email", type: .text), PushColumn(field: "favourite_shop", type: .text),
                    PushColumn(field: "orders", type: .integer), PushColumn(field: "last_order", type: .timestamp),
                ],
                identity: 0, text: 1, textPath: ["custom_fields", "w1_T"], list: receiver.list,
                missingList: "00000000-0000-4000-8000-000000000000", interval: .milliseconds(100),
                secrets: [receiver.key.text], found: ["VIP customers"],
                backDoor: .sendgrid(receiver, refusing: refusing)
            ) { wrongKey, means in
                receiver.connector(means, key: wrongKey)
            }
        }
    }
}

extension ConnectorFixture.BackDoor {
    fileprivate static func sendgrid(_ receiver: SendGridReceiver, refusing: ConnectorKind.SendGridRefusal) -> Self {
        let words = ReceiverWords(
            sends: "PUT /v3/marketing/contacts",
            keyRefused: .sendgrid(401, "The provided authorization grant is invalid, expired, or revoked"),
            quota: .sendgrid(401, "Maximum credits exceeded"),
            unknownJob: FaultServer.Fault("GET /v3/marketing/contacts/imports/*", status: 404)
        )
        return Self(
            held: {
                try await receiver.state().stored.contacts.map { contact in
                    let text: String? = if case .text(let text) = contact.custom_fields?["w1_T"] { text } else { nil }
                    return HeldContact(identity: contact.email ?? "", text: text)
                }
            },
            members: { try await receiver.members() },
            requests: { try await receiver.state().requests },
            problems: { try await receiver.state().problems },
            refuse: { identities in
                try await receiver.change { settings in
                    switch refusing {
                    case .byName: settings.refuse = Array(identities)
                    case .silently: settings.refuseUnnamed = Array(identities)
                    case .inTheJob:
                        settings.reject = Dictionary(uniqueKeysWithValues: identities.map { ($0, "address bounced") })
                    }
                }
            },
            inject: { try await receiver.server.inject($0, words) },
            awaitRequests: { try await receiver.server.awaitRequests($0) }
        )
    }
}

extension FaultServer.Fault {
    /// An answer of SendGrid's to contacts.
    package static func sendgrid(_ status: Int, _ message: String, field: String? = nil) -> Self {
        let field = field.map { "\"\($0)\"" } ?? "null"
        return FaultServer.Fault(
            "PUT /v3/marketing/contacts", status: status,
            body: "{\"errors\":[{\"field\":\(field),\"message\":\"\(message)\"}]}"
        )
    }
}
