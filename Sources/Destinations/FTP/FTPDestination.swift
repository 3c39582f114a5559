import Foundation
import TidegateModel
import Transfer

/// A folder of an FTP server, over TLS or, where that is allowed, readable; made where it is missing.
///
/// A file is written under a hidden name, its size is asked back and compared, and then it is renamed, which replaces what had
/// the name. A server that refuses that loses the old file just before, which leaves a moment without either.
///
/// A broken upload begins anew. Every step is a connection of its own, at most `connections` to the host at once.
struct FTPDestination: FileDestination {
    private let place: FTPPlace
    private let means: DeliveryMeans
    private let uploads: UploadJournal

    init(_ place: FTPPlace, _ means: DeliveryMeans, _ uploads: UploadJournal) {
        self.place = place
        self.means = means
        self.uploads = uploads
    }

    var traits: FileDestinationTraits { [.findsReceipts] }

    func check() async throws(DeliveryError) -> String {
        try await enter { server throws(DeliveryError) in
            try await FTPProbe(server: server, isReadable: place.security == .none).run()
        }
    }

    func deliver(_ file: StagedFile, fence: Fence) async throws(DeliveryError) -> Receipt {
        try refuseUnfit(file.name)
        if Task.isCancelled { throw .cancelled }
        return try await enter { server throws(DeliveryError) in
            try await FTPDelivery(file: file, fence: fence, server: server, uploads: uploads).run()
        }
    }

    func receipt(for name: String) async throws(DeliveryError) -> Receipt? {
        try refuseUnfit(name)
        return try await enter { server throws(DeliveryError) in
            let status = try await server.call("does not tell about '\(name)'") { () throws(TransferError) in
                try await server.account.status(of: name, in: server.folder)
            }
            guard let status else { return nil }
            guard status.size != nil else {
                throw .rejected(server.sentence("does not tell sizes", "so nobody knows what it has of '\(name)'"))
            }
            return server.receipt(name, size: status.size ?? 0, modifiedAt: status.modifiedAt)
        }
    }

    func sweep(before fence: Fence) async throws(DeliveryError) -> Int {
        try await enter { server throws(DeliveryError) in
            let names = try await server.call("cannot be listed") { () throws(TransferError) in
                try await server.account.names(in: server.folder)
            }
            // Without the folder there is nothing in it, whatever is noted.
            let begun = try begun()
            let listed = Set((names ?? []).filter { isLeft($0, before: fence) })
            let noted = Set(begun.keys.filter { isLeft($0, before: fence) }).subtracting(listed)
            try await remove(listed.sorted(), server)
            var count = listed.count
            for name in noted.sorted() where names != nil { count += try await removeNoted(name, server) }
            for name in listed.union(noted) {
                try begun[name].map { file throws(DeliveryError) in try uploads.forget(file) }
            }
            return count
        }
    }

    func remove(_ name: String) async throws(DeliveryError) {
        try refuseUnfit(name)
        try await enter { server throws(DeliveryError) in
            try await server.call("does not let '\(name)' go") { () throws(TransferError) in
                try await server.remove(name, in: server.folder)
            }
        }
    }
}

extension FTPDestination {
    private func isLeft(_ name: String, before fence: Fence) -> Bool {
        guard let left = TemporaryName(text: name)?.fence else { return false }
        return left.run == fence.run && left.attempt < fence.attempt
    }

    /// The hidden names of uploads that were begun, with the files' own names.
    private func begun() throws(DeliveryError) -> [String: String] {
        var begun: [String: String] = [:]
        for name in try uploads.names() {
            if let hidden = try uploads.noted(name) { begun[hidden] = name }
        }
        return begun
    }

    private func remove(_ names: [String], _ server: FTPServer) async throws(DeliveryError) {
        for start in stride(from: 0, to: names.count, by: 100) {
            let commands = names[start..<min(start + 100, names.count)].map { FTPCommand.remove($0) }
            try await server.call("does not let hidden files go") { () throws(TransferError) in
                try await server.account.run(commands, in: server.folder)
            }
        }
    }

    /// How many were there: what is noted may have been removed, or never written.
    private func removeNoted(_ name: String, _ server: FTPServer) async throws(DeliveryError) -> Int {
        let isThere = try await server.call("does not tell about a hidden file") { () throws(TransferError) in
            try await server.account.status(of: name, in: server.folder) != nil
        }
        if isThere { try await remove([name], server) }
        return isThere ? 1 : 0
    }

    private func enter<Value>(
        _ work: (FTPServer) async throws(DeliveryError) -> Value
    ) async throws(DeliveryError) -> Value {
        try await FTPServer.enter(place, means, work)
    }

    private func refuseUnfit(_ name: String) throws(DeliveryError) {
        guard let problem = FileName.problem(with: name) else { return }
        throw .rejected("file name '\(FileName.printable(name))' \(problem)")
    }
}
