import Foundation
import TidegateModel
import Transfer

/// Tries out everything that a delivery does, and leaves nothing behind.
struct FTPProbe: Sendable {
    let server: FTPServer
    let isReadable: Bool

    func run() async throws(DeliveryError) -> String {
        let fence = Fence(run: UUID(), attempt: 0)
        let (old, new) = (TemporaryName(fence, for: "probe").text, TemporaryName(fence, for: "renamed").text)
        let (account, folder) = (server.account, server.folder)
        return try await server.call("does not take files") { () throws(TransferError) in
            let missing = try await missingFolders()
            do throws(TransferError) {
                let status = try await account.upload(.bytes([0x0A]), as: old, in: folder)
                guard status.size == 1 else { throw TransferError(.other, "it does not tell the size of a file") }
                try await account.run([.rename(old, to: new), .remove(new)], in: folder)
            } catch {
                if error.kind != .unreachable, error.kind != .untrusted, error.kind != .loginRefused {
                    try? await account.run([.attempt(.remove(old)), .attempt(.remove(new))], in: folder)
                    try? await unmake(missing)
                }
                throw error
            }
            try await unmake(missing)
            let found = missing.isEmpty ? "is writable" : "is missing and can be made"
            let way = isReadable ? "readable for anybody on the way" : "over TLS"
            return
                "folder '\(server.shownFolder)' of FTP server '\(account.host)' \(found) for '\(account.user)', \(way)"
        }
    }

    /// The folders that are not there yet, outermost first.
    private func missingFolders() async throws(TransferError) -> [String] {
        var missing: [String] = []
        var folder = server.folder
        while !folder.isEmpty, folder != "/", try await !server.account.hasFolder(folder) {
            missing.append(folder)
            folder = Self.split(folder).outer
        }
        return missing.reversed()
    }

    private func unmake(_ folders: [String]) async throws(TransferError) {
        for folder in folders.reversed() {
            let (outer, name) = Self.split(folder)
            try await server.account.run([.attempt(.removeFolder(name))], in: outer)
        }
    }

    private static func split(_ folder: String) -> (outer: String, name: String) {
        guard let slash = folder.lastIndex(of: "/") else { return ("", folder) }
        let outer = slash == folder.startIndex ? "/" : String(folder[..<slash])
        return (outer, String(folder[folder.index(after: slash)...]))
    }
}
