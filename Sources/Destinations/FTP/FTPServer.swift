import Foundation
import TidegateModel
import Transfer

/// The account and folder of a place, with what is said about them.
struct FTPServer: FileServer {
    let account: FTPAccount
    let folder: String
    let name: String
    private let security: FTPPlace.Security

    /// Refuses, before anything is connected to, what would go readable over the wire or could not go at all.
    init(_ place: FTPPlace) throws(DeliveryError) {
        name = "FTP server '\(FileName.printable(place.host))'"
        security = place.security
        guard place.security != .none || place.allowPlaintext else {
            throw .rejected(
                "\(name) would get password and profiles readable for anybody on the way, "
                    + "set 'tls' to explicit or implicit, or 'allowPlaintext' where nobody can listen"
            )
        }
        for text in [place.host, place.user, place.password.text, place.path] {
            guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw .rejected("\(name) has a control character in its host, user, password or path")
            }
        }
        guard !place.host.isEmpty, place.host.utf8.allSatisfy(Self.belongsInHost) else {
            throw .rejected("\(name) has a name that no host has")
        }
        account = FTPAccount(
            host: place.host, port: place.port, user: place.user, password: place.password.text,
            security: Self.security(place.security), caFile: place.caFile
        )
        folder = Self.folder(place.path)
    }

    /// Waits until the host takes one more connection, of which `work` may use one at a time.
    static func enter<Value>(
        _ place: FTPPlace, _ means: DeliveryMeans, _ work: (FTPServer) async throws(DeliveryError) -> Value
    ) async throws(DeliveryError) -> Value {
        let server = try FTPServer(place)
        let host = "\(place.host.lowercased()):\(place.port)"
        return try await means.gate.enter(host, atMost: place.connections) { () throws(DeliveryError) in
            try await work(server)
        }
    }

    /// Removes a file; one that is not there, or whose folder is not, is no error.
    func remove(_ name: String, in folder: String) async throws(TransferError) {
        do throws(TransferError) {
            try await account.run([.remove(name)], in: folder)
        } catch {
            if error.kind == .notFound { return }
            // The same answer for what is not there and for what must stay.
            guard error.kind == .denied, try await account.status(of: name, in: folder) == nil else { throw error }
        }
    }

    private static func security(_ security: FTPPlace.Security) -> FTPOptions.Security {
        switch security {
        case .none: .none
        case .explicit: .explicit
        case .implicit: .implicit
        }
    }

    /// What could not end the host's part of an address.
    private static func belongsInHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: ":"):
            true
        default: byte >= 0x80
        }
    }

    /// `~` is where the login lands, as in other clients.
    private static func folder(_ path: String) -> String {
        var parts = path.split(separator: "/").filter { $0 != "." }
        if path.hasPrefix("/") { return "/" + parts.joined(separator: "/") }
        if parts.first == "~" { parts.removeFirst() }
        return parts.joined(separator: "/")
    }

    // MARK: Failures

    func failure(_ error: TransferError, _ complaint: String) -> DeliveryError {
        switch error.kind {
        case .cancelled: .cancelled
        case .unreachable where error.isNameUnresolved: .transient("\(name) cannot be reached: \(error.reason)")
        case .untrusted: .rejected("\(name) is not trusted, \(error.reason): \(advice(error.reason))")
        case .loginRefused: .rejected("\(name) refuses the login of '\(account.user)', \(error.reason)")
        case .denied, .notFound, .forbiddenAddress, .other:
            .rejected(sentence("\(complaint) in '\(shownFolder)'", error.reason))
        case .unreachable, .timedOut, .broken, .full, .commandFailed, .localFile, .tooLarge:
            .transient(sentence(complaint, error.reason))
        }
    }

    private func advice(_ reason: String) -> String {
        if reason.contains("another name") { return "write 'host' as the certificate has it" }
        if reason.contains("certificate") {
            return "set 'caFile' to the certificates of who signed it, if the server's owner confirms them"
        }
        let other = security == .explicit ? "implicit, mostly on port 990," : "explicit, mostly on port 21,"
        return "set 'tls' to \(other) if that is what it speaks"
    }
}
