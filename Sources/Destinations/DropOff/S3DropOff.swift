import Foundation
import TidegateModel
import Transfer

/// A prefix of a bucket that others drop objects below. An object is whole as soon as it is there.
struct S3DropOff: DropOffPlace {
    private let place: S3Place
    private let clock: any WallClock
    private let settings: AWSSettings
    private let sendsChecksums: Bool?
    private let page: Int

    /// - Parameters:
    ///   - sendsChecksums: as for `S3Destination`.
    ///   - page: how many keys are asked for at once.
    init(
        _ place: S3Place, _ means: DeliveryMeans, settings: AWSSettings = .ofThisProcess(),
        sendsChecksums: Bool? = nil, page: Int = 1000
    ) {
        self.place = place
        clock = means.clock
        self.settings = settings
        self.sendsChecksums = sendsChecksums
        self.page = page
    }

    private var shown: String { "bucket '\(place.bucket)'" }

    func look() async throws(DeliveryError) -> DropOffLook {
        let client = try client()
        let root = try await list("", client)
        var look = root.look
        look.files.removeAll { $0.name == DropOffPath.rejected }
        for folder in root.folders where DropOffPath.isDated(folder) {
            let day = try await list(folder + "/", client).look
            look.files += day.files
            look.unnameable += day.unnameable
        }
        return look.inOrder()
    }

    func fetch(_ file: DroppedFile, to path: String) async throws(DeliveryError) {
        let (key, client) = (place.key(try DropOffPath.of(file.name).name), try client())
        try await FetchTarget.fill(path) { (descriptor) throws(DeliveryError) in
            let act = act("give '\(file.shown)'", needs: "s3:GetObject")
            let got: S3Object?
            do throws(S3Failure) {
                got = try await client.get(key, into: descriptor, atMost: Int(file.size))
            } catch {
                if case .unanswered(let error) = error, error.kind == .tooLarge { throw .changed(file.name, in: shown) }
                throw error.sorted(act)
            }
            guard let got else { throw .gone(file.name, from: shown) }
            guard file.isStill(size: got.size, modifiedAt: got.modifiedAt) else {
                throw .changed(file.name, in: shown)
            }
        }
    }

    func put(_ bytes: [UInt8], as name: String) async throws(DeliveryError) {
        let (key, client) = (place.key(try DropOffPath.of(name).name), try client())
        let permissions = place.grantsBucketOwner ? "s3:PutObject and s3:PutObjectAcl" : "s3:PutObject"
        try await act("take '\(FileName.printable(name))'", needs: permissions).sorted { () throws(S3Failure) in
            try await client.put(bytes, key: key)
        }
    }

    /// An object that comes in place of the listed one in the very moment between a last look and the removal is lost: stores
    /// do not all remove under a condition.
    func reject(_ file: DroppedFile, as rejected: String) async throws(DeliveryError) {
        let key = place.key(try DropOffPath.of(file.name).name)
        let (new, client) = (place.key(try DropOffPath.ofRejected(rejected).name), try client())
        guard let held = try await head(key, file, client) else {
            guard try await head(new, file, client) != nil else { throw .gone(file.name, from: shown) }
            return
        }
        guard file.isStill(size: held.size, modifiedAt: held.modifiedAt) else { throw .changed(file.name, in: shown) }
        let act = act("move '\(file.shown)'", needs: "s3:GetObject and s3:PutObject")
        let isCopied = try await act.sorted { () throws(S3Failure) in
            try await client.copy(key, to: new, ifMatches: held.tag)
        }
        guard isCopied else { throw .changed(file.name, in: shown) }
        guard try await removeIfSame(file, key, client) else { throw .changed(file.name, in: shown) }
    }

    func remove(_ file: DroppedFile) async throws(DeliveryError) {
        let (key, client) = (place.key(try DropOffPath.of(file.name).name), try client())
        _ = try await removeIfSame(file, key, client)
    }

    func check() async throws(DeliveryError) -> String {
        let count = try await files().count
        let client = try client()
        return "'\(place.shown)' in region '\(client.region)' at '\(client.address.base)' can be listed, "
            + "\(count) \(count == 1 ? "file is" : "files are") in it"
    }
}

extension S3DropOff {
    /// What is directly below the place, or below a folder of it, whose name ends with a slash.
    private func list(
        _ folder: String, _ client: S3Client
    ) async throws(DeliveryError) -> (look: DropOffLook, folders: [String]) {
        let prefix = place.key(folder)
        let listing = try await act("list its keys", needs: "s3:ListBucket").sorted { () throws(S3Failure) in
            try await client.list(prefix, page: page)
        }
        // By bytes: as characters, a slash with a combining accent behind it is no slash.
        func below(_ key: String) -> String { String(decoding: key.utf8.dropFirst(prefix.utf8.count), as: UTF8.self) }
        let files = listing.objects.map { (below($0.key), $0) }.filter { DropOffPath.isShown($0.0) }
            .map { DroppedFile(folder + $0, size: $1.size, modifiedAt: $1.modifiedAt, isWhole: true) }
        let folders = listing.prefixes.map { String(decoding: below($0).utf8.dropLast(), as: UTF8.self) }
        let unnameable = listing.objects.count { DropOffPath.isUnnameable(below($0.key)) }
        return (DropOffLook(files: files, unnameable: unnameable), folders)
    }

    /// False where another object has the key by now; none is as good as removed.
    private func removeIfSame(
        _ file: DroppedFile, _ key: String, _ client: S3Client
    ) async throws(DeliveryError) -> Bool {
        guard let held = try await head(key, file, client) else { return true }
        guard file.isStill(size: held.size, modifiedAt: held.modifiedAt) else { return false }
        try await act("delete '\(file.shown)'", needs: "s3:DeleteObject").sorted { () throws(S3Failure) in
            try await client.delete(key)
        }
        return true
    }

    private func head(
        _ key: String, _ file: DroppedFile, _ client: S3Client
    ) async throws(DeliveryError) -> S3Object? {
        let act = act("tell about '\(file.shown)'", needs: "s3:GetObject and s3:ListBucket")
        return try await act.sorted { () throws(S3Failure) in try await client.head(key) }
    }

    private func client() throws(DeliveryError) -> S3Client {
        try place.client(settings, clock: clock, sendsChecksums: sendsChecksums)
    }

    private func act(_ deed: String, needs permission: String) -> S3Act {
        S3Act(bucket: place.bucket, endpoint: place.endpoint, deed: deed, permission: permission)
    }
}
