import Foundation

/// Permissions hold for every user but the superuser, as whom tests may run.
enum Privileges {
    /// Starts a command that the file system's permissions hold for.
    static let without: [String] =
        geteuid() == 0 ? ["/usr/bin/setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"] : []

    /// Whether a small file system can be mounted, to fill it.
    static let canMount: Bool = {
        guard geteuid() == 0,
            let folder = try? FileManager.default.url(
                for: .itemReplacementDirectory,
                in: .userDomainMask,
                appropriateFor: URL(filePath: "/tmp"),
                create: true
            )
        else { return false }
        defer { try? FileManager.default.removeItem(at: folder) }
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=64k") == 0 else { return false }
        return umount(folder.path) == 0
    }()
}
