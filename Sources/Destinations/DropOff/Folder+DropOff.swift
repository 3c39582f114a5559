import Foundation
import TidegateModel

extension Folder {
    /// A folder in this one, not over a link; nil where nothing, or something else, has the name.
    func folder(_ name: String) throws(DeliveryError) -> Folder? {
        let inner = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if inner >= 0 { return Folder(path + "/" + name, inner) }
        if [ENOENT, ENOTDIR, ELOOP].contains(errno) { return nil }
        throw .system(errno, "folder '\(path)/\(name)' cannot be opened")
    }

    /// As `folder`, and makes it where it is missing.
    func making(_ name: String) throws(DeliveryError) -> Folder {
        if mkdirat(descriptor, name, 0o777) == 0 {
            try sync()
        } else if errno != EEXIST {
            throw .system(errno, "folder '\(path)/\(name)' cannot be made")
        }
        guard let folder = try folder(name) else {
            throw .rejected("folder '\(path)/\(name)' cannot be made, something else has its name")
        }
        return folder
    }

    /// A file to read; nil where nothing has the name. What waits for somebody, such as a pipe, does not here.
    func input(_ name: String) throws(DeliveryError) -> OpenFile? {
        let input = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        if input >= 0 { return OpenFile(input) }
        if errno == ENOENT { return nil }
        throw .system(errno, "folder '\(path)' does not let '\(FileName.printable(name))' be read")
    }

    /// Writes a new file that others may read, durably.
    func write(_ bytes: [UInt8], as name: String) throws(DeliveryError) {
        let complaint = "folder '\(path)' cannot be written to"
        let output = try create(name, permissions: 0o644)
        try output.write(bytes[...], complaint)
        try system(complaint) { fsync(output.descriptor) }
    }

    /// Renames into another folder, in place of what had the name there.
    func move(_ name: String, to other: borrowing Folder, as new: String) throws(DeliveryError) {
        let target = other.descriptor
        try system("folder '\(path)' does not let '\(FileName.printable(name))' go") {
            renameat(descriptor, name, target, new)
        }
    }
}

extension OpenFile {
    /// Copies on into another file, to the end or to `count` bytes.
    ///
    /// - Returns: how many bytes there were.
    func copy(
        to output: Int32, atMost count: Int64, _ complaint: String, _ cancellation: Cancellation
    ) throws(DeliveryError) -> Int64 {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var done: Int64 = 0
        while done < count {
            try cancellation.check()
            let room = Int(min(Int64(buffer.count), count - done))
            let got = try system(complaint) { buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, room) } }
            if got == 0 { break }
            var written = 0
            while written < got {
                written += try system("file that was fetched cannot be kept") {
                    buffer.withUnsafeBytes { Glibc.write(output, $0.baseAddress?.advanced(by: written), got - written) }
                }
            }
            done += Int64(got)
        }
        return done
    }
}
