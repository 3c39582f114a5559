import Foundation
import TidegateModel
import Transfer

/// A folder of an FTP server that others drop files into; everything is read in binary mode.
///
/// A server that does not rename to a name that is taken loses what has it just before, which leaves a moment without either.
struct FTPDropOff: DropOffPlace {
    let place: FTPPlace
    let means: DeliveryMeans

    func look() async throws(DeliveryError) -> DropOffLook {
        try await enter { server throws(DeliveryError) in
            try await server.call("cannot be listed") { () throws(TransferError) in
                guard let root = try await FTPDropOffListing(server, nil) else {
                    throw TransferError(.notFound, "its folder is not there or not to be entered")
                }
                var look = DropOffLook(files: root.files, unnameable: root.unnameable)
                for folder in root.folders where DropOffPath.isDated(folder.name) {
                    if let day = try await FTPDropOffListing(server, folder.name) {
                        look.files += day.files
                        look.unnameable += day.unnameable
                    } else if folder.isCertain {
                        throw TransferError(.denied, "its folder '\(folder.name)' is not to be entered")
                    }
                }
                return look.inOrder()
            }
        }
    }

    func fetch(_ file: DroppedFile, to path: String) async throws(DeliveryError) {
        let name = try DropOffPath.of(file.name)
        try await enter { server throws(DeliveryError) in
            try await FetchTarget.fill(path) { (descriptor) throws(DeliveryError) in
                let got: FTPAccount.Download
                do throws(TransferError) {
                    got = try await server.account.download(
                        name.leaf, in: server.folder(of: name), into: descriptor, atMost: Int(file.size))
                } catch {
                    if error.kind == .tooLarge { throw .changed(file.name, in: server.name) }
                    // The same answer for what is not there and for what is not to be read.
                    if error.kind == .denied || error.kind == .notFound, try await status(of: name, server) == nil {
                        throw .gone(file.name, from: server.name)
                    }
                    throw server.failure(error, "does not let '\(file.shown)' be read")
                }
                guard file.isStill(size: got.received, modifiedAt: got.modifiedBefore),
                    file.isStill(size: got.after.size ?? got.received, modifiedAt: got.after.modifiedAt)
                else { throw .changed(file.name, in: server.name) }
            }
        }
    }

    func put(_ bytes: [UInt8], as name: String) async throws(DeliveryError) {
        let name = try DropOffPath.of(name)
        let hidden = name.hidden(UUID().uuidString.lowercased())
        try await enter { server throws(DeliveryError) in
            let folder = server.folder(of: name)
            do throws(DeliveryError) {
                try await server.call("cannot take '\(FileName.printable(name.name))'") { () throws(TransferError) in
                    let size = try await server.account.upload(.bytes(bytes), as: hidden.leaf, in: folder).size
                    guard let size else { throw TransferError(.other, "it does not tell sizes") }
                    guard size == bytes.count else {
                        throw TransferError(.broken, "it has \(size) bytes of \(bytes.count)")
                    }
                    try await server.rename(hidden.name, to: name.name, in: server.folder)
                }
            } catch {
                await discard(hidden.leaf, in: folder, server)
                throw error
            }
        }
    }

    func reject(_ file: DroppedFile, as new: String) async throws(DeliveryError) {
        let (name, rejected) = (try DropOffPath.of(file.name), try DropOffPath.ofRejected(new))
        try await enter { server throws(DeliveryError) in
            guard let status = try await status(of: name, server) else {
                guard try await self.status(of: rejected, server) != nil else {
                    throw .gone(file.name, from: server.name)
                }
                return
            }
            guard file.isStill(size: status.size, modifiedAt: status.modifiedAt) else {
                throw .changed(file.name, in: server.name)
            }
            let folders = rejected.folders.indices.map {
                FTPCommand.attempt(.makeFolder(rejected.folders[...$0].joined(separator: "/")))
            }
            try await server.call("does not let '\(file.shown)' be moved") { () throws(TransferError) in
                try await server.rename(name.name, to: rejected.name, in: server.folder, after: folders)
            }
        }
    }

    func remove(_ file: DroppedFile) async throws(DeliveryError) {
        let name = try DropOffPath.of(file.name)
        try await enter { server throws(DeliveryError) in
            guard let status = try await status(of: name, server),
                file.isStill(size: status.size, modifiedAt: status.modifiedAt)
            else { return }
            try await server.call("does not let '\(file.shown)' go") { () throws(TransferError) in
                try await server.remove(name.leaf, in: server.folder(of: name))
            }
        }
    }

    func check() async throws(DeliveryError) -> String {
        let count = try await files().count
        let server = try FTPServer(place)
        let way = place.security == .none ? "readable for anybody on the way" : "over TLS"
        return "folder '\(server.shownFolder)' of FTP server '\(place.host)' can be read by '\(place.user)', "
            + "\(count) \(count == 1 ? "file is" : "files are") in it, \(way)"
    }
}

extension FTPDropOff {
    private func status(
        of name: DropOffPath, _ server: FTPServer
    ) async throws(DeliveryError) -> FTPAccount.Status? {
        try await server.call("does not tell about '\(FileName.printable(name.name))'") { () throws(TransferError) in
            try await server.account.status(of: name.leaf, in: server.folder(of: name))
        }
    }

    /// Also for a cancelled task, which must not wait long.
    private func discard(_ hidden: String, in folder: String, _ server: FTPServer) async {
        var limits = TransferRequest.Limits()
        (limits.connect, limits.total) = (3000, 6000)
        await Task { [limits] in try? await server.account.run([.remove(hidden)], in: folder, limits: limits) }.value
    }

    private func enter<Value>(
        _ work: (FTPServer) async throws(DeliveryError) -> Value
    ) async throws(DeliveryError) -> Value {
        try await FTPServer.enter(place, means, work)
    }
}

extension FTPServer {
    /// The server's path of the folder that a name of a drop-off is in.
    func folder(of name: DropOffPath) -> String { folder(name.folder) }

    func folder(_ inner: String) -> String {
        if folder.isEmpty || inner.isEmpty { return folder + inner }
        return folder == "/" ? "/" + inner : folder + "/" + inner
    }

    /// Renames in place of what has the new name, also where the server refuses that.
    fileprivate func rename(
        _ old: String, to new: String, in folder: String, after commands: [FTPCommand] = []
    ) async throws(TransferError) {
        do throws(TransferError) {
            try await account.run(commands + [.rename(old, to: new)], in: folder)
        } catch {
            guard error.kind == .denied, try await account.status(of: new, in: folder) != nil else { throw error }
            try await account.run([.remove(new), .rename(old, to: new)], in: folder)
        }
    }
}
