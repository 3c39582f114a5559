import TidegateModel
import Transfer

/// What one folder of a drop-off has on an FTP server.
struct FTPDropOffListing: Sendable {
    struct Folder: Sendable {
        var name: String
        /// Else it may be anything but a file.
        var isCertain: Bool
    }

    private(set) var files: [DroppedFile] = []
    private(set) var folders: [Folder] = []
    private(set) var unnameable = 0

    /// - Parameter day: the name of a folder in the server's; nil for that itself.
    /// - Returns: nil where there is no such folder, or it is not to be entered.
    init?(_ server: FTPServer, _ day: String?) async throws(TransferError) {
        let folder = server.folder(day ?? "")
        guard let entries = try await server.account.entries(in: folder) else { return nil }
        let head = day.map { $0 + "/" } ?? ""
        unnameable = entries.count { $0.kind == .file && DropOffPath.isUnnameable($0.name) }
        var unsure: [FTPEntry] = []
        for entry in entries where DropOffPath.isShown(entry.name) && (day != nil || entry.name != DropOffPath.rejected)
        {
            switch entry.kind {
            case .folder: folders.append(Folder(name: entry.name, isCertain: true))
            case .other: break
            case .file:
                if let size = entry.status.size, let time = entry.status.modifiedAt {
                    files.append(DroppedFile(head + entry.name, size: size, modifiedAt: time))
                } else {
                    unsure.append(entry)
                }
            case nil: unsure.append(entry)
            }
        }
        // So many are asked about over one connection.
        for start in stride(from: 0, to: unsure.count, by: 100) {
            let names = unsure[start..<min(start + 100, unsure.count)].map(\.name)
            for (name, status) in zip(names, try await server.account.statuses(of: names, in: folder)) {
                if let status, let size = status.size {
                    files.append(DroppedFile(head + name, size: size, modifiedAt: status.modifiedAt))
                } else {
                    folders.append(Folder(name: name, isCertain: false))
                }
            }
        }
    }
}
