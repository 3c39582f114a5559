/// A SendGrid account, over its Marketing Campaigns contacts API v3.
package struct SendGridPlace: Hashable, Codable, Sendable {
    package static let vendorURL = "https://api.sendgrid.com"

    package var apiKey: Secret
    /// https, or loopback; without a slash at its end.
    package var baseURL: String
    /// The subuser that a parent account's key acts for.
    package var onBehalfOf: String?

    package init(apiKey: Secret, baseURL: String = Self.vendorURL, onBehalfOf: String? = nil) {
        self.apiKey = apiKey
        self.baseURL = baseURL
        self.onBehalfOf = onBehalfOf
    }
}

/// An Autopilot Journeys account, over its API v1.
package struct AutopilotPlace: Hashable, Codable, Sendable {
    package static let vendorURL = "https://api2.autopilothq.com"

    package var apiKey: Secret
    /// https, or loopback; without a slash at its end.
    package var baseURL: String
    /// Shared by everything that uses the key.
    package var callsPerSecond: Int

    package init(apiKey: Secret, baseURL: String = Self.vendorURL, callsPerSecond: Int = 5) {
        self.apiKey = apiKey
        self.baseURL = baseURL
        self.callsPerSecond = callsPerSecond
    }
}

/// A receiver of one's own that takes signed pages of JSON.
package struct WebhookPlace: Hashable, Codable, Sendable {
    /// https, or loopback.
    package var url: Secret
    /// Signs every page.
    package var signingKey: Secret
    /// Sent as the `Authorization` header; nil for none.
    package var authorization: Secret?
    package var profilesPerPage: Int
    /// Hosts that may have private addresses, as they stand in the URL.
    package var privateHosts: [String]

    private enum CodingKeys: String, CodingKey {
        case url, signingKey, authorization, profilesPerPage
        case privateHosts = "allowPrivateHosts"
    }

    package init(
        url: Secret, signingKey: Secret, authorization: Secret? = nil, profilesPerPage: Int = 500,
        privateHosts: [String] = []
    ) {
        self.url = url
        self.signingKey = signingKey
        self.authorization = authorization
        self.profilesPerPage = profilesPerPage
        self.privateHosts = privateHosts
    }
}

/// How a dataflow to a connector treats the receiver's list.
package struct PushOptions: Hashable, Codable, Sendable {
    package enum OnLeave: String, CaseIterable, Codable, Sendable {
        /// Who leaves the segments stays on the list.
        case keep
        /// Who leaves the segments leaves the list; never deleted, never unsubscribed.
        case remove
    }

    /// The receiver's own id of the list; nil where it has none, or members are not put on any.
    package var list: String?
    package var onLeave: OnLeave
    /// The share of the last confirmed set, 0 to 1, above which nothing is removed and nothing sent.
    package var maxRemoved: Double

    package init(list: String? = nil, onLeave: OnLeave = .keep, maxRemoved: Double = 0.2) {
        self.list = list
        self.onLeave = onLeave
        self.maxRemoved = maxRemoved
    }
}
