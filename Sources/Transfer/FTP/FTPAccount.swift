import Foundation

/// An account of an FTP server. Every call is a connection of its own, which ends with it.
package struct FTPAccount: Sendable {
    package struct Status: Hashable, Sendable {
        /// In bytes; nil where the server does not say.
        package var size: Int?
        /// Seconds since 1970; nil where the server does not say.
        package var modifiedAt: Int?
    }

    package let host: String
    private let port: Int
    package let user: String
    private let password: String
    private let security: FTPOptions.Security
    private let caFile: String?

    package init(
        host: String, port: Int, user: String, password: String, security: FTPOptions.Security, caFile: String?
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.security = security
        self.caFile = caFile
    }

    // MARK: Files

    /// Writes a file, making the folder and those it is in where they are missing, and asks what the server has then.
    package func upload(
        _ body: TransferRequest.Body, as name: String, in folder: String
    ) async throws(TransferError) -> Status {
        var request = try request(folder, name, .upload)
        request.body = body
        request.session?.makesFolders = true
        request.session?.after = ["*SIZE \(name)", "*MDTM \(name)"]
        return Self.status(try await TransferClient.shared.run(request).replies)
    }

    /// Nil where there is no such file, or no such folder.
    package func status(of name: String, in folder: String) async throws(TransferError) -> Status? {
        var request = try request(folder, "", .commands, about: [name])
        // A size that is told for text would count line ends differently.
        request.session?.after = ["TYPE I", "*SIZE \(name)", "*MDTM \(name)"]
        do throws(TransferError) {
            let replies = try await TransferClient.shared.run(request).replies
            let isUnknown = replies.suffix(2).allSatisfy { !$0.hasPrefix("213") && !$0.hasPrefix("50") }
            return isUnknown ? nil : Self.status(replies)
        } catch {
            if error.kind == .notFound { return nil }
            throw error
        }
    }

    /// Carries out commands until one fails. One that needs an answer to be sure of is not to be cancelled.
    package func run(
        _ commands: [FTPCommand], in folder: String, limits: TransferRequest.Limits = .init()
    ) async throws(TransferError) {
        let lines = commands.flatMap(\.lines)
        var request = try request(folder, "", .commands, about: lines)
        request.session?.after = lines
        request.limits = limits
        _ = try await TransferClient.shared.run(request)
    }

    // MARK: Folders

    package func hasFolder(_ folder: String) async throws(TransferError) -> Bool {
        do throws(TransferError) {
            _ = try await TransferClient.shared.run(try request(folder, "", .commands))
            return true
        } catch {
            if error.kind == .notFound { return false }
            throw error
        }
    }

    /// What is in a folder, hidden files too, in no order; nil where there is no such folder.
    package func names(in folder: String) async throws(TransferError) -> [String]? {
        try await entries(in: folder)?.map(\.name)
    }

    /// As `names`, with what the server tells unasked.
    package func entries(in folder: String) async throws(TransferError) -> [FTPEntry]? {
        // NLST leaves hidden names out, which many servers, but not all, add for `-a`.
        for command in ["MLSD", "NLST -a", "NLST"] {
            var request = try request(folder, "", .list)
            request.session?.ftp?.listing = command
            request.session?.before = [Self.asksUTF8]
            do throws(TransferError) {
                let lines = try await TransferClient.shared.run(request).body.lines(returns: true)
                return command == "MLSD" ? lines.compactMap(FTPEntry.init(facts:)) : lines.map { FTPEntry(name: $0) }
            } catch {
                if error.kind == .notFound { return nil }
                // What the server does not know, or has no names for.
                guard error.kind == .other || error.kind == .denied, command != "NLST" else { throw error }
            }
        }
        return nil
    }

    // MARK: The wire

    func request(
        _ folder: String, _ name: String, _ action: SessionOptions.Action, about texts: [String] = []
    ) throws(TransferError) -> TransferRequest {
        guard ([host, user, password, folder, name] + texts).allSatisfy(FTPText.isOneLine) else {
            throw TransferError(.other, "a name has a control character in it")
        }
        let scheme = security == .implicit ? "ftps" : "ftp"
        var request = TransferRequest("", "\(scheme)://\(authority):\(port)\(FTPText.path(folder, name))")
        request.caFile = caFile
        var session = SessionOptions()
        session.action = action
        session.user = user
        session.password = password
        session.ftp = FTPOptions(security: security)
        // Some servers take names as bytes of their own code page otherwise; others have never heard of it.
        let names = ([folder, name] + texts).joined()
        if !names.utf8.allSatisfy({ $0 < 0x80 }) { session.before = [Self.asksUTF8] }
        request.session = session
        return request
    }

    private static let asksUTF8 = "*OPTS UTF8 ON"

    private var authority: String { host.contains(":") ? "[\(host)]" : host }

    /// From the answers to SIZE and MDTM, which are the last ones.
    static func status(_ replies: some BidirectionalCollection<String>) -> Status {
        let texts = replies.suffix(2).map { $0.hasPrefix("213 ") ? String($0.dropFirst(4)) : "" }
        guard texts.count == 2 else { return Status() }
        return Status(size: Int(texts[0]), modifiedAt: seconds(texts[1]))
    }

    /// Of a time as MDTM tells it, always in UTC: `20260131235959`, with or without a fraction.
    static func seconds(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard digits.count == 14, let year = Int(digits.prefix(4)) else { return nil }
        let rest = stride(from: 4, to: 14, by: 2).compactMap { Int32(digits.dropFirst($0).prefix(2)) }
        guard rest.count == 5 else { return nil }
        var time = tm()
        time.tm_year = Int32(year - 1900)
        time.tm_mon = rest[0] - 1
        (time.tm_mday, time.tm_hour, time.tm_min, time.tm_sec) = (rest[1], rest[2], rest[3], rest[4])
        return timegm(&time)
    }
}
