import Foundation
import TidegateModel
import Transfer

/// One file on its way to an FTP server.
struct FTPDelivery: Sendable {
    let file: StagedFile
    let fence: Fence
    let server: FTPServer
    let uploads: UploadJournal

    private var hidden: String { TemporaryName(fence, for: file.name).text }

    func run() async throws(DeliveryError) -> Receipt {
        _ = try StagedBytes(file)
        // A server may leave hidden names out of its listings: what was begun is swept by what is noted here.
        try uploads.note(file.name, hidden)
        let status = try await upload()
        guard let size = status.size else {
            await discard()
            throw .rejected(
                server.sentence("does not tell sizes", "so a file that was cut short would not be noticed"))
        }
        guard size == file.size else {
            await discard()
            throw .transient(server.sentence("has \(size) bytes of '\(file.name)'", "which has \(file.size)"))
        }
        if Task.isCancelled {
            await discard()
            throw .cancelled
        }
        try await publish()
        try uploads.forget(file.name)
        return server.receipt(file.name, size: status.size ?? 0, modifiedAt: status.modifiedAt)
    }

    private func upload() async throws(DeliveryError) -> FTPAccount.Status {
        do throws(TransferError) {
            return try await server.account.upload(
                .file(path: file.path, offset: 0, count: file.size), as: hidden, in: server.folder
            )
        } catch {
            switch error.kind {
            // Nothing was written, or nobody is there to ask.
            case .unreachable, .untrusted, .loginRefused, .timedOut: break
            default: await discard()
            }
            throw server.failure(error, "cannot take '\(file.name)'")
        }
    }

    /// Removes what was written, as well as that goes: what stays is noted, and swept by the next attempt.
    ///
    /// Also for a cancelled task, which must not wait long.
    private func discard() async {
        var limits = TransferRequest.Limits()
        (limits.connect, limits.total) = (3000, 6000)
        let (server, hidden) = (server, hidden)
        let isGone = await Task { [limits] in
            (try? await server.account.run([.remove(hidden)], in: server.folder, limits: limits)) != nil
        }.value
        if isGone { try? uploads.forget(file.name) }
    }

    // MARK: Publishing

    /// Not to be cancelled: a rename on its way may be done or not, and the answer is short.
    private func publish() async throws(DeliveryError) {
        try await Task { () async -> Result<Void, DeliveryError> in
            do throws(DeliveryError) {
                return .success(try await rename())
            } catch {
                return .failure(error)
            }
        }.value.get()
    }

    private func rename() async throws(DeliveryError) {
        do throws(TransferError) {
            try await server.account.run([.rename(hidden, to: file.name)], in: server.folder)
        } catch {
            guard error.kind == .denied, try await isTaken() else { throw await unpublished(error) }
            try await replace()
        }
    }

    /// Whether the rename was refused because the name is taken: most servers replace what has it, some do not.
    private func isTaken() async throws(DeliveryError) -> Bool {
        try await server.call("does not tell about '\(file.name)'") { () throws(TransferError) in
            try await server.account.status(of: file.name, in: server.folder) != nil
        }
    }

    private func replace() async throws(DeliveryError) {
        do throws(TransferError) {
            try await server.account.run([.remove(file.name)], in: server.folder)
        } catch {
            await discard()
            throw server.failure(error, "cannot replace '\(file.name)'")
        }
        do throws(TransferError) {
            try await server.account.run([.rename(hidden, to: file.name)], in: server.folder)
        } catch {
            throw await unpublished(error)
        }
    }

    private func unpublished(_ error: TransferError) async -> DeliveryError {
        if error.mayHaveArrived {
            return .uncertain(server.sentence("did not say whether it has '\(file.name)'", error.reason))
        }
        switch error.kind {
        case .broken, .timedOut, .unreachable: break
        default: await discard()
        }
        return server.failure(error, "cannot give '\(file.name)' its name")
    }
}
