import AudienceManager
import Destinations
import Digests
import Profiles
import TidegateModel

/// Names that are given in a drop-off, each of at most the bytes that file systems take.
enum DropOffNames {
    private static let receiptSuffix = ".receipt.json"
    private static let lengthLimit = 255

    static func isReceipt(_ name: String) -> Bool { name.hasSuffix(receiptSuffix) }

    /// The receipt beside a file; shortened where the file's name leaves no room for more.
    static func receipt(of name: String) -> String { extended(name, by: receiptSuffix) }

    /// Where a rejected file goes: to its own name below `rejected/`, or to one of its own beside another delivery of that
    /// name which was rejected before.
    ///
    /// - Parameters:
    ///   - digest: nil where the file was not read.
    ///   - known: before this file is remembered.
    static func rejected(_ file: DroppedFile, sha256 digest: String?, beside known: [KnownFile]) -> String {
        let name = "rejected/" + file.name
        let isFirst = !known.contains {
            $0.outcome == .rejected && $0.name == file.name && !$0.isDelivery(file, digest)
        }
        guard !isFirst else { return name }
        let looks = "\(file.size) \(file.modifiedAt?.milliseconds ?? 0)"
        return extended(name, by: "." + (digest ?? sha256(of: looks.utf8)).prefix(8))
    }

    private static func extended(_ name: String, by suffix: some StringProtocol) -> String {
        let folders = name.lastIndex(of: "/").map { name[...$0] } ?? ""
        var leaf = String(name.dropFirst(folders.count))
        guard leaf.utf8.count + suffix.utf8.count > lengthLimit else { return name + suffix }
        // Long names mostly differ at their ends.
        let mark = "~" + sha256(of: leaf.utf8).prefix(8)
        while leaf.utf8.count + mark.utf8.count + suffix.utf8.count > lengthLimit { leaf.unicodeScalars.removeLast() }
        return folders + leaf + mark + suffix
    }
}

extension KnownFile {
    fileprivate func isDelivery(_ file: DroppedFile, _ digest: String?) -> Bool {
        guard let digest, !sha256.isEmpty else { return looksLike(file) }
        return sha256 == digest
    }
}
