import TidegateModel

private enum FTPFields {
    static let port = Field.optional(
        "port", PlaceFields.port, help: "The server's port; absent, 21, or 990 where TLS is implicit."
    )
    static let password = Field.required("password", .secret, help: "The password, as a reference.")
    static let path = PlaceFields.remotePath(
        "The folder that files are delivered to, with macros, absolute or from where the login lands; made where it is "
            + "missing."
    )
    static let tls = Field.optional(
        "tls", .choice(FTPPlace.Security.self), default: .explicit,
        help: "Whether TLS is asked for (explicit), there from the first byte on (implicit), or not at all."
    )
    static let allowPlaintext = Field.optional(
        "allowPlaintext", .boolean, default: false,
        help: "Agrees that anybody on the way can read password and profiles, where tls is none."
    )
    static let caFile = Field.optional(
        "caFile", .path,
        help: "Certificates to trust instead of the system's, in PEM, relative to this job file."
    )
    static let connections = PlaceFields.connections("How many connections this host has at once.")
}

extension DestinationType {
    /// A folder of an FTP server.
    static let ftp = DestinationType(
        name: "ftp", help: "A destination that takes files: a folder of an FTP server, over TLS.",
        fields: [
            PlaceFields.host.declaration, FTPFields.port.declaration, PlaceFields.user.declaration,
            FTPFields.password.declaration, FTPFields.path.declaration, FTPFields.tls.declaration,
            FTPFields.allowPlaintext.declaration, FTPFields.caFile.declaration, FTPFields.connections.declaration,
        ],
        read: readFTP
    )

    @Sendable private static func readFTP(_ reader: ObjectReader) -> Destination.Place? {
        let tls = reader.located(FTPFields.tls)
        let allowPlaintext = reader.value(FTPFields.allowPlaintext)
        if let tls, let allowPlaintext { checkPlaintext(tls, isAllowed: allowPlaintext, reader) }
        let (host, user, path) = (
            reader.value(PlaceFields.host), reader.value(PlaceFields.user), reader.value(FTPFields.path)
        )
        let (password, connections) = (reader.value(FTPFields.password), reader.value(FTPFields.connections))
        let (port, caFile) = (reader.value(FTPFields.port), reader.value(FTPFields.caFile))
        guard let host, let user, let path, let password, let tls, let allowPlaintext, let connections else {
            return nil
        }
        return .ftp(
            FTPPlace(
                host: host, port: port ?? (tls.value == .implicit ? 990 : 21), user: user, password: password,
                path: path, security: tls.value, allowPlaintext: allowPlaintext, caFile: caFile?.path,
                connections: connections
            )
        )
    }

    private static func checkPlaintext(
        _ tls: Located<FTPPlace.Security>, isAllowed: Bool, _ reader: ObjectReader
    ) {
        let problems = reader.context.problems
        guard tls.value == .none else {
            if isAllowed, let position = reader.keyPosition(of: FTPFields.allowPlaintext) {
                problems.warning("'allowPlaintext' has no effect with TLS", at: position)
            }
            return
        }
        if !isAllowed {
            problems.error(
                "'tls: none' lets anybody on the way read password and profiles, it needs 'allowPlaintext: true'",
                at: tls.position
            )
        }
        if let position = reader.keyPosition(of: FTPFields.caFile) {
            problems.warning("'caFile' has no effect without TLS", at: position)
        }
    }
}
