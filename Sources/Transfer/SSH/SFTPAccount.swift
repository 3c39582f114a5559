import Foundation

/// One account of one SFTP server.
///
/// Paths are absolute, or relative to where the login lands. Every method is one request over a connection that is kept for
/// the next; none is tried again.
package struct SFTPAccount: Sendable {
    /// Bytes of an upload that the server has not acknowledged, at most.
    package static let onTheWay = 2 << 20

    package var host: String
    package var port: Int
    package var user: String
    package var password: String?
    package var key: SSHKey?
    package var trust: HostTrust

    package init(
        host: String, port: Int, user: String, password: String? = nil, key: SSHKey? = nil, trust: HostTrust
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.key = key
        self.trust = trust
    }

    package struct Status: Hashable, Sendable {
        /// In bytes.
        package var size: Int
        /// Seconds since 1970; nil where the server does not say.
        package var modifiedAt: Int?
    }

    /// Writes a file from `offset` on, and what its path is in where that is missing; empties it first where `offset` is 0.
    ///
    /// - Parameter commands: carried out before.
    package func upload(
        _ body: TransferRequest.Body, to path: String, from offset: Int = 0, after commands: [SFTPCommand] = []
    ) async throws(TransferError) {
        var request = request(path)
        request.body = body
        request.session?.action = .upload
        request.session?.before = commands.map(\.line)
        request.session?.makesFolders = true
        request.session?.ssh?.offset = offset
        _ = try await run(request)
    }

    /// Nil where nothing has the path. A folder has a status too.
    package func status(of path: String) async throws(TransferError) -> Status? {
        var request = request(path)
        request.session?.action = .download
        request.session?.ssh?.asksStatus = true
        guard let answer = try await found(request) else { return nil }
        return Status(size: answer.size ?? 0, modifiedAt: answer.modifiedAt)
    }

    /// At most `count` bytes of a file from `offset` on; nil where it is not there.
    package func read(_ path: String, from offset: Int, count: Int) async throws(TransferError) -> [UInt8]? {
        var request = request(path)
        request.session?.action = .download
        request.session?.ssh?.offset = offset
        request.session?.ssh?.count = count
        return try await found(request)?.body
    }

    /// Every name in a folder, hidden ones too; nil where it is not there.
    package func names(in folder: String) async throws(TransferError) -> [String]? {
        try await lines(.list, of: folder)?.filter { $0 != "." && $0 != ".." }
    }

    func lines(
        _ action: SessionOptions.Action, of folder: String
    ) async throws(TransferError) -> [String]? {
        var request = request(folder, isFolder: true)
        request.session?.action = action
        return try await found(request)?.body.lines()
    }

    /// Whether there is a folder. A server that does not let anybody look into it says so by an error.
    package func hasFolder(_ folder: String) async throws(TransferError) -> Bool {
        var request = request(folder, isFolder: true)
        request.session?.action = .commands
        request.session?.ssh?.asksStatus = true
        return try await found(request)?.modifiedAt != nil
    }

    /// Carries out commands, one after the other, to the first that fails and may not.
    package func run(_ commands: [SFTPCommand]) async throws(TransferError) {
        var request = request("/", isFolder: true)
        request.session?.before = commands.map(\.line)
        _ = try await run(request)
    }

    func found(_ request: TransferRequest) async throws(TransferError) -> TransferAnswer? {
        do throws(TransferError) {
            return try await run(request)
        } catch {
            if error.kind == .notFound { return nil }
            throw error
        }
    }

    func request(_ path: String, isFolder: Bool = false) -> TransferRequest {
        var session = SessionOptions()
        session.user = user
        session.password = password
        session.ssh = SSHOptions(trust: trust)
        session.ssh?.key = key
        var request = TransferRequest("", "sftp://\(authority)\(SFTPPath.inURL(path, isFolder: isFolder))")
        request.session = session
        return request
    }

    private var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
}

extension SFTPAccount {
    private struct Acquaintance: Sendable {
        var type: HostKeyType
        var shown: String?
    }

    private static let known = Guarded<[String: Acquaintance]>([:])
    private var acquaintance: String { "\(host):\(port) \(trust.identity)" }

    /// The key that the server has proved to hold, as `SHA256:… (ssh-ed25519)`; nil before that.
    package var shownHostKey: String? { Self.known.withLock { $0[acquaintance]?.shown } }

    /// Asks for the kind of host key that the trust speaks of, until the server shows one to trust.
    ///
    /// Nothing is said to a server before that. What worked is asked for first the next time.
    private func run(_ request: TransferRequest) async throws(TransferError) -> TransferAnswer {
        guard host.utf8.allSatisfy(Self.belongsInHost) else {
            throw TransferError(.forbiddenAddress, "its name is no host's name")
        }
        let remembered = Self.known.withLock { $0[acquaintance]?.type }
        let types = [remembered].compactMap { $0 } + trust.types.filter { $0 != remembered }
        var shown: [String] = []
        for type in types {
            var request = request
            request.session?.ssh?.hostKeyType = type
            do throws(TransferError) {
                let answer = try await TransferClient.ssh("\(host.lowercased()):\(port)").run(request)
                if let shown = answer.hostKey {
                    Self.known.withLock { $0[acquaintance] = Acquaintance(type: type, shown: shown) }
                }
                return answer
            } catch {
                guard error.kind == .untrusted else { throw error }
                if !shown.contains(error.reason) { shown.append(error.reason) }
            }
        }
        throw TransferError(.untrusted, shown.joined(separator: ", "))
    }

    private static func belongsInHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: ":"):
            true
        default: byte >= 0x80
        }
    }
}
