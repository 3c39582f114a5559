import Digests
import Foundation

/// The kinds of host keys that libssh2 understands, the best first.
package enum HostKeyType: String, CaseIterable, Sendable {
    case ed25519 = "ssh-ed25519"
    case ecdsa256 = "ecdsa-sha2-nistp256"
    case ecdsa384 = "ecdsa-sha2-nistp384"
    case ecdsa521 = "ecdsa-sha2-nistp521"
    /// Signed by SHA-1 before libssh2 1.11, which today's servers refuse: asked for only where nothing else is known.
    case rsa = "ssh-rsa"
}

/// A server's public key as it goes over the wire.
package struct HostKey: Hashable, Sendable {
    package var type: HostKeyType
    package var bytes: [UInt8]

    package init(type: HostKeyType, bytes: [UInt8]) {
        self.type = type
        self.bytes = bytes
    }

    /// `SHA256:…`, as `ssh-keygen -lf` prints it.
    package var fingerprint: String { Self.fingerprint(of: bytes) }

    package static func fingerprint(of bytes: some Sequence<UInt8>) -> String {
        let digits = Array(sha256(of: bytes))
        let digest = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...($0 + 1)]), radix: 16)
        }
        return "SHA256:" + Data(digest).base64EncodedString().trimmingCharacters(in: ["="])
    }
}

/// How a server proves who it is. There is no way to trust just anybody.
package enum HostTrust: Hashable, Sendable {
    /// By the fingerprint of its key.
    case pinned(String)
    /// By one of these keys; never empty.
    case listed([HostKey])

    /// - Parameter pin: `SHA256:…`; nil where it is nothing like that.
    package init?(pin: String) {
        let digest = pin.trimmingCharacters(in: .whitespaces)
        guard digest.hasPrefix("SHA256:") else { return nil }
        let code = digest.dropFirst(7).trimmingCharacters(in: ["="])
        guard Data(base64Encoded: code + "=")?.count == 32 else { return nil }
        self = .pinned("SHA256:" + code)
    }

    /// The keys that an OpenSSH `known_hosts` file lists for a server; nil where there is none that could be used.
    package init?(knownHosts text: String, host: String, port: Int) {
        let keys = KnownHosts(text).keys(of: host, port: port)
        guard !keys.isEmpty else { return nil }
        self = .listed(keys)
    }

    /// The fingerprints that are trusted, for people.
    package var pin: String { identity.replacing(",", with: " or ") }

    func trusts(_ key: [UInt8]) -> Bool {
        switch self {
        case .pinned(let fingerprint): HostKey.fingerprint(of: key) == fingerprint
        case .listed(let keys): keys.contains { $0.bytes == key }
        }
    }

    /// Which kinds of key the server is to be asked for, one after the other.
    ///
    /// A server has several and shows one; a pin does not tell which.
    var types: [HostKeyType] {
        switch self {
        case .pinned: HostKeyType.allCases
        case .listed(let keys): HostKeyType.allCases.filter { type in keys.contains { $0.type == type } }
        }
    }

    /// The same for the same trust: no connection is shared between different ones.
    var identity: String {
        switch self {
        case .pinned(let fingerprint): fingerprint
        case .listed(let keys): keys.map(\.fingerprint).sorted().joined(separator: ",")
        }
    }
}
