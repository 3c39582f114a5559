import TidegateModel

/// A name below a drop-off: `x` or `date=2026-11-21/x`, and each of them below `rejected/`.
struct DropOffPath: Hashable, Sendable {
    /// Nil for none; outermost first, such as `["rejected", "date=2026-11-21"]`.
    let folders: [String]
    /// Without a slash.
    let leaf: String

    /// Nil for every other name: none leads out of the place.
    init?(_ name: String) {
        // By bytes: as characters, a slash with a combining accent behind it is no slash.
        var parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        guard let leaf = parts.popLast(), Self.isShown(leaf) else { return nil }
        let dated = parts.first == Self.rejected ? parts.dropFirst() : parts[...]
        guard dated.count <= 1, dated.allSatisfy(Self.isDated) else { return nil }
        self.init(folders: parts, leaf: leaf)
    }

    private init(folders: [String], leaf: String) {
        self.folders = folders
        self.leaf = leaf
    }

    /// As `init`, for a name that a place is asked about.
    static func of(_ name: String) throws(DeliveryError) -> DropOffPath {
        guard let path = DropOffPath(name) else {
            throw .rejected("'\(FileName.printable(name))' is no name of a file in a drop-off")
        }
        return path
    }

    /// As `of`, for a name below `rejected/`.
    static func ofRejected(_ name: String) throws(DeliveryError) -> DropOffPath {
        let path = try of(name)
        guard path.folders.first == rejected else {
            throw .rejected("'\(FileName.printable(name))' is no name of a rejected file")
        }
        return path
    }

    /// Where a file goes that is not to be looked at again.
    static let rejected = "rejected"

    /// `rejected/date=2026-11-21`; empty for the place itself.
    var folder: String { folders.joined(separator: "/") }
    var name: String { (folders + [leaf]).joined(separator: "/") }

    var inRejected: DropOffPath {
        folders.first == Self.rejected ? self : DropOffPath(folders: [Self.rejected] + folders, leaf: leaf)
    }

    /// Whether a drop-off shows a file of that name, which has no folder in it.
    static func isShown(_ leaf: String) -> Bool {
        !leaf.utf8.isEmpty && leaf.utf8.first != UInt8(ascii: ".") && !leaf.utf8.contains(UInt8(ascii: "/"))
            && FileName.printable(leaf).utf8.elementsEqual(leaf.utf8)
    }

    /// Whether it is hidden for what is in its name only, not because it is meant to be.
    static func isUnnameable(_ leaf: String) -> Bool {
        !leaf.utf8.isEmpty && leaf.utf8.first != UInt8(ascii: ".") && !isShown(leaf)
    }

    /// Whether a folder of that name is looked into: `date=` and a day that there is.
    static func isDated(_ folder: String) -> Bool {
        let head = "date="
        return folder.utf8.count == head.utf8.count + 10 && folder.utf8.starts(with: head.utf8)
            && LocalDate(iso: folder.dropFirst(head.count)) != nil
    }

    /// A hidden name for what is not whole yet, in the same folder; of no other file ever.
    func hidden(_ unique: String) -> DropOffPath {
        DropOffPath(folders: folders, leaf: ".tidegate-\(unique).part")
    }
}

extension DropOffLook {
    /// A name of which there is nothing, as it was read: bytes that are not UTF-8 are lost in it.
    mutating func miss(_ name: String) {
        if name.unicodeScalars.contains("\u{FFFD}") { unnameable += 1 }
    }

    func inOrder() -> DropOffLook { DropOffLook(files: files.inOrder(), unnameable: unnameable) }
}

extension [DroppedFile] {
    /// By the bytes of their names, each once.
    func inOrder() -> [DroppedFile] {
        var found: [DroppedFile] = []
        for file in sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
        where !(found.last?.name.utf8.elementsEqual(file.name.utf8) ?? false) {
            found.append(file)
        }
        return found
    }
}
