import Foundation
import TidegateModel
import Transfer

/// A prefix in a bucket.
///
/// An object appears whole or not at all, whether it is written with one request or in parts, so nothing has a hidden name
/// here. What can be left behind is an upload in parts that nobody finished: it is journaled before its first byte is sent,
/// gone on with by the next attempt of the same file, and aborted where there will be none.
///
/// Every request's body has its SHA-256 in the signature, and what the store says it got is held against the staged bytes.
package struct S3Destination: FileDestination {
    let place: S3Place
    let clock: any WallClock
    let uploads: UploadJournal
    private let settings: AWSSettings
    private let sendsChecksums: Bool?

    /// - Parameter sendsChecksums: S3's additional checksums; nil for what the endpoint is known to take.
    package init(
        _ place: S3Place, _ means: DeliveryMeans, _ uploads: UploadJournal,
        settings: AWSSettings = .ofThisProcess(), sendsChecksums: Bool? = nil
    ) {
        self.place = place
        clock = means.clock
        self.uploads = uploads
        self.settings = settings
        self.sendsChecksums = sendsChecksums
    }

    package var traits: FileDestinationTraits { [.replacesAtomically, .findsReceipts] }

    package func check() async throws(DeliveryError) -> String {
        let client = try client()
        let name = ".tidegate-check-\(UUID().uuidString.lowercased())"
        let key = place.key(name)
        try await sorted(act("list its keys", needs: "s3:ListBucket")) { () throws(S3Failure) in
            _ = try await client.keys(prefix: place.path, limit: 1)
        }
        try await sorted(act("take '\(name)'", needs: "s3:PutObject")) { () throws(S3Failure) in
            try await client.put([0x0A], key: key)
        }
        // Refused or not, the probe goes again.
        let told: Result<Receipt?, DeliveryError>
        do throws(DeliveryError) { told = .success(try await receipt(for: name, client)) } catch {
            told = .failure(error)
        }
        try await sorted(act("delete '\(name)'", needs: "s3:DeleteObject")) { () throws(S3Failure) in
            try await client.delete(key)
        }
        guard try told.get() != nil else {
            throw .transient("bucket '\(place.bucket)' took a file and does not have it")
        }
        return
            "bucket '\(place.bucket)' in region '\(client.region)' at '\(client.address.base)' can be listed, written "
            + "to and deleted from"
    }

    package func deliver(_ file: StagedFile, fence: Fence) async throws(DeliveryError) -> Receipt {
        try refuseUnfit(file.name)
        if Task.isCancelled { throw .cancelled }
        let client = try client()
        _ = try StagedBytes(file)
        let partSize = S3UploadNote.partSize(of: file.size, atLeast: place.partSize)
        if file.size <= partSize {
            try await settle(file.name, client)
            try await put(file, client)
        } else {
            let note = S3UploadNote(
                place: shown(client), key: place.key(file.name), partSize: partSize,
                size: file.size, sha256: file.sha256
            )
            try await upload(file, note, client)
        }
        return try await confirm(file, client)
    }

    package func receipt(for name: String) async throws(DeliveryError) -> Receipt? {
        try refuseUnfit(name)
        return try await receipt(for: name, client())
    }

    package func sweep(before fence: Fence) async throws(DeliveryError) -> Int {
        let names = try uploads.names()
        guard !names.isEmpty else { return 0 }
        let client = try client()
        var swept = 0
        for name in names {
            let note = try uploads.noted(name).flatMap { S3UploadNote(text: $0) }
            // The next attempt goes on with an upload that is known; after the last one, nobody does.
            if !fence.isEnd, note?.upload != nil { continue }
            swept += try await settle(name, client)
        }
        return swept
    }

    package func remove(_ name: String) async throws(DeliveryError) {
        try refuseUnfit(name)
        let client = try client()
        try await sorted(act("delete '\(name)'", needs: "s3:DeleteObject")) { () throws(S3Failure) in
            try await client.delete(place.key(name))
        }
    }
}

extension S3Destination {
    private func put(_ file: StagedFile, _ client: S3Client) async throws(DeliveryError) {
        let piece = FilePiece(path: file.path, offset: 0, count: file.size)
        let key = place.key(file.name)
        do throws(S3Failure) {
            let digest = try await piece.digest()
            guard !Task.isCancelled else { throw .unanswered(TransferError(.cancelled, "delivery was cancelled")) }
            try await client.put(piece, key: key, digest: digest)
        } catch {
            throw await cleared(error, key, client).sorted(act(taking: file.name))
        }
    }

    /// What holds other bytes than were sent is taken away again, so that nobody reads it.
    func cleared(_ failure: S3Failure, _ key: String, _ client: S3Client) async -> S3Failure {
        if case .damaged = failure { try? await client.delete(key) }
        return failure
    }

    private func confirm(_ file: StagedFile, _ client: S3Client) async throws(DeliveryError) -> Receipt {
        // Also for a cancelled task: the file is published.
        let answer = await Task { () throws(DeliveryError) in try await receipt(for: file.name, client) }.result
        guard case .success(let found) = answer else {
            throw .uncertain("bucket '\(place.bucket)' took '\(file.name)' and then did not answer")
        }
        if let found, found.size != file.size {
            throw .uncertain(
                "bucket '\(place.bucket)' has \(found.size) bytes of '\(file.name)', which has \(file.size)")
        }
        // A reader may have taken the file away already.
        return found ?? Receipt(path: place.shown, name: file.name, size: file.size, modifiedAt: nil)
    }

    private func receipt(for name: String, _ client: S3Client) async throws(DeliveryError) -> Receipt? {
        let act = act("tell about '\(name)'", needs: "s3:GetObject and s3:ListBucket")
        let found = try await sorted(act) { () throws(S3Failure) in try await client.head(place.key(name)) }
        return found.map { object in
            Receipt(
                path: place.shown, name: name, size: object.size,
                modifiedAt: object.modifiedAt.map { Instant(milliseconds: Int64($0) * 1000) }
            )
        }
    }

    /// The bucket as notes tell it from others.
    func shown(_ client: S3Client) -> String { "\(client.address.base)/\(place.bucket)" }

    func client() throws(DeliveryError) -> S3Client {
        try place.client(settings, clock: clock, sendsChecksums: sendsChecksums)
    }

    func act(_ deed: String, needs permission: String) -> S3Act {
        S3Act(bucket: place.bucket, endpoint: place.endpoint, deed: deed, permission: permission)
    }

    func act(taking name: String) -> S3Act {
        let permissions = place.grantsBucketOwner ? "s3:PutObject and s3:PutObjectAcl" : "s3:PutObject"
        return S3Act(
            bucket: place.bucket, endpoint: place.endpoint, deed: "take '\(name)'", permission: permissions,
            publishes: true
        )
    }

    func sorted<Value: Sendable>(
        _ act: S3Act, _ work: () async throws(S3Failure) -> Value
    ) async throws(DeliveryError) -> Value {
        try await act.sorted(work)
    }

    private func refuseUnfit(_ name: String) throws(DeliveryError) {
        if let problem = FileName.problem(with: name) {
            throw .rejected("file name '\(FileName.printable(name))' \(problem)")
        }
        guard place.key(name).utf8.count <= 1024 else {
            throw .rejected("file name '\(name)' and path together have more than the 1024 bytes of a key")
        }
    }
}
