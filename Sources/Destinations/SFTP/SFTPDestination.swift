import Foundation
import TidegateModel
import Transfer

/// A folder of an SFTP server, made where it is missing.
///
/// A file is written under a hidden name, its size is asked back, and then it is renamed. SFTP as libssh2 speaks it renames
/// to free names only: what had the name is removed just before, which leaves a moment without either.
///
/// What a broken upload left is gone on with by the next attempt, as the journal tells: only for a file of the same size and
/// digest, and only where what is there ends as the file does up to there. Such a remainder is spared by `sweep`; who gives
/// up a run sweeps with a journal that knows nothing.
///
/// The server has to prove by a pinned or known host key who it is, before it is told anything.
struct SFTPDestination: FileDestination {
    let place: SFTPPlace
    let means: DeliveryMeans
    let uploads: UploadJournal

    init(_ place: SFTPPlace, _ means: DeliveryMeans, _ uploads: UploadJournal) {
        self.place = place
        self.means = means
        self.uploads = uploads
    }

    var traits: FileDestinationTraits { [.findsReceipts] }

    func check() async throws(DeliveryError) -> String {
        let server = try server()
        return try await enter { () throws(DeliveryError) in try await SFTPProbe(server: server).run() }
    }

    func deliver(_ file: StagedFile, fence: Fence) async throws(DeliveryError) -> Receipt {
        try refuseUnfit(file.name)
        let server = try server()
        if Task.isCancelled { throw .cancelled }
        return try await enter { () throws(DeliveryError) in
            try await SFTPDelivery(file: file, fence: fence, server: server, uploads: uploads).run()
        }
    }

    func receipt(for name: String) async throws(DeliveryError) -> Receipt? {
        try refuseUnfit(name)
        let server = try server()
        return try await enter { () throws(DeliveryError) in
            let path = server.path(of: name)
            let status = try await server.call("does not tell about '\(name)'") { () throws(TransferError) in
                guard let status = try await server.account.status(of: path) else { return nil as SFTPAccount.Status? }
                // A folder has a status too; only it can be asked for as one.
                return try await server.account.hasFolder(path) ? nil : status
            }
            return status.map { server.receipt(name, size: $0.size, modifiedAt: $0.modifiedAt) }
        }
    }

    func sweep(before fence: Fence) async throws(DeliveryError) -> Int {
        let server = try server()
        let spared = fence.isEnd ? [] : try remainders()
        return try await enter { () throws(DeliveryError) in
            let names = try await server.call("cannot be listed") { () throws(TransferError) in
                try await server.account.names(in: server.folder)
            }
            let left = (names ?? []).filter { name in
                guard let left = TemporaryName(text: name)?.fence, !spared.contains(name) else { return false }
                return left.run == fence.run && left.attempt < fence.attempt
            }
            for start in stride(from: 0, to: left.count, by: 100) {
                let commands = left[start..<min(start + 100, left.count)].map {
                    SFTPCommand.remove(server.path(of: $0))
                }
                try await server.call("does not let hidden files go") { () throws(TransferError) in
                    do throws(TransferError) {
                        try await server.account.run(commands)
                    } catch {
                        // Somebody else was faster.
                        throw error.kind == .notFound ? TransferError(.broken, error.reason) : error
                    }
                }
            }
            if fence.isEnd { try forgetAll() }
            return left.count
        }
    }

    func remove(_ name: String) async throws(DeliveryError) {
        try refuseUnfit(name)
        let server = try server()
        try await enter { () throws(DeliveryError) in
            try await server.call("does not let '\(name)' go") { () throws(TransferError) in
                try await server.remove(server.path(of: name))
            }
        }
    }

    /// The hidden names of uploads that are to be gone on with.
    private func remainders() throws(DeliveryError) -> Set<String> {
        var hidden: Set<String> = []
        for name in try uploads.names() {
            if let left = try uploads.noted(name).flatMap(SFTPRemainder.init) { hidden.insert(left.hidden) }
        }
        return hidden
    }

    private func forgetAll() throws(DeliveryError) {
        for name in try uploads.names() { try uploads.forget(name) }
    }

    private func server() throws(DeliveryError) -> SFTPServer { try SFTPServer(place) }

    private func enter<Value>(
        _ work: () async throws(DeliveryError) -> Value
    ) async throws(DeliveryError) -> Value {
        try await means.gate.enter("\(place.host.lowercased()):\(place.port)", atMost: place.connections, work)
    }

    private func refuseUnfit(_ name: String) throws(DeliveryError) {
        guard let problem = FileName.problem(with: name) else { return }
        throw .rejected("file name '\(FileName.printable(name))' \(problem)")
    }
}
