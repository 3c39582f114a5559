/// The rule for addresses that profiles are sent to: https, or http to this machine itself.
///
/// Job files are held against it where they write an address; what a reference brings has to be when it is used.
package enum ServiceURL {
    /// What makes `text` unfit as an address, as the rest of a sentence that does not repeat it; nil where it is fit.
    package static func problem(with text: String, mayHaveQuery: Bool = false) -> String? {
        guard let match = text.wholeMatch(of: #/(?i)(https?):\/\/([^\/?\#\s]+)(?:\/[^?\#\s]*)?(\?[^\#\s]*)?/#),
            match.3 == nil || mayHaveQuery
        else {
            return "must be an address such as https://api.example.com\(mayHaveQuery ? "" : ", without a query")"
        }
        if match.2.contains("@") { return "must not hold a user or a password" }
        guard let host = host(of: match.2) else { return "must name a host, and a port from 1 to 65535 if any" }
        guard match.1.lowercased() == "https" || isLoopback(host) else {
            return
                "must begin with https://, as profiles would be readable on their way (http:// is for this machine alone)"
        }
        return nil
    }

    /// The host of an address that has no problem, without brackets and in lower case.
    package static func host(of text: String) -> String? {
        text.wholeMatch(of: #/(?i)https?:\/\/([^\/?\#\s]+).*/#).flatMap { host(of: $0.1) }
    }

    /// A name or address that can be nothing but this machine.
    package static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || isIPv4(host) && host.hasPrefix("127.")
    }

    /// Written as an address, not as a name.
    package static func isAddress(_ host: String) -> Bool { host.contains(":") || isIPv4(host) }

    private static func isIPv4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { $0.utf8.count <= 3 && UInt8($0) != nil }
    }

    private static func host(of authority: Substring) -> String? {
        let host: String
        let rest: Substring
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = String(authority[authority.index(after: authority.startIndex)..<end])
            guard host.wholeMatch(of: #/[0-9A-Fa-f:.]+/#) != nil, host.contains(":") else { return nil }
            rest = authority[end...].dropFirst()
        } else {
            host = String(authority.prefix { $0 != ":" })
            guard isHostName(host) else { return nil }
            rest = authority.dropFirst(host.count)
        }
        guard rest.isEmpty || rest.first == ":" && (UInt16(rest.dropFirst()) ?? 0) > 0 else { return nil }
        return host.lowercased()
    }

    /// A name, or an IPv4 address.
    private static func isHostName(_ text: String) -> Bool {
        text.utf8.count <= 253 && text.wholeMatch(of: #/[A-Za-z0-9]([A-Za-z0-9_.\-]*[A-Za-z0-9])?\.?/#) != nil
    }

    /// What makes `text` unfit as a host alone, as the rest of a sentence; nil where it is fit.
    ///
    /// An IPv6 address stands in brackets.
    package static func problem(withHost text: String) -> String? {
        if text.contains("://") { return "must be a host alone, without a scheme" }
        if text.contains("/") { return "must be a host alone, without a path" }
        if text.hasPrefix("["), text.hasSuffix("]") {
            return host(of: text[...]) == nil ? "must be a host's name or address" : nil
        }
        if text.count(where: { $0 == ":" }) > 1 { return "must have an IPv6 address in brackets" }
        if text.contains(":") { return "must be a host alone, without a port" }
        return isHostName(text) ? nil : "must be a host's name or address"
    }
}
