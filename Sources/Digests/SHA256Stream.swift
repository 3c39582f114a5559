import COpenSSL

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
