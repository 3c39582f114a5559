/// Where the files of one drop-off arrive, to be held against those of another.
///
/// A slash in front says nothing: most servers have logins land in what is the root for them.
///
/// References to the environment stand for themselves, so that places are to be held against each other again once they
/// are filled in.
package struct DropOffSpot: Hashable, Sendable {
    /// How one drop-off lies to another.
    package enum Overlap: Hashable, Sendable {
        case same
        /// In a folder that the other looks into or moves files to; by that folder's name.
        case within(folder: String)
        /// The other way round.
        case around(folder: String)
    }

    private let root: PlaceRoot
    private let folders: [Substring]

    /// Nil for a place where no files arrive.
    package init?(_ place: Destination.Place) {
        guard let root = PlaceRoot(place), let path = place.path else { return nil }
        self.root = root
        folders = Self.folders(of: path)
    }

    /// Nil where neither drop-off looks where files of the other lie, or are put.
    package func overlap(with other: DropOffSpot) -> Overlap? {
        guard root == other.root else { return nil }
        if folders == other.folders { return .same }
        if let folder = folder(below: other) { return .within(folder: folder) }
        return other.folder(below: self).map { .around(folder: $0) }
    }

    /// The folder of `other` that this lies in, if it is one that `other` uses.
    private func folder(below other: DropOffSpot) -> String? {
        guard folders.count > other.folders.count, folders.starts(with: other.folders) else { return nil }
        let first = folders[other.folders.count]
        let isDated = first.hasPrefix("date=") && LocalDate(iso: first.dropFirst("date=".count)) != nil
        return first == "rejected" || isDated ? String(first) : nil
    }

    private static func folders(of path: String) -> [Substring] {
        var folders: [Substring] = []
        for folder in path.split(separator: "/") where folder != "." {
            // What a reference brings may be several folders, or none.
            if folder == "..", let last = folders.last, last != "..", !last.contains("${") {
                folders.removeLast()
            } else {
                folders.append(folder)
            }
        }
        return folders
    }
}

extension DropOffSpot.Overlap {
    /// What is wrong with a place that lies so to that of `other`, as the end of a sentence about the place.
    package func sentence(about other: String) -> String {
        switch self {
        case .same: "is the place of \(other) already"
        case .within(let folder): "is in '\(folder)' of the place of \(other), a folder which that one uses itself"
        case .around(let folder): "has the place of \(other) in '\(folder)', a folder which it uses itself"
        }
    }
}
