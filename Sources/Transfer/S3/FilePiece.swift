import Digests
import Foundation

/// A part of a file on this machine.
package struct FilePiece: Hashable, Sendable {
    package var path: String
    package var offset: Int
    package var count: Int

    package init(path: String, offset: Int, count: Int) {
        self.path = path
        self.offset = offset
        self.count = count
    }

    var body: TransferRequest.Body {
        count == 0 ? .none : .file(path: path, offset: offset, count: count)
    }

    package func digest() async throws(S3Failure) -> PieceDigest {
        try await offThread { (piece) throws(S3Failure) in
            var stream = SHA256Stream()
            try piece.read { stream.update($0) }
            return PieceDigest(bytes: stream.finishBytes())
        }
    }

    func md5() async throws(S3Failure) -> String {
        try await offThread { (piece) throws(S3Failure) in
            var stream = MD5Stream()
            try piece.read { stream.update($0) }
            return stream.finish()
        }
    }

    /// Reading and digesting take a while: the threads that tasks share are not kept from others.
    private func offThread<Value: Sendable>(
        _ work: @escaping @Sendable (FilePiece) throws(S3Failure) -> Value
    ) async throws(S3Failure) -> Value {
        let result: Result<Value, S3Failure> = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                do throws(S3Failure) {
                    continuation.resume(returning: .success(try work(self)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    private func read(_ take: (UnsafeRawBufferPointer) -> Void) throws(S3Failure) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .unreadable }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        var done = 0
        while done < count {
            let room = min(buffer.count, count - done)
            let got = buffer.withUnsafeMutableBytes { pread(file, $0.baseAddress, room, off_t(offset + done)) }
            guard got > 0 else { throw .unreadable }
            buffer.withUnsafeBytes { take(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
            done += got
        }
    }
}

/// The SHA-256 of a piece, which it is sent with.
package struct PieceDigest: Hashable, Sendable {
    package let bytes: [UInt8]

    var hexadecimal: String { Digests.hexadecimal(bytes) }
    /// As headers and documents of S3 have it.
    package var base64: String { Data(bytes).base64EncodedString() }
}
