import Testing

@testable import Transfer

@Suite struct PublicAddressTests {
    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
    ])
    func `an IPv4 address of one's own house is not public`(_ text: String) {
        #expect(!PublicAddress.isPublic(v4: v4(text)))
        #expect(!PublicAddress.isPublic(v6: mapped(text)))
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "172.32.0.0", "192.167.0.1", "223.255.255.255",
    ])
    func `an IPv4 address beside the special ones is public`(_ text: String) {
        #expect(PublicAddress.isPublic(v4: v4(text)))
        #expect(PublicAddress.isPublic(v6: mapped(text)))
    }

    @Test func `of IPv6 only what is given out is public`() {
        func v6(_ head: [UInt8]) -> [UInt8] { head + [UInt8](repeating: 1, count: 16 - head.count) }
        #expect(PublicAddress.isPublic(v6: v6([0x2A, 0x00])))
        #expect(!PublicAddress.isPublic(v6: [UInt8](repeating: 0, count: 15) + [1]))
        #expect(!PublicAddress.isPublic(v6: v6([0xFE, 0x80])))
        #expect(!PublicAddress.isPublic(v6: v6([0xFD, 0x00])))
        #expect(!PublicAddress.isPublic(v6: v6([0x20, 0x01, 0x0D, 0xB8])))
        #expect(!PublicAddress.isPublic(v6: v6([0x20, 0x02, 192, 168, 0, 1])))
        #expect(!PublicAddress.isPublic(v6: v6([0x20, 0x01, 0, 0])))
        #expect(!PublicAddress.isPublic(v6: v6([0x20, 0x01, 0x01, 0xFF])))
        #expect(!PublicAddress.isPublic(v6: v6([0x3F, 0xFF, 0x0F])))
        #expect(PublicAddress.isPublic(v6: v6([0x20, 0x01, 0x02, 0x00])))
        #expect(PublicAddress.isPublic(v6: v6([0x3F, 0xFF, 0x10])))
    }

    @Test func `an address in words is read, and what is none is not public`() {
        for text in ["1.1.1.1", "2a00:1450::1", "::ffff:1.1.1.1"] { #expect(PublicAddress.isPublic(text), "\(text)") }
        for text in ["127.0.0.1", "::1", "fe80::1%lo", "::ffff:10.0.0.1", "example.com", "/run/socket", ""] {
            #expect(!PublicAddress.isPublic(text), "\(text)")
        }
    }

    private func v4(_ text: String) -> UInt32 {
        text.split(separator: ".").reduce(0) { $0 << 8 | (UInt32($1) ?? 0) }
    }

    private func mapped(_ text: String) -> [UInt8] {
        let address = v4(text)
        return [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
            + (0..<4).map { UInt8(truncatingIfNeeded: address >> (24 - 8 * $0)) }
    }
}
