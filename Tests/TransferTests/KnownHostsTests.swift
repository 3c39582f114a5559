import Foundation
import Testing

@testable import Transfer

@Suite struct KnownHostsTests {
    /// Three keys of no use, told apart by their last byte.
    private let keys = (1...3).map { [UInt8](repeating: 0, count: 40) + [UInt8($0)] }

    private func line(_ names: String, _ type: String, _ key: Int) -> String {
        "\(names) \(type) \(Data(keys[key]).base64EncodedString()) a comment"
    }

    private func found(_ lines: [String], host: String = "files.example.com", port: Int = 22) -> [[UInt8]] {
        KnownHosts(lines.joined(separator: "\n")).keys(of: host, port: port).map(\.bytes)
    }

    @Test func `a host is found under its name, in any case, and by no part of it`() {
        let lines = ["# files.example.com", "", line("other.example.com,Files.Example.com", "ssh-ed25519", 0)]
        #expect(found(lines, host: "FILES.example.com") == [keys[0]])
        #expect(found(lines, host: "files.example.co") == [])
        #expect(found(lines, host: "xfiles.example.com") == [])
    }

    @Test func `a port of its own has a line of its own, and else the host's`() {
        let both = [line("files.example.com", "ssh-ed25519", 0), line("[files.example.com]:2222", "ssh-ed25519", 1)]
        #expect(found(both, port: 2222) == [keys[1]])
        #expect(found(both, port: 22) == [keys[0]])
        #expect(found([both[0]], port: 2222) == [keys[0]])
        #expect(found([both[1]], port: 22) == [])
    }

    @Test func `a hashed name is found by its name only`() {
        let other = "|1|\(Data(repeating: 7, count: 20).base64EncodedString())|JFVm9HQ5uYVJz2s8q6Zx3o4n8jQ="
        #expect(found([line(other, "ssh-ed25519", 0)]) == [])
        let right = "|1|\(Data(repeating: 7, count: 20).base64EncodedString())|\(Self.hash)"
        #expect(found([line(right, "ssh-ed25519", 0)]) == [keys[0]])
        #expect(found([line(right, "ssh-ed25519", 0)], host: "other.example.com") == [])
    }

    /// HMAC-SHA-1 of `files.example.com` under twenty bytes of 7, worked out elsewhere.
    private static let hash = "xcdoDPkoNO6kG0KHawhRImEgTg0="

    @Test func `patterns fit, and what stands behind an exclamation mark does not`() {
        let lines = [line("*.example.com,!secret.example.com,10.0.?.1", "ssh-ed25519", 0)]
        #expect(found(lines) == [keys[0]])
        #expect(found(lines, host: "a.b.example.com") == [keys[0]])
        #expect(found(lines, host: "secret.example.com") == [])
        #expect(found(lines, host: "10.0.7.1") == [keys[0]])
        #expect(found(lines, host: "10.0.77.1") == [])
    }

    @Test func `a revoked key is not trusted, and an authority's is no host's`() {
        let lines = [
            "@revoked " + line("*", "ssh-ed25519", 0), line("files.example.com", "ssh-ed25519", 0),
            line("files.example.com", "ssh-ed25519", 1), "@cert-authority " + line("*.example.com", "ssh-ed25519", 2),
        ]
        #expect(found(lines) == [keys[1]])
    }

    @Test func `lines that cannot be read are passed over`() {
        let lines = ["files.example.com", "files.example.com ssh-ed25519 !!!", "files.example.com ssh-none AAAA"]
        #expect(found(lines + [line("files.example.com", "ssh-ed25519", 1)]) == [keys[1]])
    }

    @Test func `an RSA key is asked for last, whatever the order of the lines`() {
        let lines = [("ssh-rsa", 0), ("ecdsa-sha2-nistp256", 1), ("ssh-ed25519", 2)].map { line("h", $0.0, $0.1) }
        let trust = HostTrust(knownHosts: lines.joined(separator: "\n"), host: "h", port: 22)
        #expect(trust?.types == [.ed25519, .ecdsa256, .rsa])
        #expect(HostTrust(knownHosts: "", host: "h", port: 22) == nil)
    }

    @Test(arguments: ["", "SHA256:", "MD5:aa:bb", "SHA256:abc", "sha256:\(String(repeating: "A", count: 43))"])
    func `what is no SHA-256 fingerprint is no pin`(_ text: String) {
        #expect(HostTrust(pin: text) == nil)
    }

    @Test func `a pin may have its padding`() {
        let pin = "SHA256:" + String(repeating: "A", count: 43)
        #expect(HostTrust(pin: pin) == HostTrust(pin: pin + "="))
        #expect(HostTrust(pin: pin) != nil)
    }
}
