import Destinations
import Foundation
import TidegateModel

/// A folder as a drop-off with one thing wrong, to prove that the contract notices.
package struct BrokenDropOff: DropOffPlace {
    package enum Flaw: String, CaseIterable, Sendable {
        case inventsFiles, missesDays, inventsSizes, forgetsTimes, listsInNoOrder, listsOtherFolders, listsFolders
        case listsRejected, listsHidden, leavesOutReceipts, changesNames, missesLaterFiles, remembersListings
        case leavesItsProbe
        case dropsTheLastByte, changesLineEnds, cutsNames, showsEverybody, overwritesTargets, ignoresChanges
        case leavesParts, inventsBytes, linksFiles, takesAway
        case keepsTheOldFile, keepsItsTemporaryFile, makesNoFolders, dropsEmptyFiles, writesInPlace, takesAnyName
        case copiesWhatItRejects, forgetsTheDay, keepsWhatWasRejected, missesWhatIsGone, removesNothing
        case rejectsUnderTheOldName
        case removesWhatIsBeside, takesNewcomers
        // In trouble, as `TroubledDropOff` shows them.
        case saysTransient, saysRejected, staysSilentAboutWhat, checksNothing, staysBroken, repeatsSecrets
    }

    private let path: String
    private let flaw: Flaw
    private let sound: any DropOffPlace
    private let remembered = Locked<[DroppedFile]?>(nil)

    init(path: String, flaw: Flaw, sound: any DropOffPlace) {
        self.path = path
        self.flaw = flaw
        self.sound = sound
    }

    package func look() async throws(DeliveryError) -> DropOffLook {
        DropOffLook(files: shown(try await sound.files()))
    }

    private func shown(_ files: [DroppedFile]) -> [DroppedFile] {
        switch flaw {
        case .inventsFiles: return files + [made("ghost")]
        case .missesDays: return files.filter { !$0.name.contains("/") }
        case .inventsSizes: return files.map { changed($0) { $0.size += 1 } }
        case .forgetsTimes: return files.map { changed($0) { $0.modifiedAt = nil } }
        case .listsInNoOrder: return files.reversed()
        case .listsOtherFolders: return all { $0 == "other/unseen" || !$0.contains("/") && !$0.hasPrefix(".") }
        case .listsRejected: return all { $0.hasPrefix("rejected/") } + files
        case .listsFolders: return files + (exists("other") ? [made("other")] : [])
        case .listsHidden: return all { $0.hasPrefix(".") } + files
        case .leavesOutReceipts: return files.filter { !$0.name.hasSuffix(".receipt.json") }
        case .changesNames: return files.map { changed($0) { $0.name = $0.name.precomposedStringWithCanonicalMapping } }
        case .missesLaterFiles: return Array(files.prefix(200))
        case .remembersListings:
            return remembered.withLock { old in
                old = old ?? files
                return old ?? []
            }
        default: return files
        }
    }

    package func check() async throws(DeliveryError) -> String {
        if flaw == .leavesItsProbe { write(Data(), "probe") }
        return try await sound.check()
    }

    package func fetch(_ file: DroppedFile, to path: String) async throws(DeliveryError) {
        let bytes = read(file.name)
        switch flaw {
        case .dropsTheLastByte: copy(bytes.dropLast(), path)
        case .changesLineEnds: copy(Data(bytes.filter { $0 != 0x0D }), path)
        case .cutsNames: try await sound.fetch(changed(file) { $0.name = String($0.name.prefix(40)) }, to: path)
        case .ignoresChanges, .inventsBytes, .takesAnyName: copy(bytes, path)
        case .showsEverybody:
            try await sound.fetch(file, to: path)
            chmod(path, 0o644)
        case .overwritesTargets:
            unlink(path)
            try await sound.fetch(file, to: path)
        case .leavesParts:
            do throws(DeliveryError) { try await sound.fetch(file, to: path) } catch {
                copy(bytes, path)
                throw error
            }
        case .linksFiles: link(self.path + "/" + file.name, path)
        case .takesAway:
            try await sound.fetch(file, to: path)
            unlink(self.path + "/" + file.name)
        default: try await sound.fetch(file, to: path)
        }
    }

    package func put(_ bytes: [UInt8], as name: String) async throws(DeliveryError) {
        switch flaw {
        case .keepsTheOldFile where exists(name): return
        case .keepsItsTemporaryFile: write(Data(), ".left")
        case .makesNoFolders where name.hasPrefix("rejected/") && !exists("rejected"):
            throw .rejected("folder 'rejected' is not there")
        case .dropsEmptyFiles where bytes.isEmpty: return
        case .cutsNames: return try await sound.put(bytes, as: String(name.prefix(40)))
        case .writesInPlace:
            guard let handle = FileHandle(forUpdatingAtPath: path + "/" + name) else { break }
            try? handle.truncate(atOffset: 0)
            try? handle.write(contentsOf: bytes)
            return
        case .takesAnyName: return
        default: break
        }
        try await sound.put(bytes, as: name)
    }

    package func reject(_ file: DroppedFile, as new: String) async throws(DeliveryError) {
        switch flaw {
        case .copiesWhatItRejects:
            let bytes = read(file.name)
            try await sound.reject(file, as: new)
            write(bytes, file.name)
        case .forgetsTheDay:
            try await sound.reject(file, as: new)
            rename(path + "/" + new, path + "/rejected/" + (new as NSString).lastPathComponent)
        case .rejectsUnderTheOldName: _ = try await sound.reject(file)
        case .cutsNames:
            let cut = changed(file) { $0.name = String($0.name.prefix(40)) }
            try await sound.reject(cut, as: String(new.prefix(49)))
        case .keepsWhatWasRejected where exists(new): unlink(path + "/" + file.name)
        case .missesWhatIsGone where !exists(file.name): throw .transient("'\(file.name)' is not there")
        case .inventsBytes, .takesAnyName: return
        case .takesNewcomers: try await sound.reject(changed(file) { asItIs(&$0) }, as: new)
        default: try await sound.reject(file, as: new)
        }
    }

    package func remove(_ file: DroppedFile) async throws(DeliveryError) {
        switch flaw {
        case .removesNothing, .takesAnyName: return
        case .missesWhatIsGone where !exists(file.name): throw .transient("'\(file.name)' is not there")
        case .removesWhatIsBeside: unlink(path + "/stays")
        case .takesNewcomers: return try await sound.remove(changed(file) { asItIs(&$0) })
        default: break
        }
        try await sound.remove(file)
    }
}

extension BrokenDropOff {
    private func made(_ name: String) -> DroppedFile {
        DroppedFile(name: name, size: 0, modifiedAt: DropOffFixture.written, isWhole: false)
    }

    private func changed(_ file: DroppedFile, _ change: (inout DroppedFile) -> Void) -> DroppedFile {
        var file = file
        change(&file)
        return file
    }

    private func asItIs(_ file: inout DroppedFile) {
        file.size = Int64(read(file.name).count)
        file.modifiedAt = nil
    }

    private func all(_ isListed: (String) -> Bool) -> [DroppedFile] {
        ((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []).filter(isListed).map(made)
    }

    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

    private func read(_ name: String) -> Data { FileManager.default.contents(atPath: path + "/" + name) ?? Data() }

    private func write(_ bytes: Data, _ name: String) {
        try? bytes.write(to: URL(filePath: path + "/" + name, directoryHint: .notDirectory))
    }

    private func copy(_ bytes: Data, _ target: String) {
        try? bytes.write(to: URL(filePath: target, directoryHint: .notDirectory), options: .withoutOverwriting)
        chmod(target, 0o600)
    }
}
