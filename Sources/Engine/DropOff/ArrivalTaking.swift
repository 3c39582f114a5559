import AudienceManager
import Destinations
import Digests
import Foundation
import Profiles
import TidegateModel

/// Takes one file of a drop-off: name, declaration, transfer, decryption, content, in this order, so that what can be
/// told early costs no transfer.
struct ArrivalTaking {
    private let ingest: DropOffIngest
    private let file: DroppedFile
    private let startedAt: Instant

    init(_ ingest: DropOffIngest, _ file: DroppedFile) {
        self.ingest = ingest
        self.file = file
        startedAt = ingest.workplace.clock.now()
    }

    private var dropOff: DropOff { ingest.dropOff }
    private var profiles: ProfileStore { ingest.workplace.profiles }
    /// What looks cut short may be still arriving.
    private var mayGrow: Bool { Settling(dropOff).mayGrow(file, at: startedAt) }

    /// Nil where the same bytes were taken under the same name before; the file is treated as it was then.
    func run(_ known: [KnownFile]) async throws(DropOffObstacle) -> FileReceipt? {
        let name = try parsedName()
        try checkSize(name)
        let catalogue = DropOffCatalogue(dataSources: ingest.spec.dataSources, traits: ingest.spec.traits)
        if let reason = catalogue.refusal(of: name) { throw .refused(reason) }
        if name.packing.isEncrypted, dropOff.decryptionKey == nil {
            throw .refused("file is encrypted and its source has no 'decryptionKey'")
        }
        let staging = try stagingFolder()
        defer { staging.remove() }
        let arrived = staging.path("arrived")
        try await fetch(to: arrived)
        let sha256 = try digest(of: arrived)
        if known.contains(where: { $0.outcome == .taken && $0.name == file.name && $0.sha256 == sha256 }) {
            try await passOver(sha256)
            return nil
        }
        let path = name.packing.isEncrypted ? try await decrypted(arrived, in: staging, sha256) : arrived
        return try await take(
            ArrivedFile(
                path: path, name: name, file: file.name, size: file.size, modifiedAt: file.modifiedAt, sha256: sha256,
                mayGrow: mayGrow
            ),
            catalogue
        )
    }

    private func parsedName() throws(DropOffObstacle) -> DropOffFileName {
        let last = file.name.split(separator: "/").last.map(String.init) ?? file.name
        do throws(BadFileName) {
            return try DropOffFileName.parse(last, timestamps: dropOff.timestamps)
        } catch {
            throw rejected(error.reason)
        }
    }

    private func checkSize(_ name: DropOffFileName) throws(DropOffObstacle) {
        guard file.size > 0 else { throw mayGrow ? .waiting("file is empty yet") : rejected("file is empty") }
        let limit = name.packing == .none ? dropOff.maxPlain : dropOff.maxCompressed
        guard file.size <= limit else { throw rejected("file has \(file.size) bytes, more than the \(limit) allowed") }
    }

    private func stagingFolder() throws(DropOffObstacle) -> DropOffStaging {
        do throws(DataFolderUnusable) {
            return try DropOffStaging(in: ingest.workplace.folder)
        } catch {
            throw .store(.transient(error.description))
        }
    }

    private func fetch(to path: String) async throws(DropOffObstacle) {
        do throws(DeliveryError) {
            try await ingest.place.fetch(file, to: path)
        } catch {
            switch error {
            case .transient(let reason, _), .uncertain(let reason):
                throw .waiting("file was not transferred: \(reason)")
            case .rejected(let reason): throw .refused("file was not transferred: \(reason)")
            case .cancelled: throw .store(.cancelled)
            }
        }
    }

    private func digest(of path: String) throws(DropOffObstacle) -> String {
        guard let digest = sha256(ofFile: path) else {
            throw .waiting("file cannot be read back from the staging folder")
        }
        return digest
    }

    private func decrypted(
        _ path: String, in staging: DropOffStaging, _ sha256: String
    ) async throws(DropOffObstacle) -> String {
        guard let key = dropOff.decryptionKey else { return path }
        let decryption = Decryption(key: key, passphrase: dropOff.passphrase, limit: dropOff.maxPlain, in: staging)
        do throws(Decryption.Fault) {
            return try await onThread("decrypt") { () throws(Decryption.Fault) in try decryption.run(path) }
        } catch {
            switch error {
            case .unusable(let reason): throw .refused(reason)
            case .damaged(let reason): throw mayGrow ? .waiting(reason) : rejected(reason, sha256: sha256)
            case .passing(let reason): throw .waiting(reason)
            }
        }
    }

    private func take(_ arrived: ArrivedFile, _ catalogue: DropOffCatalogue) async throws(DropOffObstacle)
        -> FileReceipt
    {
        let title = "ingest \(ingest.source.name)"
        defer { ingest.workplace.progress.clear(title) }
        let receipt: FileReceipt
        do throws(ProfileError) {
            receipt = try await onThread(title) { [ingest, size = Int(file.size)] () throws(ProfileError) in
                try ingest.workplace.profiles.take(
                    arrived, of: ingest.source, catalogue: catalogue, schema: ingest.spec.profile,
                    clock: ingest.workplace.clock,
                    progress: { ingest.workplace.progress.show(title, done: Int($0), of: size, unit: "bytes") },
                    isCancelled: { ingest.stop.isRaised }
                )
            }
        } catch {
            throw .store(error)
        }
        switch receipt.outcome {
        case .rejected: throw .rejected(receipt)
        case .refused: throw .refused(receipt.reason ?? "")
        case .taken, .waiting: return receipt
        }
    }

    private func passOver(_ sha256: String) async throws(DropOffObstacle) {
        do throws(ProfileError) {
            try profiles.note(
                file.modifiedAt, of: file.name, sha256: sha256, of: ingest.source.id, in: dropOff.environment)
        } catch {
            throw .store(error)
        }
        guard dropOff.afterwards == .remove else { return }
        do throws(DeliveryError) {
            try await ingest.place.remove(file)
        } catch {
            guard error != .cancelled else { throw .store(.cancelled) }
            throw .waiting("file was taken before and cannot be removed: \(error.sentence)")
        }
    }

    private func rejected(_ reason: String, sha256: String? = nil) -> DropOffObstacle {
        var receipt = ingest.receipt(of: file, .rejected, reason)
        receipt.sha256 = sha256
        receipt.startedAt = startedAt
        receipt.finishedAt = ingest.workplace.clock.now()
        return .rejected(receipt)
    }
}
