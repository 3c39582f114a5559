import COpenSSL
import Foundation

extension UUID {
    /// A version 5 UUID (RFC 9562, section 5.5): the same for the same namespace and name, on every machine.
    package init(namespace: UUID, name: String) {
        let prefix = withUnsafeBytes(of: namespace.uuid) { Array($0) }
        var digest = [UInt8](repeating: 0, count: 20)
        var length: UInt32 = 0
        let input = prefix + Array(name.utf8)
        EVP_Digest(input, input.count, &digest, &length, EVP_sha1(), nil)
        digest[6] = digest[6] & 0x0F | 0x50
        digest[8] = digest[8] & 0x3F | 0x80
        self = digest.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }

    /// The stable id of a job file's object.
    package init(kind: String, name: String) {
        self.init(namespace: Self.tidegate, name: "\(kind)/\(name)")
    }

    /// The namespace of Tidegate's own names.
    private static let tidegate = UUID(
        uuid: (
            0x6F, 0x1D, 0x0C, 0x5A, 0x8B, 0x0E, 0x4C, 0x57, 0x9C, 0x0B, 0x7A, 0x1D, 0xE6, 0xA7, 0xE0, 0x01
        ))
}
