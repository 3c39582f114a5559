import Foundation
import TidegateModel
import Transfer

/// Tries out everything that a delivery does, and leaves nothing behind.
struct SFTPProbe: Sendable {
    let server: SFTPServer

    private var account: SFTPAccount { server.account }

    func run() async throws(DeliveryError) -> String {
        let fence = Fence(run: UUID(), attempt: 0)
        let (old, new) = (
            server.path(of: TemporaryName(fence, for: "probe").text),
            server.path(of: TemporaryName(fence, for: "renamed").text)
        )
        let account = account
        return try await server.call("does not take files in '\(shownFolder)'") { () throws(TransferError) in
            let missing = try await missingFolders()
            let made = missing.reversed().map { SFTPCommand.attempt(.removeFolder($0)) }
            do throws(TransferError) {
                try await account.upload(.bytes([]), to: old)
                try await account.run([.rename(old, to: new), .remove(new)] + made)
            } catch {
                let left = [SFTPCommand.attempt(.remove(old)), .attempt(.remove(new))] + made
                if error.kind != .unreachable, error.kind != .untrusted { try? await account.run(left) }
                throw error
            }
            let found = missing.isEmpty ? "is writable" : "is missing and can be made"
            return
                "folder '\(shownFolder)' of SFTP server '\(account.host)' \(found) for '\(account.user)', \(shownKey)"
        }
    }

    private var shownFolder: String { server.folder.isEmpty ? "~" : server.folder }

    private var shownKey: String {
        "host key \(account.shownHostKey ?? "as known")"
    }

    /// The folders that are not there yet, outermost first.
    private func missingFolders() async throws(TransferError) -> [String] {
        var missing: [String] = []
        var folder = server.folder
        while !folder.isEmpty, folder != "/", try await !account.hasFolder(folder) {
            missing.append(folder)
            guard let slash = folder.lastIndex(of: "/") else { break }
            folder = String(folder[..<slash])
        }
        return missing.reversed()
    }
}
