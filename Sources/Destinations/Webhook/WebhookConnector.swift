import Foundation
import TidegateModel
import Transfer

/// A receiver of one's own: signed pages of JSON, each sent with a key by which a repeated page is known.
struct WebhookConnector: Connector {
    private let place: WebhookPlace
    private let means: DeliveryMeans

    init(_ place: WebhookPlace, _ means: DeliveryMeans) {
        self.place = place
        self.means = means
    }

    func check(list: String?) async throws(DeliveryError) -> String {
        try refuse(list)
        let call = try makeCall()
        let answer = try await call("HEAD", "", .none)
        switch answer.status {
        case 401, 403: throw .rejected("\(call.receiver) refused the authorization (\(answer.status))")
        case 300..<400: return "\(call.receiver) answered with \(answer.status), a redirect, which no page follows"
        default: return "\(call.receiver) answered with \(answer.status)"
        }
    }

    func open(_ push: Push) async throws(DeliveryError) -> any PushSession {
        try refuse(push.options.list)
        return WebhookSession(
            call: try makeCall(), signature: WebhookSignature(key: place.signingKey, clock: means.clock), push: push,
            profilesPerPage: place.profilesPerPage
        )
    }

    private func refuse(_ list: String?) throws(DeliveryError) {
        if list != nil { throw .rejected("webhook has no lists") }
    }

    /// Of the URL only the host is for people: the rest of it may be what keeps strangers out.
    private func makeCall() throws(DeliveryError) -> HTTPCall {
        let url = place.url.text
        let host = URLComponents(string: url, encodingInvalidCharacters: false)?.host.map(Self.bare) ?? ""
        let isPrivateAllowed = place.privateHosts.contains { Self.bare($0) == host }
        return try HTTPCall(
            receiver: host.isEmpty ? "webhook" : "webhook at \(host)", base: url, key: place.signingKey,
            headers: place.authorization.map { ["Authorization: \($0.text)"] } ?? [],
            addresses: isPrivateAllowed ? .any : .publicOnly, means: means
        )
    }

    /// Without the brackets of an IPv6 address, in lower case.
    private static func bare(_ host: String) -> String {
        host.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    }
}
