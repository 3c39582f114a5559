/// A folder on this machine.
package struct DirectoryPlace: Hashable, Codable, Sendable {
    /// Absolute; made where it is missing.
    package var path: String

    package init(path: String) {
        self.path = path
    }
}

/// A bucket of any store that speaks S3.
package struct S3Place: Hashable, Codable, Sendable {
    package enum Addressing: String, CaseIterable, Codable, Sendable {
        /// `https://bucket.endpoint/key`
        case virtualHost = "virtual-host"
        /// `https://endpoint/bucket/key`
        case path
    }
    package enum Encryption: String, CaseIterable, Codable, Sendable {
        case none
        case aes256 = "AES256"
        case kms = "aws:kms"
    }

    package var bucket: String
    /// The prefix of every key, without a slash at either end; empty for the bucket's root.
    package var path: String
    /// Absolute, https or loopback; nil for AWS itself.
    package var endpoint: String?
    /// Nil where the environment or AWS's files say it.
    package var region: String?
    package var addressing: Addressing
    /// Nil for the usual AWS environment variables and files.
    package var accessKey: Secret?
    package var secretKey: Secret?
    package var sessionToken: Secret?
    /// The section of AWS's files; nil for `default`.
    package var profile: String?
    package var encryption: Encryption
    /// With `aws:kms`; nil for the account's own key.
    package var kmsKey: String?
    /// Sends the ACL `bucket-owner-full-control`.
    package var grantsBucketOwner: Bool
    /// Bytes, at least 5 MiB.
    package var partSize: Int
    /// Parts on their way at once.
    package var connections: Int

    private enum CodingKeys: String, CodingKey {
        case bucket, path, endpoint, region, addressing, accessKey, secretKey, sessionToken, profile, encryption, kmsKey
        case partSize, connections
        case grantsBucketOwner = "bucketOwnerFullControl"
    }

    package init(
        bucket: String, path: String = "", endpoint: String? = nil, region: String? = nil,
        addressing: Addressing = .virtualHost, accessKey: Secret? = nil, secretKey: Secret? = nil,
        sessionToken: Secret? = nil, profile: String? = nil, encryption: Encryption = .none, kmsKey: String? = nil,
        grantsBucketOwner: Bool = false, partSize: Int = 8 << 20, connections: Int = 4
    ) {
        self.bucket = bucket
        self.path = path
        self.endpoint = endpoint
        self.region = region
        self.addressing = addressing
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
        self.profile = profile
        self.encryption = encryption
        self.kmsKey = kmsKey
        self.grantsBucketOwner = grantsBucketOwner
        self.partSize = partSize
        self.connections = connections
    }
}

/// A folder of an SFTP server. One of `hostKey` and `knownHosts` is there, and one of `password` and `privateKey`.
package struct SFTPPlace: Hashable, Codable, Sendable {
    package var host: String
    package var port: Int
    package var user: String
    /// Absolute on the server, or relative to where the login lands.
    package var path: String
    package var password: Secret?
    /// The text of the key, OpenSSH or PEM.
    package var privateKey: Secret?
    package var passphrase: Secret?
    /// The pinned key as `SHA256:…`, as `ssh-keygen -lf` prints it.
    package var hostKey: String?
    /// The absolute path of a file in OpenSSH's format.
    package var knownHosts: String?
    /// To this host at once, whatever the dataflow.
    package var connections: Int

    package init(
        host: String, port: Int = 22, user: String, path: String, password: Secret? = nil, privateKey: Secret? = nil,
        passphrase: Secret? = nil, hostKey: String? = nil, knownHosts: String? = nil, connections: Int = 4
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.path = path
        self.password = password
        self.privateKey = privateKey
        self.passphrase = passphrase
        self.hostKey = hostKey
        self.knownHosts = knownHosts
        self.connections = connections
    }
}

/// A folder of an FTP or FTPS server.
package struct FTPPlace: Hashable, Codable, Sendable {
    package enum Security: String, CaseIterable, Codable, Sendable {
        /// TLS from `AUTH TLS` on.
        case explicit
        /// TLS from the first byte on.
        case implicit
        /// Readable by anybody on the way; only with `allowPlaintext`.
        case none
    }

    package var host: String
    package var port: Int
    package var user: String
    package var password: Secret
    /// Absolute on the server, or relative to where the login lands.
    package var path: String
    package var security: Security
    package var allowPlaintext: Bool
    /// The absolute path of certificates to trust instead of the system's, in PEM.
    package var caFile: String?
    /// To this host at once, whatever the dataflow.
    package var connections: Int

    private enum CodingKeys: String, CodingKey {
        case host, port, user, password, path, allowPlaintext, caFile, connections
        case security = "tls"
    }

    package init(
        host: String, port: Int = 21, user: String, password: Secret, path: String, security: Security = .explicit,
        allowPlaintext: Bool = false, caFile: String? = nil, connections: Int = 4
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.path = path
        self.security = security
        self.allowPlaintext = allowPlaintext
        self.caFile = caFile
        self.connections = connections
    }
}
