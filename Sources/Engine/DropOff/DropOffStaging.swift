import Foundation
import TidegateModel

/// A folder of its own for one file on its way in, readable by its owner only.
struct DropOffStaging: Sendable {
    private let folder: String

    /// What a killed process leaves goes at the next start of a scheduler, as all that is staged.
    ///
    /// - Throws: where the data folder cannot be written to.
    init(in data: DataFolder) throws(DataFolderUnusable) {
        try self.init(below: data.stagingPath)
    }

    init(below path: String) throws(DataFolderUnusable) {
        // Short: a key agent's socket must fit below it.
        folder = path + "/drop-off-" + UUID().uuidString.prefix(8)
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw DataFolderUnusable(path: folder, reason: "no space left or not allowed")
        }
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func remove() {
        try? FileManager.default.removeItem(atPath: folder)
    }
}
