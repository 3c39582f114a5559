import AudienceManager
import Destinations
import Logging
import Profiles
import TidegateModel

extension DropOffIngest {
    /// What lies in the place and what is known of it, after what a process that was killed, or a place that could not be
    /// written to, left undone.
    func closed() async throws(ProfileError) -> (files: [DroppedFile], known: [KnownFile]) {
        let look = try await look()
        noteUnnameable(look.unnameable)
        let files = look.files
        let known = try workplace.profiles.knownFiles(of: source.id, in: dropOff.environment)
        guard known.contains(where: { !$0.isSettled }) else { return (files, known) }
        for (index, file) in known.enumerated() where !file.isSettled {
            let isLast = !known[(index + 1)...].contains { $0.name == file.name }
            try await close(file, isLast: isLast, among: files)
        }
        return (try await self.look().files, try workplace.profiles.knownFiles(of: source.id, in: dropOff.environment))
    }

    /// - Parameter isLast: whether no other file of that name became known later, whose receipt has the name by now.
    private func close(
        _ known: KnownFile, isLast: Bool, among files: [DroppedFile]
    ) async throws(ProfileError) {
        guard
            let receipt = try workplace.profiles.receipt(
                of: known.name, sha256: known.sha256, of: source.id, in: dropOff.environment)
        else {
            return
        }
        let named = files.first { $0.name == known.name }
        let file = DroppedFile(name: known.name, size: known.size, modifiedAt: known.modifiedAt, isWhole: true)
        if receipt.outcome == .taken ? isLast : named.map(known.looksLike) ?? false {
            return try await close(file, receipt)
        }
        if receipt.outcome == .rejected, named == nil, isLast {
            try await putReceipt(ofMoved: file, receipt)
        }
        try settle(file, receipt)
    }

    /// A rejected file that is not where it was has been moved, by a process that then died, or somebody took it away.
    private func putReceipt(ofMoved file: DroppedFile, _ receipt: FileReceipt) async throws(ProfileError) {
        let moved = receipt.movedTo ?? DropOffNames.rejected(file, sha256: nil, beside: [])
        do throws(DeliveryError) {
            try await place.reject(file, as: moved)
            try await place.put(receipt.encoded(), as: DropOffNames.receipt(of: moved))
        } catch {
            if error == .cancelled { throw .cancelled }
        }
    }

    /// Leaves the receipt where people look for it, and the file where it belongs. What is remembered already is not lost
    /// where the place cannot be written to: the next look tries again.
    func close(_ file: DroppedFile, _ receipt: FileReceipt) async throws(ProfileError) {
        do throws(DeliveryError) {
            if let moved = receipt.movedTo { try await place.reject(file, as: moved) }
            try await place.put(receipt.encoded(), as: DropOffNames.receipt(of: receipt.movedTo ?? file.name))
            if receipt.outcome == .taken, dropOff.afterwards == .remove { try await place.remove(file) }
        } catch {
            guard error != .cancelled else { throw .cancelled }
            workplace.logger.warning(
                "drop-off cannot be written to",
                metadata: ["source": "\(source.name)", "file": "\(file.shownName)", "reason": "\(error.sentence)"]
            )
            return
        }
        try settle(file, receipt)
    }

    private func settle(_ file: DroppedFile, _ receipt: FileReceipt) throws(ProfileError) {
        try workplace.profiles.settle(file.name, sha256: receipt.sha256 ?? "", of: source.id, in: dropOff.environment)
    }
}
