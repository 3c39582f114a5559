import Foundation
import Testing
import TidegateTesting

@testable import Transfer

@Suite struct SFTPRequestTests {
    @Test(arguments: [
        ("/srv/in", "/srv/in"), ("in/box", "/~/in/box"), ("", "/~/"), ("/~other/x", "//~other/x"), ("~x", "/~/~x"),
        ("/a b/%41?#;&\"'\\é", "/a%20b/%2541%3F%23%3B%26%22%27%5C%C3%A9"), ("/a/../b", "/a/../b"),
    ])
    func `a path keeps its meaning in an address`(_ path: String, _ address: String) {
        #expect(SFTPPath.inURL(path, isFolder: false) == address)
    }

    @Test(arguments: [("/a", "/a/"), ("a", "/~/a/"), ("/", "/"), ("", "/~/")])
    func `a folder ends in a slash in an address`(_ path: String, _ address: String) {
        #expect(SFTPPath.inURL(path, isFolder: true) == address)
    }

    @Test func `quotes and backslashes in a path do not end it`() {
        let command = SFTPCommand.rename(#"/a "b\"#, to: "c 'd' *")
        #expect(command.line == #"rename "/a \"b\\" "c 'd' *""#)
        #expect(SFTPCommand.attempt(.remove("x")).line == #"*rm "x""#)
        #expect(SFTPCommand.removeFolder("x").line == #"rmdir "x""#)
        #expect(SFTPCommand.makeFolder("x").line == #"mkdir "x""#)
    }

    @Test(arguments: ["sftp://127.0.0.1:1/x", "SFTP://127.0.0.1:1/x"])
    func `without a host key to trust nothing is connected to`(_ url: String) async {
        var request = TransferRequest("GET", url)
        // Nobody listens on port 1: a connection would be unreachable instead.
        for session in [nil, SessionOptions()] {
            request.session = session
            let error = await #expect(throws: TransferError.self) { try await TransferClient.shared.run(request) }
            #expect(error?.kind == .untrusted)
        }
    }

    @Test(arguments: ["a/b", "user@host", "host?x", "a b"])
    func `a host's name cannot lead elsewhere`(_ host: String) async throws {
        let trust = try #require(HostTrust(pin: "SHA256:" + String(repeating: "A", count: 43)))
        let account = SFTPAccount(host: host, port: 22, user: "u", trust: trust)
        let error = await #expect(throws: TransferError.self) { try await account.names(in: "") }
        #expect(error == TransferError(.forbiddenAddress, "its name is no host's name"))
    }

    @Test func `an RSA key is told from others in either format`() throws {
        let server = try LocalServer.shared("sshd")
        func isRSA(_ fact: String) throws -> Bool {
            SSHKey(text: try String(contentsOfFile: server[fact], encoding: .utf8)).isRSA
        }
        #expect(try isRSA("keyRsa"))
        for fact in ["key", "keyEcdsa", "keyEncrypted"] { #expect(try !isRSA(fact), "\(fact)") }
        #expect(SSHKey(text: "-----BEGIN RSA PRIVATE KEY-----").isRSA)
    }
}
