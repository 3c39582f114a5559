import Foundation

/// What SFTP needs besides what FTP does too.
package struct SSHOptions: Sendable {
    package var trust: HostTrust
    /// Which kind of host key the server is asked for; nil for the one that libssh2 likes best.
    package var hostKeyType: HostKeyType?
    /// Nil for a login with the session's password.
    package var key: SSHKey?
    /// Only asks for the size and time of the file; nothing of it is transferred.
    package var asksStatus = false
    /// Of the file: where a download begins and an upload goes on. The request's body is the whole file nonetheless.
    package var offset = 0
    /// Bytes to download at most; nil for all.
    package var count: Int?

    package init(trust: HostTrust) {
        self.trust = trust
    }
}

/// A user's private key, OpenSSH or PEM.
package struct SSHKey: Sendable {
    package var text: String
    package var passphrase: String?

    package init(text: String, passphrase: String? = nil) {
        self.text = text
        self.passphrase = passphrase
    }

    /// The key as a file has it: lines end in a line feed, the last one too.
    var lines: [UInt8] {
        Array((text.replacing("\r\n", with: "\n").trimmingCharacters(in: .whitespacesAndNewlines) + "\n").utf8)
    }

    /// libssh2 before 1.11 signs with RSA keys by SHA-1, which today's servers refuse.
    ///
    /// False too where the text does not tell.
    package var isRSA: Bool {
        if text.contains("BEGIN RSA PRIVATE KEY") { return true }
        let body = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }.joined()
        guard let bytes = Data(base64Encoded: body, options: .ignoreUnknownCharacters) else { return false }
        // The name in OpenSSH's format, the object identifier in PKCS #8.
        let marks = [Data("ssh-rsa".utf8), Data([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01])]
        return marks.contains { bytes.prefix(200).range(of: $0) != nil }
    }
}
