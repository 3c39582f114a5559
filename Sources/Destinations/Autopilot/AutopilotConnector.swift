import TidegateModel
import Transfer

/// Autopilot Journeys over its API v1; Ortto, which came after it, is another product with another API.
struct AutopilotConnector: Connector {
    private let place: AutopilotPlace
    private let means: DeliveryMeans
    private let limits: TransferRequest.Limits

    init(_ place: AutopilotPlace, _ means: DeliveryMeans, limits: TransferRequest.Limits = AutopilotAccount.limits) {
        self.place = place
        self.means = means
        self.limits = limits
    }

    func check(list: String?) async throws(DeliveryError) -> String {
        let lists = try await lists(AutopilotAccount(place, means, limits: limits))
        guard let list else {
            let count = lists.count == 1 ? "one list" : "\(lists.count) lists"
            return "Autopilot takes the key; the account has \(count)"
        }
        let found = try Self.find(list, in: lists)
        return "Autopilot takes the key and has the list '\(found.title ?? list)'"
    }

    func open(_ push: Push) async throws(DeliveryError) -> any PushSession {
        let fields = try AutopilotField.resolve(push.columns)
        guard push.options.list != nil || push.options.onLeave == .keep else {
            throw .rejected("dataflow has no list that those who leave could be taken off")
        }
        let account = try AutopilotAccount(place, means, limits: limits)
        let lists = try await lists(account)
        if let list = push.options.list { _ = try Self.find(list, in: lists) }
        return AutopilotSession(account, AutopilotEncoder(fields), list: push.options.list)
    }

    /// Proves the key as well.
    private func lists(_ account: AutopilotAccount) async throws(DeliveryError) -> [AutopilotList] {
        do throws(DeliveryError) {
            return try await account.lists()
        } catch .rejected(let reason) where !looksLikeAKey {
            throw .rejected("\(reason); a key of Autopilot has 32 hexadecimal digits, this one has another form")
        }
    }

    private var looksLikeAKey: Bool {
        place.apiKey.text.utf8.count == 32 && place.apiKey.text.allSatisfy { $0.isASCII && $0.isHexDigit }
    }

    private static func find(_ list: String, in lists: [AutopilotList]) throws(DeliveryError) -> AutopilotList {
        if let found = lists.first(where: { $0.list_id == list }) { return found }
        if let titled = lists.first(where: { $0.title == list }) {
            throw .rejected("list '\(list)' is named by its title, did you mean its id '\(titled.list_id)'?")
        }
        throw .rejected("list '\(list)' is not in Autopilot's account")
    }
}
