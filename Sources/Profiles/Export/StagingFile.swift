import Digests
import Foundation

/// One file of the staging folder while it is written: digested as it goes, and gone again where it is not finished.
final class StagingFile {
    let name: String
    private let path: String
    private var descriptor: Int32
    private var digest: SHA256Stream? = SHA256Stream()
    private var md5: MD5Stream?
    private(set) var size = 0

    /// Opens `path` for writing and answers a descriptor, or -1 with `errno`.
    ///
    /// Tests put other devices in its place.
    typealias Opening = @Sendable (_ path: String) -> Int32

    /// Never opens a file that is there already.
    static let create: Opening = { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644) }

    /// - Parameter hasMD5: whether `finish` answers an MD5 besides.
    init(path: String, name: String, hasMD5: Bool = false, opening: Opening) throws(ProfileError) {
        self.path = path
        self.name = name
        md5 = hasMD5 ? MD5Stream() : nil
        descriptor = opening(path)
        guard descriptor >= 0 else { throw Self.failure(errno, of: name) }
    }

    deinit {
        discard()
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ProfileError) {
        digest?.update(bytes)
        md5?.update(bytes)
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            guard written >= 0 else {
                if errno == EINTR { continue }
                throw Self.failure(errno, of: name)
            }
            rest = rest.dropFirst(written)
        }
        size += bytes.count
    }

    /// Writes through to the disk and closes; the digests of all that was written.
    func finish() throws(ProfileError) -> (sha256: String, md5: String?) {
        // What cannot be written through (a pipe, a device) says EINVAL, and has nothing to wait for.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else { throw Self.failure(errno, of: name) }
        let closing = descriptor
        descriptor = -1
        guard close(closing) == 0 else {
            let reason = errno
            unlink(path)
            throw Self.failure(reason, of: name)
        }
        return (digest.take()?.finish() ?? "", md5.take()?.finish())
    }

    /// Removes a file that was not finished.
    private func discard() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unlink(path)
    }

    private static func failure(_ code: Int32, of name: String) -> ProfileError {
        switch code {
        case ENOSPC, EDQUOT: .transient("staging folder has no space left for '\(name)'")
        case EIO, EMFILE, ENFILE, ENOMEM, EAGAIN: .transient("staged file '\(name)' cannot be written: \(reason(code))")
        default: .rejected("staged file '\(name)' cannot be written: \(reason(code))")
        }
    }

    private static func reason(_ code: Int32) -> String {
        String(cString: strerror(code)).lowercased()
    }
}
