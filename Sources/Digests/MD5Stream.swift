import COpenSSL

/// An MD5 that is fed piece by piece: no proof against people, but what old protocols say about bytes.
package struct MD5Stream: ~Copyable {
    private let context = EVP_MD_CTX_new()

    package init() {
        EVP_DigestInit_ex(context, EVP_md5(), nil)
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// The digest as 32 lower-case hexadecimal digits.
    package consuming func finish() -> String {
        var digest = [UInt8](repeating: 0, count: 16)
        var length: UInt32 = 0
        EVP_DigestFinal_ex(context, &digest, &length)
        return hexadecimal(digest)
    }
}

/// The MD5 of `bytes` as 32 lower-case hexadecimal digits.
package func md5(of bytes: some Sequence<UInt8>) -> String {
    var stream = MD5Stream()
    Array(bytes).withUnsafeBytes { stream.update($0) }
    return stream.finish()
}
