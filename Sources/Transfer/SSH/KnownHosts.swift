import Digests
import Foundation

/// The lines of an OpenSSH `known_hosts` file: plain and hashed names, patterns, revoked keys.
///
/// Lines that cannot be read are passed over, and so are certificate authorities: certificates are not understood here.
struct KnownHosts {
    private struct Line {
        var names: [Substring]
        var isRevoked: Bool
        var key: HostKey
    }

    private let lines: [Line]

    init(_ text: String) {
        lines = text.split(whereSeparator: \.isNewline).compactMap(Self.line)
    }

    /// As OpenSSH looks them up: under `[host]:port` where the port is not 22, and by the bare name where that has none.
    func keys(of host: String, port: Int) -> [HostKey] {
        let host = host.lowercased()
        let revoked = Set(lines.filter(\.isRevoked).map(\.key))
        let candidates = port == 22 ? [host] : ["[\(host)]:\(port)", host]
        for name in candidates {
            let keys = lines.filter { !$0.isRevoked && Self.matches($0.names, name) }.map(\.key)
            if !keys.isEmpty { return keys.filter { !revoked.contains($0) } }
        }
        return []
    }

    private static func line(_ text: Substring) -> Line? {
        var words = text.split(whereSeparator: \.isWhitespace)
        let marker = words.first.flatMap { $0.hasPrefix("@") ? $0 : nil }
        if marker != nil { words.removeFirst() }
        guard marker == nil || marker == "@revoked", words.count >= 3, !words[0].hasPrefix("#"),
            let type = HostKeyType(rawValue: String(words[1])), let bytes = Data(base64Encoded: String(words[2]))
        else { return nil }
        return Line(
            names: words[0].split(separator: ","), isRevoked: marker != nil,
            key: HostKey(type: type, bytes: Array(bytes))
        )
    }

    /// One of the names fits, and none of those behind a `!`.
    private static func matches(_ patterns: [Substring], _ name: String) -> Bool {
        var found = false
        for pattern in patterns {
            if pattern.hasPrefix("!") {
                if fits(Array(pattern.dropFirst().lowercased()), Array(name)) { return false }
            } else if pattern.hasPrefix("|1|") {
                found = found || isHash(pattern, of: name)
            } else {
                found = found || fits(Array(pattern.lowercased()), Array(name))
            }
        }
        return found
    }

    /// `|1|salt|hash`, both in base64, where the hash is the HMAC-SHA-1 of the name.
    private static func isHash(_ pattern: Substring, of name: String) -> Bool {
        let parts = pattern.split(separator: "|")
        guard parts.count == 3, let salt = Data(base64Encoded: String(parts[1])),
            let hash = Data(base64Encoded: String(parts[2]))
        else { return false }
        return hmacSHA1(key: Array(salt), of: Array(name.utf8)) == Array(hash)
    }

    /// With `*` for any characters and `?` for one.
    private static func fits(_ pattern: [Character], _ name: [Character]) -> Bool {
        var (next, at) = (0, 0)
        var star: (pattern: Int, name: Int)?
        while at < name.count {
            if next < pattern.count, pattern[next] == "*" {
                star = (next, at)
                next += 1
            } else if next < pattern.count, pattern[next] == "?" || pattern[next] == name[at] {
                next += 1
                at += 1
            } else if let back = star {
                star = (back.pattern, back.name + 1)
                (next, at) = (back.pattern + 1, back.name + 1)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == "*" }
    }
}
