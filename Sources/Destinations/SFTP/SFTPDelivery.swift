import Foundation
import TidegateModel
import Transfer

/// One file on its way to an SFTP server.
struct SFTPDelivery: Sendable {
    let file: StagedFile
    let fence: Fence
    let server: SFTPServer
    let uploads: UploadJournal

    private var account: SFTPAccount { server.account }
    private var hidden: String { TemporaryName(fence, for: file.name).text }

    func run() async throws(DeliveryError) -> Receipt {
        _ = try StagedBytes(file)
        let rest = try await remainder()
        try await upload(from: rest)
        let status = try await sizeChecked()
        if Task.isCancelled { throw .cancelled }
        try await publish()
        try uploads.forget(file.name)
        return server.receipt(file.name, size: status.size, modifiedAt: status.modifiedAt)
    }

    // MARK: Going on

    /// How the upload begins: at which byte, and after which commands.
    private struct Beginning {
        var offset = 0
        var commands: [SFTPCommand] = []
    }

    /// Looks for what an earlier attempt left; notes what this one is about to write.
    private func remainder() async throws(DeliveryError) -> Beginning {
        var beginning = Beginning()
        if let left = try uploads.noted(file.name).flatMap(SFTPRemainder.init) {
            let path = server.path(of: left.hidden)
            let held = left.isOf(file) ? try await matchingBytes(at: path) : nil
            if let held {
                beginning.offset = held
                if left.hidden != hidden { beginning.commands = [.rename(path, to: server.path(of: hidden))] }
            } else {
                beginning.commands = [.attempt(.remove(path))]
            }
        }
        // A file without a digest cannot be known again.
        if file.sha256.isEmpty {
            try uploads.forget(file.name)
        } else {
            try uploads.note(file.name, SFTPRemainder(file, hidden: hidden).text)
        }
        return beginning
    }

    /// How many bytes of this file are there already; nil where there is none, or something else.
    private func matchingBytes(at path: String) async throws(DeliveryError) -> Int? {
        let (file, account) = (file, account)
        return try await server.call("does not tell what it has of '\(file.name)'") { () throws(TransferError) in
            guard let size = try await account.status(of: path)?.size, size > 0, size <= file.size else { return nil }
            let start = max(0, size - SFTPRemainder.compared)
            let there = try await account.read(path, from: start, count: size - start)
            return there != nil && there == SFTPRemainder.bytes(of: file.path, from: start, count: size - start)
                ? size : nil
        }
    }

    // MARK: Uploading

    private func upload(from beginning: Beginning) async throws(DeliveryError) {
        do throws(TransferError) {
            try await account.upload(
                .file(path: file.path, offset: 0, count: file.size), to: server.path(of: hidden),
                from: beginning.offset, after: beginning.commands
            )
        } catch {
            let complaint = "cannot take '\(file.name)'"
            switch error.kind {
            // What is there is gone on with.
            case .cancelled, .broken, .timedOut, .unreachable, .untrusted, .loginRefused: break
            default: await discard()
            }
            if error.kind == .notFound, await !isFolderMissing(beginning) {
                throw .transient(server.sentence(complaint, error.reason))
            }
            throw server.failure(error, complaint)
        }
    }

    /// Whether the folder really is not there and cannot be made.
    ///
    /// A part to go on with may just have gone, and a connection lost while folders are made sounds the same.
    private func isFolderMissing(_ beginning: Beginning) async -> Bool {
        guard beginning.offset == 0 else { return false }
        do throws(TransferError) {
            try await account.upload(.bytes([]), to: server.path(of: hidden))
            await discard()
            return false
        } catch {
            return error.kind == .notFound
        }
    }

    private func sizeChecked() async throws(DeliveryError) -> SFTPAccount.Status {
        let path = server.path(of: hidden)
        let account = account
        let status = try await server.call("does not tell about '\(file.name)'") { () throws(TransferError) in
            try await account.status(of: path)
        }
        guard let status, status.size == file.size else {
            await discard()
            throw .transient(
                server.sentence("has \(status?.size ?? 0) bytes of '\(file.name)'", "which has \(file.size)")
            )
        }
        return status
    }

    /// Removes what was written, as well as that goes: what stays is swept by the next attempt.
    private func discard() async {
        try? uploads.forget(file.name)
        let (account, path) = (account, server.path(of: hidden))
        await Task { try? await account.run([.attempt(.remove(path))]) }.value
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
        let (old, new) = (server.path(of: hidden), server.path(of: file.name))
        do throws(TransferError) {
            try await account.run(telling([.rename(old, to: new)]))
        } catch {
            guard error.kind == .commandFailed else { throw await unpublished(error) }
            guard try await isTaken(old, new) else { throw await unpublished(error) }
            try await replace(old, new)
        }
    }

    /// Commands whose failure can be told from a lost connection.
    ///
    /// Where that is lost, libcurl repeats the server's last answer, whatever it was to: so let it be 'no such file', which
    /// is no answer to renaming a file that is there.
    private func telling(_ commands: [SFTPCommand]) -> [SFTPCommand] {
        [.attempt(.remove(server.path(of: hidden + "~")))] + commands
    }

    /// Whether the rename failed because the name is taken.
    private func isTaken(_ old: String, _ new: String) async throws(DeliveryError) -> Bool {
        do throws(TransferError) {
            guard try await account.status(of: old) != nil else { throw TransferError(.broken, "its answer is lost") }
            return try await account.status(of: new) != nil
        } catch {
            throw .uncertain(server.sentence("did not say whether it has '\(file.name)'", error.reason))
        }
    }

    private func replace(_ old: String, _ new: String) async throws(DeliveryError) {
        do throws(TransferError) {
            try await account.run(telling([.remove(new), .rename(old, to: new)]))
        } catch {
            guard error.reason.hasSuffix("rename") || ![.commandFailed, .notFound].contains(error.kind) else {
                await discard()
                let sentence = server.sentence("cannot replace '\(file.name)'", error.reason)
                // What had the name a moment ago is a folder, or somebody else's by now.
                throw error.kind == .commandFailed ? .rejected(sentence) : .transient(sentence)
            }
            throw await unpublished(error)
        }
    }

    private func unpublished(_ error: TransferError) async -> DeliveryError {
        switch error.kind {
        case .notFound, .broken, .timedOut, .cancelled, .unreachable, .other:
            let reason = error.kind == .notFound ? "its answer is lost" : error.reason
            let sentence = server.sentence("did not say whether it has '\(file.name)'", reason)
            return error.mayHaveArrived ? .uncertain(sentence) : .transient(sentence)
        default:
            await discard()
            return server.failure(error, "cannot give '\(file.name)' its name")
        }
    }
}
