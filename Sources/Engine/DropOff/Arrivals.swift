import Destinations
import Profiles
import TidegateModel

/// One look at a drop-off, sorted by what is to be done with each file. Names on their way elsewhere, receipts and what is
/// known already are left out.
struct Arrivals {
    /// Whole, as far as can be told, and not known yet.
    private(set) var ready: [DroppedFile] = []
    /// Changed too short a time ago to tell; whole if they look the same at `nextLook`.
    private(set) var unsettled: [DroppedFile] = []
    /// Changed too short a time ago to wait for within a cycle.
    private(set) var young: [DroppedFile] = []
    /// Said to be still arriving, by their own name or that of a file beside them.
    private(set) var arriving: [DroppedFile] = []
    /// When the last of the unsettled can have settled.
    private(set) var nextLook: Instant?

    /// How transfer programs call what they have not finished.
    private static let partSuffixes = [".part", ".tmp", ".filepart"]

    /// - Parameter known: files by which others of the same name, size and time are known without being read.
    init(_ files: [DroppedFile], known: [KnownFile], settling: Settling, now: Instant) {
        let names = Set(files.map(\.name))
        let known = Dictionary(grouping: known, by: \.name)
        for file in files where !DropOffNames.isReceipt(file.name) && !Self.isKnown(file, known) {
            if Self.isPart(file.name) || Self.partSuffixes.contains(where: { names.contains(file.name + $0) }) {
                arriving.append(file)
                continue
            }
            switch settling.wait(for: file, at: now) {
            case .none: ready.append(file)
            case .until(let end):
                unsettled.append(file)
                nextLook = max(nextLook ?? end, end)
            case .later: young.append(file)
            }
        }
    }

    /// Those of the unsettled that `later` shows with the same size and time.
    func settled(by later: [DroppedFile]) -> [DroppedFile] {
        let later = Set(later)
        return unsettled.filter(later.contains)
    }

    private static func isKnown(_ file: DroppedFile, _ known: [String: [KnownFile]]) -> Bool {
        // A place that tells no time must not hide a new file of the same size.
        guard file.modifiedAt != nil else { return false }
        return known[file.name, default: []].contains { $0.looksLike(file) }
    }

    private static func isPart(_ name: String) -> Bool {
        partSuffixes.contains { name.hasSuffix($0) }
    }
}

extension KnownFile {
    /// As far as can be told without reading it.
    func looksLike(_ file: DroppedFile) -> Bool {
        name == file.name && size == file.size && modifiedAt == file.modifiedAt
    }
}
