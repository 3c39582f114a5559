import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

@Suite struct SFTPHostKeyTests {
    private let fixture: SFTPFixture

    init() throws {
        fixture = try SFTPFixture()
    }

    private var server: LocalServer { fixture.server }

    private func error(_ change: (inout SFTPPlace) -> Void) async -> DeliveryError? {
        await #expect(throws: DeliveryError.self) { try await fixture.destination(change).check() }
    }

    private func reason(_ change: (inout SFTPPlace) -> Void) async throws -> String {
        guard case .rejected(let reason) = try #require(await error(change)) else {
            Issue.record("not rejected")
            return ""
        }
        return reason
    }

    @Test(arguments: ["knownHosts", "knownHostsHashed", "knownHostsRsaFirst"])
    func `a known host is trusted, however its line is written`(_ file: String) async throws {
        let answer = try await fixture.destination { $0.knownHosts = server[file] }.check()
        #expect(answer.hasSuffix("host key \(server["hostKey"]) (ssh-ed25519)"))
    }

    @Test(arguments: [("hostKey", "ssh-ed25519"), ("hostKeyEcdsa", "ecdsa-sha2-nistp256")])
    func `a pinned key is trusted, whichever the server would rather show`(_ pin: String, _ type: String) async throws {
        let answer = try await fixture.destination {
            $0.knownHosts = nil
            $0.hostKey = server[pin]
        }.check()
        #expect(answer.hasSuffix("host key \(server[pin]) (\(type))"))
    }

    @Test func `another key than the pinned one is refused, and the sentence says which came and what to do`()
        async throws
    {
        let pin = "SHA256:" + String(repeating: "A", count: 43)
        let reason = try await reason { $0.hostKey = pin }
        let (ed25519, ecdsa) = (server["hostKey"], server["hostKeyEcdsa"])
        #expect(
            reason == """
                SFTP server '127.0.0.1' is not trusted, its host key is \(ed25519) (ssh-ed25519), its host key is \
                \(ecdsa) (ecdsa-sha2-nistp256), it has no host key of the type asked for: hostKey '\(pin)' is expected; \
                pin the shown key instead only if the server's owner confirms it
                """)
    }

    @Test func `another key than the known one is refused`() async throws {
        let reason = try await reason { $0.knownHosts = server["knownHostsWrong"] }
        #expect(reason.contains("its host key is \(server["hostKey"]) (ssh-ed25519)"))
        #expect(reason.contains("its knownHosts file lists another key"))
    }

    @Test func `an unknown host is refused before anything is connected to`() async throws {
        let empty = try fixture.staging.write("", to: "known_hosts")
        // Nobody listens on port 1: a connection would be transient instead.
        for file in [empty, server["knownHosts"]] {
            let reason = try await reason {
                $0.port = 1
                $0.knownHosts = file
            }
            #expect(
                reason == """
                    SFTP server '127.0.0.1' is not in knownHosts file '\(file)': add a line that you have verified, \
                    or pin its hostKey
                    """)
        }
        let gone = try await reason { $0.knownHosts = empty + "-gone" }
        #expect(gone.hasSuffix("knownHosts file '\(empty)-gone' cannot be read"))
    }

    @Test func `with neither a pin nor known hosts nothing is connected to`() async throws {
        let reason = try await reason {
            $0.port = 1
            $0.knownHosts = nil
        }
        #expect(
            reason
                == "SFTP server '127.0.0.1' cannot be told from another: give its hostKey or a knownHosts file")
    }

    @Test func `a pin of another form is refused`() async throws {
        let reason = try await reason { $0.hostKey = "MD5:00:11" }
        #expect(reason == "SFTP server '127.0.0.1' has a hostKey that is no 'SHA256:…' as 'ssh-keygen -lf' prints it")
    }

    @Test func `nobody rides on a connection that another's trust has opened`() async throws {
        _ = try await fixture.destination().check()
        let reason = try await reason { $0.knownHosts = server["knownHostsWrong"] }
        #expect(reason.contains("is not trusted"))
        let pinned = try await self.reason { $0.hostKey = "SHA256:" + String(repeating: "B", count: 43) }
        #expect(pinned.contains("is not trusted"))
    }

    /// libssh2 before 1.11 knows RSA host keys only with signatures that today's servers do not make.
    @Test func `a server that has only an RSA key is refused, or trusted by a libssh2 that can`() async throws {
        let fixture = try SFTPFixture("sshd", ["--rsa-only"])
        do {
            let answer = try await fixture.destination().check()
            #expect(answer.hasSuffix("\(fixture.server["hostKeyRsa"]) (ssh-rsa)"))
        } catch {
            guard case .rejected(let reason) = error else { throw error }
            #expect(
                reason.hasPrefix("SFTP server '127.0.0.1' is not trusted, it has no host key of the type asked for"))
        }
    }
}
