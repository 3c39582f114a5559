import TidegateModel

private enum SFTPFields {
    static let port = Field.optional("port", PlaceFields.port, default: 22, help: "The server's port.")
    static let path = PlaceFields.remotePath(
        "The folder that files are delivered to, with macros, absolute or from where the login lands; made where it is "
            + "missing."
    )
    static let password = Field.optional("password", .secret, help: "The password, as a reference.")
    static let privateKey = Field.optional(
        "privateKey", .secret, help: "The text of the private key, OpenSSH or PEM, as a reference."
    )
    static let passphrase = Field.optional(
        "passphrase", .secret, help: "What the private key is locked with, as a reference."
    )
    static let hostKey = Field.optional(
        "hostKey", .fingerprint, help: "The fingerprint of the server's key, SHA256:… as ssh-keygen -lf prints it."
    )
    static let knownHosts = Field.optional(
        "knownHosts", .path, help: "A file of known hosts in OpenSSH's format, relative to this job file."
    )
    static let connections = PlaceFields.connections("How many connections this host has at once.")
}

extension DestinationType {
    /// A folder of an SSH server.
    static let sftp = DestinationType(
        name: "sftp", help: "A destination that takes files: a folder of an SFTP server.",
        fields: [
            PlaceFields.host.declaration, SFTPFields.port.declaration, PlaceFields.user.declaration,
            SFTPFields.path.declaration, SFTPFields.password.declaration, SFTPFields.privateKey.declaration,
            SFTPFields.passphrase.declaration, SFTPFields.hostKey.declaration, SFTPFields.knownHosts.declaration,
            SFTPFields.connections.declaration,
        ],
        rules: [
            .exactlyOne(of: "password", "privateKey"), .exactlyOne(of: "hostKey", "knownHosts"),
            .dependent("passphrase", on: "privateKey"),
        ],
        read: readSFTP
    )

    @Sendable private static func readSFTP(_ reader: ObjectReader) -> Destination.Place? {
        reader.requireOne(SFTPFields.hostKey, SFTPFields.knownHosts, because: "no server is trusted blindly")
        reader.requireOne(SFTPFields.password, SFTPFields.privateKey, because: "a login needs one")
        reader.require(SFTPFields.privateKey, with: SFTPFields.passphrase)
        let (host, user, path) = (
            reader.value(PlaceFields.host), reader.value(PlaceFields.user), reader.value(SFTPFields.path)
        )
        let (port, connections) = (reader.value(SFTPFields.port), reader.value(SFTPFields.connections))
        let (password, privateKey) = (reader.value(SFTPFields.password), reader.value(SFTPFields.privateKey))
        let passphrase = reader.value(SFTPFields.passphrase)
        let (hostKey, knownHosts) = (reader.value(SFTPFields.hostKey), reader.value(SFTPFields.knownHosts))
        guard let host, let user, let path, let port, let connections else { return nil }
        return .sftp(
            SFTPPlace(
                host: host, port: port, user: user, path: path, password: password, privateKey: privateKey,
                passphrase: passphrase, hostKey: hostKey, knownHosts: knownHosts?.path, connections: connections
            )
        )
    }
}
