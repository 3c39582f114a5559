import TidegateModel

/// Pushes contacts to SendGrid Marketing Campaigns.
struct SendGridConnector: Connector {
    private let place: SendGridPlace
    private let means: DeliveryMeans

    init(_ place: SendGridPlace, _ means: DeliveryMeans) {
        self.place = place
        self.means = means
    }

    func check(list: String?) async throws(DeliveryError) -> String {
        let account = try SendGridAccount(place, means)
        let scopes = try await account.scopes()
        let marketing = scopes.count { $0.hasPrefix("marketing") }
        var facts = [
            "SendGrid accepts the key, which has \(scopes.count) scope\(scopes.count == 1 ? "" : "s"), \(marketing) of them for marketing"
        ]
        if let list {
            let found = try await account.list(try Self.id(ofList: list))
            let contacts = found.contacts.map { $0 == 1 ? "1 contact" : "\($0) contacts" }
            facts.append("list '\(found.name)' has \(contacts ?? "an unknown number of contacts")")
        }
        // Not worth a failure: a key may well be able to write what it may not count.
        if let count = try? await account.contactCount() { facts.append("the account holds \(count)") }
        return facts.joined(separator: "; ")
    }

    func open(_ push: Push) async throws(DeliveryError) -> any PushSession {
        let account = try SendGridAccount(place, means)
        guard push.options.list != nil || push.options.onLeave == .keep else {
            throw .rejected("the dataflow names no list of SendGrid that somebody could leave")
        }
        let list: SendGridID? = if let id = push.options.list { try Self.id(ofList: id) } else { nil }
        // What scopes are called is nowhere promised, so only the calls themselves tell what a key may do.
        _ = try await account.scopes()
        if let list { _ = try await account.list(list) }
        let fields = try await account.definitions().fields(for: push.columns)
        return SendGridSession(account, list: list, fields: fields)
    }

    private static func id(ofList text: String) throws(DeliveryError) -> SendGridID {
        guard let id = SendGridID(text) else {
            throw .rejected("list '\(text)' is no id of SendGrid's, which stands at the end of the list's address")
        }
        return id
    }
}
