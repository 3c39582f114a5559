import Destinations
import Profiles
import TidegateModel

/// One look at a drop-off, sorted by what is to be done with each file. Names on their way elsewhere, receipts and what
/// was taken before are left out.
struct Arrivals {
    /// Whole, as far as can be told, and not known yet.
    private(set) var ready: [DroppedFile] = []
    /// Changed too short a time ago to tell; whole if they look the same a while later.
    private(set) var unsettled: [DroppedFile] = []
    /// Said to be still arriving, by their own name or that of a file beside them.
    private(set) var arriving: [DroppedFile] = []

    static let receiptSuffix = ".receipt.json"
    /// How transfer programs call what they have not finished.
    private static let partSuffixes = [".part", ".tmp", ".filepart"]

    init(_ files: [DroppedFile], known: [KnownFile], settle: Span, now: Instant) {
        let names = Set(files.map(\.name))
        let known = Dictionary(grouping: known, by: \.name)
        for file in files where !Self.isOurs(file) && !Self.isKnown(file, known) {
            if Self.isPart(file.name) || Self.partSuffixes.contains(where: { names.contains(file.name + $0) }) {
                arriving.append(file)
            } else if Self.isSettled(file, settle, now) {
                ready.append(file)
            } else {
                unsettled.append(file)
            }
        }
    }

    /// Those of the unsettled that `later` shows with the same size and time.
    func settled(by later: [DroppedFile]) -> [DroppedFile] {
        let later = Set(later)
        return unsettled.filter(later.contains)
    }

    private static func isOurs(_ file: DroppedFile) -> Bool {
        file.name.hasSuffix(receiptSuffix)
    }

    private static func isKnown(_ file: DroppedFile, _ known: [String: [KnownFile]]) -> Bool {
        // A place that tells no time must not hide a new file of the same size.
        guard let modifiedAt = file.modifiedAt else { return false }
        return known[file.name, default: []].contains { $0.size == file.size && $0.modifiedAt == modifiedAt }
    }

    private static func isPart(_ name: String) -> Bool {
        partSuffixes.contains { name.hasSuffix($0) }
    }

    /// A time that is still to come tells nothing: one of the clocks is wrong.
    private static func isSettled(_ file: DroppedFile, _ settle: Span, _ now: Instant) -> Bool {
        if file.isWhole || settle == .seconds(0) { return true }
        guard let modifiedAt = file.modifiedAt, modifiedAt <= now else { return false }
        return now - modifiedAt >= settle
    }
}
