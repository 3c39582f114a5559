import Foundation

/// Tells addresses of the public internet from those of one's own house.
enum PublicAddress {
    /// False for loopback, private, link-local, shared, multicast, documentation and unspecified addresses, and for
    /// families other than IPv4 and IPv6. An IPv4 address inside an IPv6 one counts as itself.
    static func isPublic(_ address: UnsafePointer<sockaddr>) -> Bool {
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                isPublic(v4: UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
            }
        case AF_INET6:
            address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { whole in
                withUnsafeBytes(of: whole.pointee.sin6_addr) { isPublic(v6: Array($0)) }
            }
        default: false
        }
    }

    /// The same for an address in its usual spelling; false for what is none.
    static func isPublic(_ address: String) -> Bool {
        var v4 = in_addr()
        if inet_pton(AF_INET, address, &v4) == 1 { return isPublic(v4: UInt32(bigEndian: v4.s_addr)) }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, address, &v6) == 1 else { return false }
        return withUnsafeBytes(of: v6) { isPublic(v6: Array($0)) }
    }

    static func isPublic(v4 address: UInt32) -> Bool {
        !special.contains { address >> (32 - $0.bits) == $0.prefix >> (32 - $0.bits) }
    }

    static func isPublic(v6 bytes: [UInt8]) -> Bool {
        let isEmbedded = bytes[..<10].allSatisfy { $0 == 0 } && (bytes[10..<12].allSatisfy { $0 == 0xFF })
        // ::ffff:a.b.c.d, and 64:ff9b::a.b.c.d by which networks without IPv4 reach it.
        if isEmbedded || bytes.starts(with: [0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) {
            return isPublic(v4: bytes[12...].reduce(0) { $0 << 8 | UInt32($1) })
        }
        // Only 2000::/3 is given out; of it, 2001::/23 is for protocols such as Teredo, which carries IPv4, 2001:db8::/32 and
        // 3fff::/20 are for documents, and 2002::/16 carries IPv4.
        guard bytes[0] & 0xE0 == 0x20, !bytes.starts(with: [0x20, 0x01, 0x0D, 0xB8]),
            !(bytes.starts(with: [0x20, 0x01]) && bytes[2] < 2), !(bytes.starts(with: [0x3F, 0xFF]) && bytes[2] < 0x10)
        else { return false }
        guard bytes.starts(with: [0x20, 0x02]) else { return true }
        return isPublic(v4: bytes[2..<6].reduce(0) { $0 << 8 | UInt32($1) })
    }

    /// IANA's registry of special-purpose IPv4 addresses.
    private static let special: [(prefix: UInt32, bits: UInt32)] = [
        (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16), (0xAC10_0000, 12),
        (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16), (0xC612_0000, 15),
        (0xC633_6400, 24),
        (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
    ]
}
