import AudienceManager
import Destinations
import Foundation
import Logging
import Profiles
import TidegateModel

/// Takes what has arrived in one drop-off: each file once, whole or not at all, with a receipt beside it.
///
/// A file that cannot be taken never stops the others.
struct DropOffIngest: Sendable {
    let workplace: Workplace
    let spec: JobSpec
    /// Resolved.
    let source: Source
    let dropOff: DropOff
    let place: any DropOffPlace
    let stop: StopSignal

    /// Nil for a source that is no drop-off.
    init?(_ source: Source, in workplace: Workplace, spec: JobSpec, stop: StopSignal) {
        guard let dropOff = source.dropOff, let place = workplace.openingDropOff(source, dropOff) else { return nil }
        self.workplace = workplace
        self.spec = spec
        self.source = source
        self.dropOff = dropOff
        self.place = place
        self.stop = stop
    }

    /// One receipt for each file that was new, and each that still waits, by name; each is logged at once.
    ///
    /// - Throws: where the place cannot be looked at, or the state cannot be kept. What was taken before that is kept.
    func run() async throws(ProfileError) -> [FileReceipt] {
        let (files, known) = try await closed()
        let hiding = known.filter { !$0.isSettled || $0.outcome == .taken && dropOff.afterwards == .keep }
        let arrivals = Arrivals(
            files, known: hiding, settling: Settling(dropOff), now: workplace.clock.now())
        var receipts = arrivals.arriving.map { waiting($0, "file is still being transferred") }
        receipts += arrivals.young.map {
            waiting($0, "file changed less than \(dropOff.settle.milliseconds / 1000) seconds ago")
        }
        receipts += try await take(arrivals.ready, known)
        if let nextLook = arrivals.nextLook { receipts += try await take(arrivals, at: nextLook, known) }
        return receipts.sorted { $0.file < $1.file }
    }

    /// Files that changed a moment ago are looked at a second time before they are left for the next cycle.
    private func take(
        _ arrivals: Arrivals, at nextLook: Instant, _ known: [KnownFile]
    ) async throws(ProfileError) -> [FileReceipt] {
        // Whoever has just put a file there and waits for it is told why nothing seems to happen.
        workplace.logger.info(
            "drop-off settles",
            metadata: [
                "source": "\(source.name)", "files": "\(arrivals.unsettled.count)", "until": "\(nextLook)",
            ]
        )
        do {
            try await workplace.clock.sleep(until: nextLook)
        } catch {
            throw .cancelled
        }
        let settled = arrivals.settled(by: try await look().files)
        let changed = arrivals.unsettled.filter { !settled.contains($0) }
        return changed.map { waiting($0, "file changed while it was looked at") } + (try await take(settled, known))
    }

    private func take(_ files: [DroppedFile], _ known: [KnownFile]) async throws(ProfileError) -> [FileReceipt] {
        var receipts: [FileReceipt] = []
        for file in files.sorted(by: { $0.name < $1.name }) {
            guard !stop.isRaised else { throw .cancelled }
            guard let receipt = try await take(file, known) else { continue }
            receipts.append(receipt)
        }
        return receipts
    }

    func look() async throws(ProfileError) -> DropOffLook {
        do throws(DeliveryError) {
            return try await place.look()
        } catch {
            throw ProfileError(error, of: source)
        }
    }

    /// Nil for a file whose bytes were taken under this name before.
    private func take(_ file: DroppedFile, _ known: [KnownFile]) async throws(ProfileError) -> FileReceipt? {
        let taken: FileReceipt?
        do throws(DropOffObstacle) {
            taken = try await ArrivalTaking(self, file).run(known)
        } catch {
            return try await receipt(of: file, error, known)
        }
        guard let taken else { return nil }
        note(taken)
        if taken.outcome == .taken { try await close(file, taken) }
        return taken
    }

    private func receipt(
        of file: DroppedFile, _ obstacle: DropOffObstacle, _ known: [KnownFile]
    ) async throws(ProfileError) -> FileReceipt {
        switch obstacle {
        case .waiting(let reason): return waiting(file, reason)
        case .refused(let reason):
            let receipt = receipt(of: file, .refused, reason)
            note(receipt)
            return receipt
        case .rejected(var receipt):
            receipt.movedTo = DropOffNames.rejected(file, sha256: receipt.sha256, beside: known)
            try workplace.profiles.remember(receipt, of: source.id, modifiedAt: file.modifiedAt)
            note(receipt)
            try await close(file, receipt)
            return receipt
        case .store(let error): throw error
        }
    }

    private func waiting(_ file: DroppedFile, _ reason: String) -> FileReceipt {
        let receipt = receipt(of: file, .waiting, reason)
        note(receipt)
        return receipt
    }

    func receipt(of file: DroppedFile, _ outcome: FileReceipt.Outcome, _ reason: String) -> FileReceipt {
        var receipt = FileReceipt(
            source: source.name, environment: dropOff.environment, file: file.name, outcome: outcome
        )
        receipt.reason = reason
        receipt.size = file.size
        return receipt
    }

    func noteUnnameable(_ count: Int) {
        guard count > 0 else { return }
        workplace.logger.warning(
            "drop-off has files whose names cannot be read",
            metadata: ["source": "\(source.name)", "files": "\(count)"])
    }

    private func note(_ receipt: FileReceipt) {
        var metadata: Logger.Metadata = [
            "source": "\(receipt.source)", "environment": "\(receipt.environment.rawValue)",
            "file": "\(FileName.printable(receipt.file))", "outcome": "\(receipt.outcome.rawValue)",
        ]
        if let reason = receipt.reason { metadata["reason"] = "\(reason)" }
        if let counts = receipt.data {
            metadata["records"] = "\(counts.recordsReceived)"
            metadata["stored"] = "\(counts.storedRecords)"
        } else if let counts = receipt.ids {
            metadata["records"] = "\(counts.recordsReceived)"
            metadata["stored"] = "\(counts.storedRecords)"
        }
        for (kind, count) in receipt.warnings { metadata["personal-\(kind)"] = "\(count)" }
        let isFine = receipt.outcome == .taken && receipt.warnings.isEmpty || receipt.outcome == .waiting
        workplace.logger.log(level: isFine ? .info : .warning, "drop-off file", metadata: metadata)
    }
}

/// Why a file is not taken now, sorted by what becomes of it.
enum DropOffObstacle: Error {
    /// Nothing is wrong with it, as far as is known: the next cycle tries again.
    case waiting(String)
    /// A person must act; the file stays where it is.
    case refused(String)
    /// Nothing will make it good.
    case rejected(FileReceipt)
    /// The cycle cannot go on.
    case store(ProfileError)
}

extension FileReceipt {
    /// JSON for people and programs, with a line end.
    func encoded() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // A receipt is numbers and texts, which always encode.
        return [UInt8]((try? encoder.encode(self)) ?? Data()) + [UInt8(ascii: "\n")]
    }
}

extension DroppedFile {
    /// For logs: names come from strangers.
    var shownName: String { FileName.printable(name) }
}

extension ProfileError {
    init(_ error: DeliveryError, of source: Source) {
        switch error {
        case .transient(let reason, _), .uncertain(let reason):
            self = .transient("drop-off of source '\(source.name)' cannot be used: \(reason)")
        case .rejected(let reason): self = .rejected("drop-off of source '\(source.name)' cannot be used: \(reason)")
        case .cancelled: self = .cancelled
        }
    }
}
