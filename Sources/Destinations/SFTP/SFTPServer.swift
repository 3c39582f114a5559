import Foundation
import TidegateModel
import Transfer

/// The account and folder of a place, with everything that is needed to trust its server.
struct SFTPServer: FileServer {
    let account: SFTPAccount
    let folder: String
    let name: String
    private let isPinned: Bool

    init(_ place: SFTPPlace) throws(DeliveryError) {
        name = "SFTP server '\(place.host)'"
        isPinned = place.hostKey != nil
        account = SFTPAccount(
            host: place.host, port: place.port, user: place.user, password: place.password?.text,
            key: place.privateKey.map { SSHKey(text: $0.text, passphrase: place.passphrase?.text) },
            trust: try Self.trust(in: place)
        )
        folder = Self.folder(place.path)
    }

    private static func trust(in place: SFTPPlace) throws(DeliveryError) -> HostTrust {
        let server = "SFTP server '\(place.host)'"
        if let pin = place.hostKey {
            if let trust = HostTrust(pin: pin) { return trust }
            throw .rejected("\(server) has a hostKey that is no 'SHA256:…' as 'ssh-keygen -lf' prints it")
        }
        guard let path = place.knownHosts else {
            throw .rejected("\(server) cannot be told from another: give its hostKey or a knownHosts file")
        }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw .rejected("\(server) cannot be looked up: knownHosts file '\(path)' cannot be read")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let trust = HostTrust(knownHosts: text, host: place.host, port: place.port) else {
            throw .rejected(
                "\(server) is not in knownHosts file '\(path)': add a line that you have verified, or pin its hostKey"
            )
        }
        return trust
    }

    /// `~` is where the login lands, as in other clients.
    private static func folder(_ path: String) -> String {
        var path = Substring(path)
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        if path == "~" || path == "." { return "" }
        if path.hasPrefix("~/") || path.hasPrefix("./") { path = path.dropFirst(2) }
        return String(path)
    }

    func path(of name: String) -> String {
        if folder.isEmpty { return name }
        return folder == "/" ? "/" + name : folder + "/" + name
    }

    /// Removes a file; one that is not there is no error.
    func remove(_ path: String) async throws(TransferError) {
        do throws(TransferError) {
            try await account.run([.remove(path)])
        } catch {
            // Where the connection is lost, libcurl repeats the server's last answer, which may have been this one.
            guard error.kind == .notFound, try await account.status(of: path) == nil else { throw error }
        }
    }

    // MARK: Failures

    func failure(_ error: TransferError, _ complaint: String) -> DeliveryError {
        switch error.kind {
        case .cancelled: .cancelled
        case .unreachable where error.isNameUnresolved: .transient("\(name) cannot be reached: \(error.reason)")
        case .untrusted:
            .rejected("\(name) is not trusted, \(error.reason): \(advice)")
        case .loginRefused:
            .rejected("\(name) refuses the login of '\(account.user)', \(error.reason)")
        case .denied, .notFound, .forbiddenAddress: .rejected(sentence(complaint, error.reason))
        case .unreachable, .timedOut, .broken, .full, .commandFailed, .localFile, .tooLarge, .other:
            .transient(sentence(complaint, error.reason))
        }
    }

    /// What to do about a key that is not trusted, once its owner has confirmed it.
    private var advice: String {
        isPinned
            ? "hostKey '\(account.trust.pin)' is expected; pin the shown key instead only if the server's owner confirms it"
            : "its knownHosts file lists another key; change that only if the server's owner confirms the shown key"
    }
}
