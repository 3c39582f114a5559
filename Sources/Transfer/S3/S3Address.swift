import Foundation

/// Where a bucket is.
package struct S3Address: Hashable, Sendable {
    /// `https://host:port`, no slash at the end.
    package let base: String
    let bucket: String
    /// As the `Host` header has it.
    package let host: String
    /// In front of every key: `/`, or with the bucket in the path `/bucket/`.
    private let root: String

    /// - Parameters:
    ///   - endpoint: https, or http to this machine; nil for AWS itself.
    ///   - isVirtualHost: whether the bucket is a part of the host's name rather than of the path.
    /// - Returns: nil where the endpoint is no such address.
    package init?(bucket: String, endpoint: String?, region: String, isVirtualHost: Bool) {
        let text = endpoint ?? Self.aws(region)
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), let host = parts.host,
            !host.isEmpty, parts.user == nil, parts.query == nil, parts.fragment == nil,
            ["", "/"].contains(parts.path), scheme == "https" || (scheme == "http" && Self.isLoopback(host))
        else { return nil }
        // A certificate for `*.endpoint` has no name with another dot in it.
        let isHost = isVirtualHost && !(scheme == "https" && bucket.contains("."))
        // Clients leave out the port that the scheme has anyway, so it is not in what is signed.
        let isUsual = parts.port == (scheme == "https" ? 443 : 80)
        let port = parts.port.map { isUsual ? "" : ":\($0)" } ?? ""
        self.bucket = bucket
        self.host = (isHost ? "\(bucket)." : "") + host + port
        base = "\(scheme)://\(self.host)"
        root = isHost ? "/" : "/\(bucket)/"
    }

    private static func aws(_ region: String) -> String {
        "https://s3.\(region).amazonaws.com" + (region.hasPrefix("cn-") ? ".cn" : "")
    }

    private static func isLoopback(_ host: String) -> Bool {
        let name = host.lowercased()
        if name == "localhost" || name.hasSuffix(".localhost") || name == "::1" || name == "[::1]" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Whether it is Amazon's own store.
    package var isAWS: Bool { host.hasSuffix(".amazonaws.com") || host.hasSuffix(".amazonaws.com.cn") }

    /// The percent-encoded path of a key, of the bucket itself with the empty key.
    package func path(_ key: String) -> String {
        if key.isEmpty, root.count > 1 { return PercentEncoding.path(String(root.dropLast())) }
        return PercentEncoding.path(root + key)
    }
}
