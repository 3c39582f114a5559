import HTTPTypes
import Hummingbird

/// Where a client has reached the server, so that the URLs in an answer lead back there.
struct CalledAddress: Hashable, Sendable, CustomStringConvertible {
    /// `https://gate.example:8443`
    let description: String

    /// Nil where the request names no host, or one that belongs in no URL.
    ///
    /// - Parameter forwarded: the protocol that a proxy in front was called with; what the nearest to the client says.
    init?(host: String?, forwarded: String?) {
        guard let host, host.wholeMatch(of: #/(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._\-]{1,253})(:[0-9]{1,5})?/#) != nil
        else { return nil }
        let proto = forwarded?.split(separator: ",").first?.filter { !$0.isWhitespace }.lowercased()
        description = (proto == "https" ? "https://" : "http://") + host
    }

    init?(_ request: Request) {
        self.init(host: request.head.authority, forwarded: request.headers[.forwardedProtocol])
    }
}

extension HTTPField.Name {
    fileprivate static let forwardedProtocol = known("X-Forwarded-Proto")
}
