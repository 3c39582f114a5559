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

    /// One receipt for each file that was new, and each that still waits, by name.
    ///
    /// - Throws: where the place cannot be looked at, or the state cannot be kept.
    func run() async throws(ProfileError) -> [FileReceipt] {
        let known = try workplace.profiles.knownFiles(of: source.id, in: dropOff.environment)
        let (ready, waiting) = try await arrivals(known)
        try await settle(known)
        var receipts = waiting
        for file in ready {
            guard !stop.isRaised else { throw .cancelled }
            if let receipt = try await take(file, known) { receipts.append(receipt) }
        }
        for receipt in receipts { note(receipt) }
        return receipts.sorted { $0.file < $1.file }
    }

    /// What can be taken now, and a receipt for each file that cannot yet. Files that changed a moment ago are looked at
    /// a second time before they are left for the next cycle.
    private func arrivals(_ known: [KnownFile]) async throws(ProfileError) -> ([DroppedFile], [FileReceipt]) {
        let now = workplace.clock.now()
        let arrivals = Arrivals(try await look(), known: known, settle: dropOff.settle, now: now)
        var waiting = arrivals.arriving.map { receipt(of: $0, .waiting, "file is still being transferred") }
        var ready = arrivals.ready
        if !arrivals.unsettled.isEmpty {
            do {
                try await workplace.clock.sleep(until: now + dropOff.settle)
            } catch {
                throw .cancelled
            }
            let settled = arrivals.settled(by: try await look())
            ready += settled
            waiting += arrivals.unsettled.filter { !settled.contains($0) }
                .map { receipt(of: $0, .waiting, "file changed while it was looked at") }
        }
        return (ready.sorted { $0.name < $1.name }, waiting)
    }

    private func look() async throws(ProfileError) -> [DroppedFile] {
        do throws(DeliveryError) {
            return try await place.files()
        } catch {
            throw ProfileError(error, of: source)
        }
    }

    /// Puts right what a process that was killed left: the receipt of a file that was taken, and the file's last move.
    private func settle(_ known: [KnownFile]) async throws(ProfileError) {
        for file in known where !file.isSettled {
            guard
                let receipt = try workplace.profiles.receipt(
                    of: file.name, sha256: file.sha256, of: source.id, in: dropOff.environment)
            else { continue }
            let dropped = DroppedFile(name: file.name, size: file.size, modifiedAt: file.modifiedAt, isWhole: true)
            try await close(dropped, receipt)
        }
    }

    /// Nil for a file whose bytes were taken under this name before.
    private func take(_ file: DroppedFile, _ known: [KnownFile]) async throws(ProfileError) -> FileReceipt? {
        let taken: FileReceipt?
        do throws(DropOffObstacle) {
            taken = try await ArrivalTaking(self, file).run(known)
        } catch {
            return try await receipt(of: file, error)
        }
        guard let taken else { return nil }
        if taken.outcome == .taken { try await close(file, taken) }
        return taken
    }

    private func receipt(of file: DroppedFile, _ obstacle: DropOffObstacle) async throws(ProfileError) -> FileReceipt {
        switch obstacle {
        case .waiting(let reason): return receipt(of: file, .waiting, reason)
        case .refused(let reason): return receipt(of: file, .refused, reason)
        case .rejected(let receipt):
            try workplace.profiles.remember(receipt, of: source.id, modifiedAt: file.modifiedAt)
            try await close(file, receipt)
            return receipt
        case .store(let error): throw error
        }
    }

    /// Leaves the receipt where people look for it, and the file where it belongs. What is remembered already is not lost
    /// where the place cannot be written to: the next look tries again.
    private func close(_ file: DroppedFile, _ receipt: FileReceipt) async throws(ProfileError) {
        do throws(DeliveryError) {
            var path = file.name
            if receipt.outcome == .rejected { path = try await place.reject(file) }
            try await place.put(receipt.encoded(), as: path + Arrivals.receiptSuffix)
            if receipt.outcome == .taken, dropOff.afterwards == .remove { try await place.remove(file) }
        } catch {
            guard error != .cancelled else { throw .cancelled }
            workplace.logger.warning(
                "drop-off cannot be written to",
                metadata: ["source": "\(source.name)", "file": "\(file.shownName)", "reason": "\(error.sentence)"]
            )
            return
        }
        try workplace.profiles.settle(
            file.name, sha256: receipt.sha256 ?? "", of: source.id, in: dropOff.environment)
    }

    func receipt(of file: DroppedFile, _ outcome: FileReceipt.Outcome, _ reason: String) -> FileReceipt {
        var receipt = FileReceipt(
            source: source.name, environment: dropOff.environment, file: file.name, outcome: outcome
        )
        receipt.reason = reason
        receipt.size = file.size
        return receipt
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
