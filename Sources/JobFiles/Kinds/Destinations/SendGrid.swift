import Foundation
import TidegateModel

private enum SendGridKeys {
    static let apiKey = PlaceFields.apiKey("SendGrid")
    static let baseURL = PlaceFields.baseURL(SendGridPlace.vendorURL)
    static let onBehalfOf = Field.optional(
        "onBehalfOf", .filledIn("a subuser's name"), help: "The subuser that a parent account's key acts for."
    )
}

extension DestinationType {
    /// A SendGrid account's marketing contacts.
    static let sendgrid = DestinationType(
        name: "sendgrid", help: "A connector: the marketing contacts of a SendGrid account.",
        fields: [
            SendGridKeys.apiKey.declaration, SendGridKeys.baseURL.declaration, SendGridKeys.onBehalfOf.declaration,
        ],
        pushes: PushRules(
            refusalOfField: SendGridFields.refusal, lack: SendGridFields.lack,
            refusalOfList: { text in
                UUID(uuidString: text) == nil
                    ? "must be the id of a SendGrid list, a UUID such as 6f1d0c5a-8b0e-4c57-9c0b-7a1de6a7e001" : nil
            },
            leavesLists: true
        )
    ) { reader in
        let (apiKey, baseURL) = (reader.value(SendGridKeys.apiKey), reader.value(SendGridKeys.baseURL))
        let onBehalfOf = reader.value(SendGridKeys.onBehalfOf)
        guard let apiKey, let baseURL else { return nil }
        return .sendgrid(SendGridPlace(apiKey: apiKey, baseURL: baseURL, onBehalfOf: onBehalfOf))
    }
}
