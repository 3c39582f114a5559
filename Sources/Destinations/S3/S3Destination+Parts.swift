import Foundation
import TidegateModel
import Transfer

extension S3Destination {
    /// Uploads a file in parts and publishes it; goes on where an earlier attempt of the same bytes stopped.
    func upload(_ file: StagedFile, _ fresh: S3UploadNote, _ client: S3Client) async throws(DeliveryError) {
        var note = try await resumed(fresh, file.name, client)
        do throws(DeliveryError) {
            if note.upload == nil { try await begin(&note, file.name, client) }
            try await send(file, &note, client)
            if Task.isCancelled { throw .cancelled }
            try await publish(file, note, client)
        } catch {
            switch error {
            case .rejected: await giveUp(file.name, client)
            // A process that stops cancels too, and the next one goes on; a run that is over is swept.
            case .cancelled, .transient, .uncertain: break
            }
            throw error
        }
        // A note that stays is of an upload that is gone, which the next attempt or sweep finds out.
        try? uploads.forget(file.name)
    }

    /// The journaled upload with the parts that the store still has, or the fresh note, with the journaled one settled.
    private func resumed(
        _ fresh: S3UploadNote, _ name: String, _ client: S3Client
    ) async throws(DeliveryError) -> S3UploadNote {
        if let text = try uploads.noted(name), var note = S3UploadNote(text: text), note.continues(fresh),
            let id = note.upload
        {
            let act = act("tell the parts of '\(name)'", needs: "s3:ListMultipartUploadParts")
            let tags = try await sorted(act) { () throws(S3Failure) in try await client.parts(of: id, key: note.key) }
            if let tags {
                note.parts = note.parts.filter { unquoted($0.tag) == tags[$0.number].map(unquoted) }
                return note
            }
        }
        try await settle(name, client)
        return fresh
    }

    /// The note comes first: where this process ends before the answer, the upload can still be found.
    private func begin(_ note: inout S3UploadNote, _ name: String, _ client: S3Client) async throws(DeliveryError) {
        try uploads.note(name, note.text)
        let key = note.key
        let begun = try await sorted(act(sending: name)) { () throws(S3Failure) in try await client.begin(key) }
        note.upload = begun.id
        note.keepsChecksums = begun.keepsChecksums
        try uploads.note(name, note.text)
    }

    /// Sends the parts that are missing, several at once, and notes what arrived.
    private func send(_ file: StagedFile, _ note: inout S3UploadNote, _ client: S3Client) async throws(DeliveryError) {
        let start = note
        let connections = max(1, place.connections)
        // A note is as long as the list of parts: it is written for one part in a hundred of a long one.
        let stride = max(1, start.count / 100)
        var sent = start
        let failure = await withTaskGroup(of: Result<S3Part, S3Failure>.self) { group in
            var (next, fresh) = (1, 0)
            var failure: DeliveryError?
            while next <= min(connections, start.count) {
                group.addTask { [next] in await part(next, of: file, start, client) }
                next += 1
            }
            while let result = await group.next() {
                switch result {
                case .success(let part):
                    fresh += sent.take(part) ? 1 : 0
                    if fresh == stride { failure = failure ?? noted(&fresh, sent, file.name) }
                case .failure(let reason):
                    failure = failure ?? reason.sorted(act(sending: file.name))
                }
                if failure != nil { group.cancelAll() }
                guard failure == nil, next <= start.count else { continue }
                group.addTask { [next] in await part(next, of: file, start, client) }
                next += 1
            }
            if fresh > 0, failure != nil { _ = noted(&fresh, sent, file.name) }
            return failure
        }
        note = sent
        if let failure { throw failure }
    }

    /// Writes the note, and says what went wrong with that.
    private func noted(_ fresh: inout Int, _ note: S3UploadNote, _ name: String) -> DeliveryError? {
        fresh = 0
        do throws(DeliveryError) {
            try uploads.note(name, note.text)
            return nil
        } catch {
            return error
        }
    }

    /// Sends a part, unless the store has it with these very bytes.
    private func part(
        _ number: Int, of file: StagedFile, _ note: S3UploadNote, _ client: S3Client
    ) async -> Result<S3Part, S3Failure> {
        do throws(S3Failure) {
            let piece = note.piece(number, of: file.path)
            let digest = try await piece.digest()
            if let kept = note.parts.first(where: { $0.number == number }), kept.checksum == digest.base64 {
                return .success(kept)
            }
            let upload = S3Client.Begun(id: note.upload ?? "", keepsChecksums: note.keepsChecksums)
            return .success(
                try await client.upload(piece, as: number, of: upload, key: note.key, digest: digest)
            )
        } catch {
            return .failure(error)
        }
    }

    private func publish(_ file: StagedFile, _ note: S3UploadNote, _ client: S3Client) async throws(DeliveryError) {
        let upload = S3Client.Begun(id: note.upload ?? "", keepsChecksums: note.keepsChecksums)
        do throws(S3Failure) {
            try await client.complete(upload, key: note.key, note.parts)
        } catch {
            if case .refused(let refusal) = error, Self.lost.contains(refusal.code) { await giveUp(file.name, client) }
            throw await cleared(error, note.key, client).sorted(act(taking: file.name))
        }
    }

    /// The store has another upload than the one that was noted: the next attempt begins anew.
    private static let lost: Set = ["NoSuchUpload", "InvalidPart", "InvalidPartOrder", "BadDigest"]

    /// Aborts what is journaled for a file and forgets it.
    ///
    /// - Returns: how many uploads there were.
    @discardableResult
    func settle(_ name: String, _ client: S3Client) async throws(DeliveryError) -> Int {
        guard let text = try uploads.noted(name) else { return 0 }
        var ids: [String] = []
        if let note = S3UploadNote(text: text), note.place == shown(client) {
            let listing = act("tell the uploads of '\(name)'", needs: "s3:ListBucketMultipartUploads")
            if let id = note.upload {
                ids = [id]
            } else {
                ids = try await sorted(listing) { () throws(S3Failure) in try await client.uploads(of: note.key) }
            }
            for id in ids {
                let act = act("drop an upload of '\(name)'", needs: "s3:AbortMultipartUpload")
                try await sorted(act) { () throws(S3Failure) in try await client.abort(id, key: note.key) }
            }
        }
        try uploads.forget(name)
        return ids.count
    }

    /// Settles also for a cancelled task; what cannot be aborted now stays journaled for the next sweep.
    private func giveUp(_ name: String, _ client: S3Client) async {
        _ = await Task { try await settle(name, client) }.result
    }

    private func act(sending name: String) -> S3Act {
        var act = act(taking: name)
        act.publishes = false
        return act
    }

    private func unquoted(_ tag: String) -> String { tag.replacing("\"", with: "") }
}
