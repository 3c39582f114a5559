import Glibc
import TidegateModel

/// A file without a name for what does not fit in memory.
final class SpillFile {
    private let descriptor: Int32
    private let folder: String
    private let limit: Int
    private let pending: UnsafeMutableRawBufferPointer
    private var pendingCount = 0
    private var flushed = 0

    /// Whether a write failed because there was no room for it.
    private(set) var isOutOfSpace = false

    /// Bytes appended so far.
    var size: Int { flushed + pendingCount }

    /// - Parameter limit: bytes at which the disk counts as full.
    init(in folder: String, limit: Int = .max) throws(ProfileError) {
        self.folder = folder
        self.limit = limit
        pending = .allocate(byteCount: 256 << 10, alignment: 64)
        var template = Array((folder + "/.sorting-XXXXXX").utf8CString)
        descriptor = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
        guard descriptor >= 0 else { throw failure(errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        template.withUnsafeBufferPointer { _ = $0.baseAddress.map(unlink) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        pending.deallocate()
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(ProfileError) {
        if pendingCount + bytes.count > pending.count { try flush() }
        guard bytes.count <= pending.count else {
            try write(bytes)
            return
        }
        UnsafeMutableRawBufferPointer(rebasing: pending[pendingCount...]).copyMemory(from: bytes)
        pendingCount += bytes.count
    }

    /// To be called before what was appended is read.
    func flush() throws(ProfileError) {
        let bytes = UnsafeRawBufferPointer(rebasing: pending[..<pendingCount])
        pendingCount = 0
        try write(bytes)
    }

    func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(ProfileError) {
        var done = 0
        while done < target.count {
            let count = pread(
                descriptor,
                target.baseAddress.map { $0 + done },
                target.count - done,
                off_t(offset + done)
            )
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(count < 0 ? errno : EIO) }
            done += count
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws(ProfileError) {
        if let code = flushed + bytes.count > limit ? ENOSPC : writeAll(bytes, to: descriptor) {
            isOutOfSpace = code == ENOSPC || code == EDQUOT
            throw failure(code)
        }
        flushed += bytes.count
    }

    private func failure(_ code: Int32) -> ProfileError {
        let sentence = "profile store cannot sort rows in '\(folder)': \(reason(code))"
        return code == EACCES || code == EROFS || code == ENOENT ? .rejected(sentence) : .transient(sentence)
    }
}
