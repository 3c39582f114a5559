import COpenSSL

/// The HMAC-SHA-1 (RFC 2104) of a message, by which `known_hosts` hides names: 20 bytes.
package func hmacSHA1(key: [UInt8], of message: [UInt8]) -> [UInt8] {
    let short = key.count > 64 ? sha1(of: key) : key
    let block = short + [UInt8](repeating: 0, count: 64 - short.count)
    return sha1(of: block.map { $0 ^ 0x5C } + sha1(of: block.map { $0 ^ 0x36 } + message))
}

private func sha1(of bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 20)
    var length: UInt32 = 0
    EVP_Digest(bytes, bytes.count, &digest, &length, EVP_sha1(), nil)
    return digest
}
