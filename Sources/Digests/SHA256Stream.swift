import COpenSSL
import Foundation

/// A SHA-256 that is fed piece by piece.
package struct SHA256Stream: ~Copyable {
    private let context = EVP_MD_CTX_new()

    package init() {
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// The digest as 64 lower-case hexadecimal digits.
    package consuming func finish() -> String {
        hexadecimal(finishBytes())
    }

    /// The 32 bytes of the digest.
    package consuming func finishBytes() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        EVP_DigestFinal_ex(context, &digest, &length)
        return digest
    }
}

/// The SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
package func sha256(of bytes: some Sequence<UInt8>) -> String {
    var stream = SHA256Stream()
    Array(bytes).withUnsafeBytes { stream.update($0) }
    return stream.finish()
}

/// The SHA-256 of a file's bytes as 64 lower-case hexadecimal digits; nil where it cannot be read to its end.
package func sha256(ofFile path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var stream = SHA256Stream()
    let isWhole = withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 64) { buffer in
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 }
            stream.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
    return isWhole ? stream.finish() : nil
}

/// The 32 bytes of the SHA-256 of `bytes`.
package func sha256Bytes(of bytes: [UInt8]) -> [UInt8] {
    var stream = SHA256Stream()
    bytes.withUnsafeBytes { stream.update($0) }
    return stream.finishBytes()
}

/// Two lower-case digits for each byte.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
        decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self
    )
}
