import Foundation

/// The token that was made at the first start and is kept in the data folder, for its owner's eyes only.
struct KeptToken: Sendable {
    let path: String
    let text: String
    /// Whether it was made just now.
    let isNew: Bool
    /// Whether the group could read it until now.
    let wasOpen: Bool

    /// Reads the token at `path`, or makes it where there is none.
    ///
    /// - Throws: for a file that is no token, or that anybody on the machine could read.
    init(path: String) throws(Failure) {
        self.path = path
        isNew = try Self.makeUnlessThere(path)
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path, "cannot be read: \(Self.systemReason)") }
        defer { close(descriptor) }
        wasOpen = try Self.closeToOthers(descriptor, path)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw Self.failure(path, "cannot be read: \(Self.systemReason)") }
        text = String(decoding: bytes.prefix(count), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        if let flaw = AccessSettings.flaw(of: text) {
            throw Self.failure(path, "\(flaw); delete it, and the next start makes another")
        }
    }

    /// Written under another name first: the file appears whole and closed to others, or not at all.
    private static func makeUnlessThere(_ path: String) throws(Failure) -> Bool {
        if access(path, F_OK) == 0 { return false }
        let unfinished = path + ".new"
        unlink(unfinished)
        let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path, "cannot be made: \(systemReason)") }
        defer {
            close(descriptor)
            unlink(unfinished)
        }
        let line = Array((random() + "\n").utf8)
        guard write(descriptor, line, line.count) == line.count, fsync(descriptor) == 0 else {
            throw failure(path, "cannot be written: \(systemReason)")
        }
        guard link(unfinished, path) == 0 || errno == EEXIST else {
            throw failure(path, "cannot be made: \(systemReason)")
        }
        return true
    }

    /// 256 bits of the system's, in hexadecimal.
    private static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let word = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - word.count) + word
        }.joined()
    }

    /// What the group could read is repaired: volumes of Kubernetes give it that with every start. What anybody could
    /// read is no secret any more.
    private static func closeToOthers(_ descriptor: Int32, _ path: String) throws(Failure) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw failure(path, "is no file")
        }
        guard status.st_mode & 0o007 == 0 else {
            throw failure(path, "could be read by anybody; delete it, and the next start makes another")
        }
        guard status.st_mode & 0o070 != 0 else { return false }
        guard fchmod(descriptor, 0o600) == 0 else {
            throw failure(path, "can be read by its group, and that cannot be changed: \(systemReason)")
        }
        return true
    }

    private static func failure(_ path: String, _ what: String) -> Failure {
        Failure(.badInput, "token file '\(path)' \(what)")
    }

    private static var systemReason: String { String(cString: strerror(errno)) }
}
