import CCurl
import Glibc

/// Bytes for a library that reads only files, kept off every disk.
final class MemoryFile: Sendable {
    private let descriptor: CInt

    init(_ bytes: [UInt8]) throws(TransferError) {
        descriptor = memfd_create("tidegate", 1)
        guard descriptor >= 0, bytes.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == bytes.count
        else {
            if descriptor >= 0 { close(descriptor) }
            throw TransferError(.localFile, "no memory for a key")
        }
    }

    deinit {
        close(descriptor)
    }

    /// As long as this lives.
    var path: String { "/proc/self/fd/\(descriptor)" }
}
