/// One request to a server, of any protocol that is spoken here.
package struct TransferRequest: Sendable {
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// A part of a file, read while it is sent.
        case file(path: String, offset: Int, count: Int)

        package var count: Int {
            switch self {
            case .none: 0
            case .bytes(let bytes): bytes.count
            case .file(_, _, let count): count
            }
        }
    }

    /// Where the bytes of an answer go.
    package enum Target: Hashable, Sendable {
        /// Into the answer, up to the limit for answers.
        case memory
        /// Into a file that somebody holds open for writing until there is an answer; of HTTP only what a success brings.
        /// With more than `atMost` bytes it is too large.
        case file(descriptor: Int32, atMost: Int)
    }

    /// Which addresses a name may lead to.
    package enum Addresses: Hashable, Sendable {
        case any
        /// No loopback, private, link-local or otherwise special ones.
        case publicOnly
    }

    /// Never holds a secret: those go into `headers` and `login`.
    package var url: String
    /// HTTP only: `GET`, `PUT`, `POST`, …
    package var method: String
    /// HTTP only: lines such as `Content-Type: text/csv`; one that ends in `:` leaves out what libcurl would send.
    package var headers: [String]
    package var body: Body
    package var target = Target.memory
    package var addresses = Addresses.any
    /// Certificates to trust instead of the system's: the path of a PEM file.
    package var caFile: String?
    package var limits = Limits()
    /// What only SFTP and FTP need; nil for HTTP.
    package var session: SessionOptions?

    package init(_ method: String, _ url: String, headers: [String] = [], body: Body = .none) {
        self.url = url
        self.method = method
        self.headers = headers
        self.body = body
    }

    /// Whether a proxy that the environment names (`https_proxy`, `all_proxy`, `no_proxy`) is used: only where it just passes
    /// encrypted bytes on, to an address that nobody asks about. Plain HTTP, which only ever leads to this machine, would
    /// show a proxy keys and profiles, and so would FTP, of which a proxy makes HTTP.
    var mayGoThroughProxy: Bool {
        addresses == .any && session == nil && url.lowercased().hasPrefix("https:")
    }

    package struct Limits: Hashable, Sendable {
        /// Milliseconds until the connection is there.
        package var connect = 15_000
        /// Seconds without a single byte in either direction.
        package var silence = 60
        /// Milliseconds for everything; 0 for no limit.
        package var total = 0
        /// Bytes of an answer that are taken at most.
        package var answer = 64 << 20

        package init() {}
    }
}

/// What SFTP and FTP need besides an address.
package struct SessionOptions: Sendable {
    package enum Action: Sendable {
        /// Only the commands, with the folder's listing not asked for.
        case commands
        case upload
        /// Adds the body to what the file holds.
        case append
        case download
        /// The names in a folder, one a line.
        case list
        /// Of SFTP: the server's own lines about what is in a folder, in the same order.
        case describe
    }

    package var action = Action.commands
    package var user = ""
    package var password: String?
    /// Sent before the transfer, in the protocol's own words; one that begins with `*` may fail.
    package var before: [String] = []
    /// Sent after it.
    package var after: [String] = []
    package var makesFolders = false
    /// What SFTP needs besides; without it nothing is connected to over SSH.
    package var ssh: SSHOptions?
    /// What FTP needs besides.
    package var ftp: FTPOptions?

    package init() {}
}

/// What a server answered.
package struct TransferAnswer: Sendable {
    /// Of HTTP, or the last one of FTP; 0 where the protocol has none.
    package var status: Int
    /// Lower-case names.
    package var headers: [String: String]
    package var body: [UInt8]
    /// Bytes that went into a file instead.
    package var received = 0
    /// Seconds since 1970, of a file that was asked for; nil where the server does not say.
    package var modifiedAt: Int?
    /// Bytes of the file that SFTP was asked about; one whose size the server does not say counts as empty.
    package var size: Int?
    /// Of a new SSH connection: the key that the server has proved to hold, as `SHA256:… (ssh-ed25519)`.
    package var hostKey: String?
    /// Of FTP: the last line of each answer.
    package var replies: [String] = []

    package init(status: Int, headers: [String: String] = [:], body: [UInt8] = [], modifiedAt: Int? = nil) {
        self.status = status
        self.headers = headers
        self.body = body
        self.modifiedAt = modifiedAt
    }
}

/// Why there is no answer.
package struct TransferError: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// No name, no route, nobody listens.
        case unreachable
        /// Nothing came within the limits.
        case timedOut
        /// The connection broke.
        case broken
        /// The certificate or host key is not the one to trust, or there is no TLS where it is needed.
        case untrusted
        case loginRefused
        /// The server will not do that, such as write there.
        case denied
        case notFound
        case full
        /// A command of SFTP or FTP failed.
        case commandFailed
        /// The name leads to an address that is not allowed.
        case forbiddenAddress
        /// The file to send cannot be read, or the one to fill cannot be written.
        case localFile
        /// More bytes came than are taken.
        case tooLarge
        case cancelled
        case other
    }

    package var kind: Kind
    /// What happened, in a few words, without address, secret or data.
    package var reason: String
    /// Whether the server may have got the request.
    package var mayHaveArrived: Bool

    package init(_ kind: Kind, _ reason: String, mayHaveArrived: Bool = false) {
        self.kind = kind
        self.reason = reason
        self.mayHaveArrived = mayHaveArrived
    }
}
