import COpenSSL

/// HMAC with SHA-256 (RFC 2104), 32 bytes.
package func hmacSHA256(of message: some Sequence<UInt8>, key: [UInt8]) -> [UInt8] {
    let bytes = Array(message)
    var code = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &code, &length)
    return code
}
