import TidegateModel

private enum WebhookFields {
    static let url = Field.required(
        "url", .secret, help: "The address that pages are sent to, as a reference: https, or http to this machine."
    )
    static let signingKey = Field.required(
        "signingKey", .secret, help: "The key that every page is signed with, as a reference."
    )
    static let authorization = Field.optional(
        "authorization", .secret, help: "The value of the Authorization header, as a reference."
    )
    static let profilesPerPage = Field.optional(
        "profilesPerPage", .integer(1...10_000), default: 500, help: "The most profiles of one page."
    )
    static let allowPrivateHosts = Field.optional(
        "allowPrivateHosts", .list(of: .host),
        help: "Hosts that may have private addresses, as they stand in the address."
    )
}

extension DestinationType {
    /// A receiver of one's own.
    static let webhook = DestinationType(
        name: "webhook", help: "A connector: a receiver of one's own that takes signed pages of JSON.",
        fields: [
            WebhookFields.url.declaration, WebhookFields.signingKey.declaration,
            WebhookFields.authorization.declaration, WebhookFields.profilesPerPage.declaration,
            WebhookFields.allowPrivateHosts.declaration,
        ],
        pushes: PushRules(
            refusalOfField: { _, _ in nil }, lack: { _ in nil }, refusalOfList: { _ in nil }, leavesLists: false
        )
    ) { reader in
        let (url, signingKey) = (reader.value(WebhookFields.url), reader.value(WebhookFields.signingKey))
        let authorization = reader.value(WebhookFields.authorization)
        let profilesPerPage = reader.value(WebhookFields.profilesPerPage)
        let privateHosts = reader.value(WebhookFields.allowPrivateHosts) ?? []
        guard let url, let signingKey, let profilesPerPage else { return nil }
        return .webhook(
            WebhookPlace(
                url: url, signingKey: signingKey, authorization: authorization, profilesPerPage: profilesPerPage,
                privateHosts: privateHosts.map(\.value)
            )
        )
    }
}
