import Foundation
import TidegateModel
import Transfer

/// A folder of an SFTP server that others drop files into.
///
/// SFTP as libssh2 speaks it renames to free names only: what had the name is removed just before, which leaves a moment
/// without either.
struct SFTPDropOff: DropOffPlace {
    let place: SFTPPlace
    let means: DeliveryMeans

    func look() async throws(DeliveryError) -> DropOffLook {
        try await enter { server throws(DeliveryError) in
            try await server.call("cannot be listed in '\(server.shownFolder)'") { () throws(TransferError) in
                guard let entries = try await server.account.entries(in: server.folder) else {
                    throw TransferError(.notFound, "its folder is not there")
                }
                var look = DropOffLook()
                for entry in entries where entry.name != DropOffPath.rejected {
                    if entry.kind == .folder, DropOffPath.isDated(entry.name) {
                        let path = server.path(of: entry.name)
                        for inner in try await server.account.entries(in: path) ?? [] {
                            try await add(inner, entry.name + "/", server, to: &look)
                        }
                    } else {
                        try await add(entry, "", server, to: &look)
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
                try await fetch(file, server.path(of: name.name), into: descriptor, server)
            }
        }
    }

    func put(_ bytes: [UInt8], as name: String) async throws(DeliveryError) {
        let name = try DropOffPath.of(name)
        try await enter { server throws(DeliveryError) in
            let hidden = server.path(of: name.hidden(UUID().uuidString.lowercased()).name)
            let new = server.path(of: name.name)
            do throws(DeliveryError) {
                try await change("cannot take '\(FileName.printable(name.name))'", server) {
                    () throws(TransferError) in
                    try await server.account.upload(.bytes(bytes), to: hidden)
                    let size = try await server.account.status(of: hidden)?.size
                    guard size == bytes.count else {
                        throw TransferError(.broken, "it has \(size ?? 0) bytes of \(bytes.count)")
                    }
                    try await server.account.run([.attempt(.remove(new)), .rename(hidden, to: new)])
                }
            } catch {
                // Also for a cancelled task.
                await Task { try? await server.account.run([.attempt(.remove(hidden))]) }.value
                throw error
            }
        }
    }

    func reject(_ file: DroppedFile, as new: String) async throws(DeliveryError) {
        let (name, rejected) = (try DropOffPath.of(file.name), try DropOffPath.ofRejected(new))
        try await enter { server throws(DeliveryError) in
            let (old, new) = (server.path(of: name.name), server.path(of: rejected.name))
            guard let status = try await status(of: old, file, server) else {
                guard try await status(of: new, file, server) != nil else { throw .gone(file.name, from: server.name) }
                return
            }
            guard file.isStill(size: status.size, modifiedAt: status.modifiedAt) else {
                throw .changed(file.name, in: server.name)
            }
            let folders = rejected.folders.indices.map {
                SFTPCommand.attempt(.makeFolder(server.path(of: rejected.folders[...$0].joined(separator: "/"))))
            }
            try await change("does not let '\(file.shown)' be moved", server) { () throws(TransferError) in
                try await server.account.run(folders + [.attempt(.remove(new)), .rename(old, to: new)])
            }
        }
    }

    func remove(_ file: DroppedFile) async throws(DeliveryError) {
        let name = try DropOffPath.of(file.name)
        try await enter { server throws(DeliveryError) in
            let path = server.path(of: name.name)
            guard let status = try await status(of: path, file, server),
                file.isStill(size: status.size, modifiedAt: status.modifiedAt)
            else { return }
            try await server.call("does not let '\(file.shown)' go") { () throws(TransferError) in
                try await server.remove(path)
            }
        }
    }

    func check() async throws(DeliveryError) -> String {
        let count = try await files().count
        let server = try SFTPServer(place)
        return "folder '\(server.shownFolder)' of SFTP server '\(place.host)' can be read by '\(place.user)', "
            + "\(count) \(count == 1 ? "file is" : "files are") in it, "
            + "host key \(server.account.shownHostKey ?? "as known")"
    }
}

extension SFTPDropOff {
    private func add(
        _ entry: SFTPAccount.Entry, _ head: String, _ server: SFTPServer, to look: inout DropOffLook
    ) async throws(TransferError) {
        guard entry.kind == .file else { return }
        guard DropOffPath.isShown(entry.name) else {
            if DropOffPath.isUnnameable(entry.name) { look.unnameable += 1 }
            return
        }
        let name = head + entry.name
        guard let status = try await server.account.status(of: server.path(of: name)) else {
            return look.miss(entry.name)
        }
        look.files.append(DroppedFile(name, size: status.size, modifiedAt: status.modifiedAt))
    }

    private func fetch(
        _ file: DroppedFile, _ path: String, into descriptor: Int32, _ server: SFTPServer
    ) async throws(DeliveryError) {
        // libcurl takes a connection that brought no bytes for a dead one, and tries others.
        if file.size > 0 { try await read(file, path, into: descriptor, server) }
        guard let now = try await status(of: path, file, server) else { throw .gone(file.name, from: server.name) }
        guard file.isStill(size: now.size, modifiedAt: now.modifiedAt) else {
            throw .changed(file.name, in: server.name)
        }
    }

    private func read(
        _ file: DroppedFile, _ path: String, into descriptor: Int32, _ server: SFTPServer
    ) async throws(DeliveryError) {
        let read: SFTPAccount.Status?
        do throws(TransferError) {
            read = try await server.account.download(path, into: descriptor, atMost: Int(file.size))
        } catch {
            if error.kind == .tooLarge { throw .changed(file.name, in: server.name) }
            throw server.failure(error, "does not let '\(file.shown)' be read")
        }
        guard let read else { throw .gone(file.name, from: server.name) }
        guard file.isStill(size: read.size, modifiedAt: read.modifiedAt) else {
            throw .changed(file.name, in: server.name)
        }
    }

    private func status(
        of path: String, _ file: DroppedFile, _ server: SFTPServer
    ) async throws(DeliveryError) -> SFTPAccount.Status? {
        try await server.call("does not tell about '\(file.shown)'") { () throws(TransferError) in
            try await server.account.status(of: path)
        }
    }

    /// As `call`. Where a connection is lost, libcurl repeats the server's last answer, and that something is not there was
    /// the answer to an attempt.
    private func change(
        _ complaint: String, _ server: SFTPServer, _ work: () async throws(TransferError) -> Void
    ) async throws(DeliveryError) {
        try await server.call(complaint) { () throws(TransferError) in
            do throws(TransferError) {
                try await work()
            } catch {
                throw error.kind == .notFound ? TransferError(.broken, error.reason) : error
            }
        }
    }

    private func enter<Value>(
        _ work: (SFTPServer) async throws(DeliveryError) -> Value
    ) async throws(DeliveryError) -> Value {
        let server = try SFTPServer(place)
        let host = "\(place.host.lowercased()):\(place.port)"
        return try await means.gate.enter(host, atMost: place.connections) { () throws(DeliveryError) in
            try await work(server)
        }
    }
}
