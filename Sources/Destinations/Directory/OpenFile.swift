import Foundation
import TidegateModel

/// What the file system says about one name.
struct FileStatus: Hashable, Sendable {
    /// False for folders, links and everything else that holds no bytes of its own.
    let isFile: Bool
    /// In bytes.
    let size: Int
    let modifiedAt: Instant
    let permissions: mode_t

    init(_ status: stat) {
        isFile = status.st_mode & S_IFMT == S_IFREG
        size = Int(status.st_size)
        modifiedAt = Instant(
            milliseconds: Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
        )
        permissions = status.st_mode & 0o777
    }
}

/// A file held open.
struct OpenFile: ~Copyable {
    let descriptor: CInt

    init(_ descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    func status(_ complaint: String) throws(DeliveryError) -> FileStatus {
        var status = stat()
        try system(complaint) { fstat(descriptor, &status) }
        return FileStatus(status)
    }

    func write(_ bytes: ArraySlice<UInt8>, _ complaint: String) throws(DeliveryError) {
        var rest = bytes
        while !rest.isEmpty {
            let written = try system(complaint) {
                rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            }
            rest = rest.dropFirst(written)
        }
    }
}

/// A staged file held open, which is what it says it is.
struct StagedBytes: ~Copyable {
    let file: StagedFile
    let permissions: mode_t
    private let input: OpenFile

    /// Staging the file again may help where it is gone or has another size: that is transient.
    init(_ file: StagedFile) throws(DeliveryError) {
        let descriptor = open(file.path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        if descriptor < 0 {
            throw .transient("staged file '\(file.path)' cannot be read, \(DeliveryError.reason(errno))")
        }
        let input = OpenFile(descriptor)
        let status = try input.status("staged file '\(file.path)' cannot be read")
        guard status.isFile, status.size == file.size else {
            throw .transient("staged file '\(file.path)' has \(status.size) bytes and should have \(file.size)")
        }
        self.file = file
        self.input = input
        permissions = status.permissions
    }

    func copy(to output: borrowing OpenFile, _ complaint: String, _ cancellation: Cancellation) throws(DeliveryError) {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            try cancellation.check()
            let count = try system("staged file '\(file.path)' cannot be read") {
                buffer.withUnsafeMutableBytes { read(input.descriptor, $0.baseAddress, $0.count) }
            }
            if count == 0 { return }
            try output.write(buffer[..<count], complaint)
        }
    }
}
