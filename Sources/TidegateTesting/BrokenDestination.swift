import Destinations
import Foundation
import TidegateModel

/// A directory destination with one thing wrong, to prove that the contract notices.
package struct BrokenDestination: FileDestination {
    package enum Flaw: String, CaseIterable, Sendable {
        case dropsEmptyFiles, dropsTheLastByte, keepsItsTemporaryFile, appendsOnRepeat, refusesRepeats, keepsTheOldFile
        case writesInPlace, movesTheStagedFile, deliversOneAtATime
        case changesNames, cutsNames, takesAnyName
        case ignoresCancellation, believesTheStagedFile
        case inventsSizes, forgetsReceipts, remembersReceipts, inventsReceipts, leavesItsProbe
        case sweepsNothing, sweepsEverything, cannotSweepNothing, removesNothing, missesWhatItRemoves
        case losesWholeParts
        // In trouble, as `TroubledDestination` shows them.
        case publishesWhatCame, losesTrack, saysTransient, saysRejected, saysUncertain, staysBroken, goesOnBlindly
        case saysNothingArrived, staysSilentAboutWhat, checksNothing, repeatsSecrets
    }

    /// In bytes: as if files were sent in such parts.
    package static let partSize = 1000

    private let flaw: Flaw
    private let path: String
    private let sound: DirectoryDestination
    private let isBusy = Locked(false)
    private let remembered = Locked<[String: Receipt]>([:])

    package init(path: String, flaw: Flaw) {
        self.path = path
        self.flaw = flaw
        sound = DirectoryDestination(path: path)
    }

    package var traits: FileDestinationTraits { sound.traits }

    package func check() async throws(DeliveryError) -> String {
        if flaw == .leavesItsProbe { write(Data(), to: "probe", options: .atomic) }
        return try await sound.check()
    }

    package func deliver(_ file: StagedFile, fence: Fence) async throws(DeliveryError) -> Receipt {
        let bytes = FileManager.default.contents(atPath: file.path) ?? Data()
        var file = file
        switch flaw {
        case .dropsEmptyFiles where file.size == 0:
            return Receipt(path: path, name: file.name, size: 0, modifiedAt: nil)
        case .dropsTheLastByte where !bytes.isEmpty:
            return write(Data(bytes.dropLast()), to: file.name, options: .atomic)
        case .losesWholeParts where file.size > 0 && file.size.isMultiple(of: Self.partSize):
            return write(Data(bytes.dropLast(Self.partSize)), to: file.name, options: .atomic)
        case .keepsItsTemporaryFile:
            write(bytes, to: TemporaryName(fence, for: file.name).text + "~", options: .atomic)
        case .appendsOnRepeat:
            let old = FileManager.default.contents(atPath: place(file.name)) ?? Data()
            return write(old + bytes, to: file.name, options: .atomic)
        case .refusesRepeats where FileManager.default.fileExists(atPath: place(file.name)):
            throw .rejected("file '\(file.name)' is there already")
        case .keepsTheOldFile where FileManager.default.fileExists(atPath: place(file.name)):
            return Receipt(path: path, name: file.name, size: file.size, modifiedAt: nil)
        case .writesInPlace:
            return write(bytes, to: file.name, options: [])
        case .movesTheStagedFile:
            let receipt = try await sound.deliver(file, fence: fence)
            try? FileManager.default.removeItem(atPath: file.path)
            return receipt
        case .deliversOneAtATime:
            if isBusy.withLock({ exchange(&$0, with: true) }) { throw .transient("place is busy") }
            defer { isBusy.withLock { $0 = false } }
            return try await sound.deliver(file, fence: fence)
        case .changesNames:
            file.name = file.name.replacing(" ", with: "_")
        case .cutsNames:
            file.name = String(file.name.prefix(100))
        case .takesAnyName where FileName.problem(with: file.name) != nil:
            return write(bytes, to: file.name, options: [])
        case .ignoresCancellation:
            let copy = file
            return try await Task { try await sound.deliver(copy, fence: fence) }.result.mapError(deliveryError).get()
        case .believesTheStagedFile where bytes.count != file.size:
            return write(bytes, to: file.name, options: .atomic)
        case .inventsSizes:
            var receipt = try await sound.deliver(file, fence: fence)
            receipt.size += 1
            return receipt
        case .remembersReceipts:
            let receipt = try await sound.deliver(file, fence: fence)
            remembered.withLock { $0[file.name] = $0[file.name] ?? receipt }
            return receipt
        default: break
        }
        return try await sound.deliver(file, fence: fence)
    }

    package func receipt(for name: String) async throws(DeliveryError) -> Receipt? {
        switch flaw {
        case .forgetsReceipts: nil
        case .remembersReceipts: remembered.withLock { $0[name] }
        case .inventsReceipts: Receipt(path: path, name: name, size: 1, modifiedAt: nil)
        default: try await sound.receipt(for: name)
        }
    }

    package func sweep(before fence: Fence) async throws(DeliveryError) -> Int {
        switch flaw {
        case .sweepsNothing: return 0
        case .sweepsEverything:
            try? FileManager.default.removeItem(atPath: path)
            return 1
        case .cannotSweepNothing where !FileManager.default.fileExists(atPath: path):
            throw .rejected("folder '\(path)' is not there")
        default: return try await sound.sweep(before: fence)
        }
    }

    package func remove(_ name: String) async throws(DeliveryError) {
        switch flaw {
        case .removesNothing: return
        case .missesWhatItRemoves where !FileManager.default.fileExists(atPath: place(name)):
            throw .rejected("file '\(name)' is not there")
        default: try await sound.remove(name)
        }
    }

    private func place(_ name: String) -> String { path + "/" + name }

    @discardableResult
    private func write(_ bytes: Data, to name: String, options: Data.WritingOptions) -> Receipt {
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        if options.isEmpty, let handle = FileHandle(forUpdatingAtPath: place(name)) {
            try? handle.truncate(atOffset: 0)
            try? handle.write(contentsOf: bytes)
        } else {
            try? bytes.write(to: URL(filePath: place(name)), options: options)
        }
        return Receipt(path: path, name: name, size: bytes.count, modifiedAt: nil)
    }
}

private func exchange<Value>(_ value: inout Value, with new: Value) -> Value {
    defer { value = new }
    return value
}

private func deliveryError(_ error: any Error) -> DeliveryError {
    error as? DeliveryError ?? .uncertain("\(error)")
}
