import Foundation
import TidegateModel

/// A folder held open: what is done in it stays in it, also where its path is changed meanwhile.
struct Folder: ~Copyable {
    let path: String
    let descriptor: CInt

    /// Nil where there is none.
    init?(existing path: String) throws(DeliveryError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { return nil }
        if descriptor < 0 { throw .system(errno, "folder '\(path)' cannot be opened") }
        self.init(path, descriptor)
    }

    /// Makes it, and what it is in, where it is missing.
    init(making path: String) throws(DeliveryError) {
        var made: [String] = []
        try self.init(making: path, &made)
    }

    /// - Parameter made: gets the folders that were missing, outermost first.
    init(making path: String, _ made: inout [String]) throws(DeliveryError) {
        try Self.make(path, &made)
        let descriptor = try system("folder '\(path)' cannot be opened") {
            open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        self.init(path, descriptor)
    }

    init(_ path: String, _ descriptor: CInt) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    private static func make(_ path: String, _ made: inout [String]) throws(DeliveryError) {
        let parent = (path as NSString).deletingLastPathComponent
        if mkdir(path, 0o777) != 0 {
            let code = errno
            if code == EEXIST { return }
            guard code == ENOENT, !parent.isEmpty, parent != path else {
                throw .system(code, "folder '\(path)' cannot be made")
            }
            try make(parent, &made)
            if mkdir(path, 0o777) != 0 {
                if errno == EEXIST { return }
                throw .system(errno, "folder '\(path)' cannot be made")
            }
        }
        made.append(path)
        // The new name is in the parent, and lost with a power failure until that is synced.
        try Folder(existing: parent)?.sync()
    }
}

extension Folder {
    /// Nil where nothing has the name.
    ///
    /// A symbolic link is itself, not what it leads to.
    func status(of name: String) throws(DeliveryError) -> FileStatus? {
        var status = stat()
        if fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return FileStatus(status) }
        if errno == ENOENT { return nil }
        throw .system(errno, "folder '\(path)' does not tell about '\(name)'")
    }

    /// Every name in the folder, hidden ones too, in no order.
    func names() throws(DeliveryError) -> [String] {
        let complaint = "folder '\(path)' cannot be listed"
        let again = try system(complaint) { openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard let entries = fdopendir(again) else {
            let code = errno
            close(again)
            throw .system(code, complaint)
        }
        defer { closedir(entries) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(entries) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            )
        }
        if errno != 0 { throw .system(errno, complaint) }
        return names.filter { $0 != "." && $0 != ".." }
    }

    /// A name that is not there is no error.
    func remove(_ name: String) throws(DeliveryError) {
        if unlinkat(descriptor, name, 0) != 0, errno != ENOENT {
            throw .system(errno, "folder '\(path)' does not let '\(name)' go")
        }
    }

    /// Removes what is in the way of nobody: failing changes nothing, and the next attempt sweeps it.
    func discard(_ name: String) {
        unlinkat(descriptor, name, 0)
    }

    func rename(_ old: String, to new: String) throws(DeliveryError) {
        try system("folder '\(path)' cannot take '\(new)'") { renameat(descriptor, old, descriptor, new) }
    }

    /// Makes names durable.
    ///
    /// Some network file systems cannot, and say so; they are as durable as they are.
    func sync() throws(DeliveryError) {
        if fsync(descriptor) != 0, errno != EINVAL { throw .system(errno, "folder '\(path)' cannot be synced") }
    }

    /// `12.3 GB`, of what this user may still write.
    func freeSpace() throws(DeliveryError) -> String {
        var status = statvfs()
        try system("folder '\(path)' does not tell its free space") { fstatvfs(descriptor, &status) }
        let tenths = UInt64(status.f_bavail) * UInt64(status.f_frsize) / 100_000_000
        return "\(tenths / 10).\(tenths % 10) GB"
    }
}

extension Folder {
    /// Gives the staged file a second name in this folder; false where only a copy can bring it here.
    func link(_ staged: borrowing StagedBytes, as name: String) throws(DeliveryError) -> Bool {
        if linkat(AT_FDCWD, staged.file.path, descriptor, name, 0) == 0 { return true }
        switch errno {
        case EXDEV, EPERM, EMLINK, EOPNOTSUPP, ENOSYS: return false
        default: throw .system(errno, "folder '\(path)' cannot take '\(staged.file.name)'")
        }
    }

    /// Writes the staged bytes into a new file, stopping between pieces where the delivery was cancelled.
    func copy(
        _ staged: borrowing StagedBytes,
        as name: String,
        _ cancellation: Cancellation
    ) throws(DeliveryError) {
        let output = try create(name, permissions: staged.permissions)
        try staged.copy(to: output, "folder '\(path)' cannot take '\(staged.file.name)'", cancellation)
    }

    /// Writes a file that goes away by itself; where the file system has no files without names, one that is removed.
    func probe() throws(DeliveryError) {
        let complaint = "folder '\(path)' cannot be written to"
        let unnamed = openat(descriptor, ".", O_WRONLY | Self.unnamedFile | O_CLOEXEC, 0o600)
        if unnamed < 0, errno != EOPNOTSUPP, errno != EISDIR, errno != EINVAL, errno != ENOENT {
            throw .system(errno, complaint)
        }
        let name = ".tidegate-check-\(UUID().uuidString.lowercased())"
        defer { if unnamed < 0 { discard(name) } }
        let output = unnamed < 0 ? try create(name, permissions: 0o600) : OpenFile(unnamed)
        try output.write([0x0A], complaint)
        try system(complaint) { fsync(output.descriptor) }
    }

    /// `O_TMPFILE`, which C spells as an expression. Killing the process leaves nothing of such a file.
    private static let unnamedFile: CInt = 0o20_000_000 | O_DIRECTORY

    func create(_ name: String, permissions: mode_t) throws(DeliveryError) -> OpenFile {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        return OpenFile(
            try system("folder '\(path)' cannot be written to") { openat(descriptor, name, flags, permissions) }
        )
    }

    /// Makes the bytes of a file durable, and tells what it is now.
    func syncFile(_ name: String) throws(DeliveryError) -> FileStatus {
        let complaint = "folder '\(path)' lost '\(name)'"
        let file = OpenFile(try system(complaint) { openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) })
        try system("folder '\(path)' cannot keep '\(name)'") { fsync(file.descriptor) }
        return try file.status(complaint)
    }
}
