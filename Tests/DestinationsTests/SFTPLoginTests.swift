import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

@Suite struct SFTPLoginTests {
    private let fixture: SFTPFixture

    init() throws {
        fixture = try SFTPFixture()
    }

    private func refusal(
        _ fixture: SFTPFixture? = nil, _ change: (inout SFTPPlace) -> Void
    ) async throws -> String {
        let fixture = fixture ?? self.fixture
        let error = await #expect(throws: DeliveryError.self) { try await fixture.destination(change).check() }
        guard case .rejected(let reason) = try #require(error) else {
            Issue.record("\(String(describing: error)) is not rejected")
            return ""
        }
        let head = "SFTP server '127.0.0.1' refuses the login of '\(fixture.place.user)', "
        #expect(reason.hasPrefix(head))
        return String(reason.dropFirst(head.count))
    }

    @Test(arguments: ["key", "keyEcdsa"]) func `a key opens the account`(_ fact: String) async throws {
        let key = try fixture.secret(fact)
        _ = try await fixture.destination { $0.privateKey = key }.check()
    }

    @Test func `a key may come without its last line end, and with a carriage return before each`() async throws {
        let text = try fixture.secret("key").text.trimmingCharacters(in: .newlines).replacing("\n", with: "\r\n")
        _ = try await fixture.destination { $0.privateKey = Secret(text) }.check()
    }

    @Test func `an encrypted key opens the account with its passphrase`() async throws {
        let key = try fixture.secret("keyEncrypted")
        _ = try await fixture.destination {
            $0.privateKey = key
            $0.passphrase = Secret(fixture.server["passphrase"])
        }.check()
    }

    @Test(arguments: ["another passphrase", nil])
    func `an encrypted key does not open the account without its passphrase`(_ passphrase: String?) async throws {
        let key = try fixture.secret("keyEncrypted")
        let reason = try await refusal {
            $0.privateKey = key
            $0.passphrase = passphrase.map(Secret.init)
        }
        #expect(reason == "the key cannot be read: its passphrase is wrong, or its format is unknown")
    }

    @Test func `nobody rides on a connection that another key or passphrase has opened`() async throws {
        _ = try await fixture.destination().check()
        let (stranger, encrypted) = (try fixture.secret("keyStranger"), try fixture.secret("keyEncrypted"))
        #expect(try await refusal { $0.privateKey = stranger } == "the key is not taken")
        _ = try await fixture.destination {
            $0.privateKey = encrypted
            $0.passphrase = Secret(fixture.server["passphrase"])
        }.check()
        #expect(try await refusal { $0.privateKey = encrypted }.hasPrefix("the key cannot be read"))
    }

    /// libssh2 before 1.11 signs with RSA keys only as today's servers refuse it.
    @Test func `an RSA key is refused with advice, or taken by a libssh2 that can`() async throws {
        let key = try fixture.secret("keyRsa")
        guard (try? await fixture.destination { $0.privateKey = key }.check()) == nil else { return }
        let reason = try await refusal { $0.privateKey = key }
        #expect(
            reason == "the key is an RSA one, which today's servers refuse here: use an ed25519 or ecdsa key")
    }

    @Test func `a server that takes no passwords says so`() async throws {
        let reason = try await refusal {
            $0.privateKey = nil
            $0.password = Secret("secret")
        }
        #expect(reason == "it takes only publickey")
    }

    @Test func `a password opens the account, another does not, and no sentence holds it`() async throws {
        let fixture = try SFTPFixture("sftp-password")
        let answer = try await fixture.destination().check()
        #expect(!answer.contains(fixture.server["password"]))
        let reason = try await refusal(fixture) { $0.password = Secret("wrong") }
        #expect(reason == "the password is not taken")
    }

    @Test func `a user who is not known is refused as one whose key is not`() async throws {
        let change = { (place: inout SFTPPlace) in place.user = "nobody-here" }
        let error = await #expect(throws: DeliveryError.self) { try await fixture.destination(change).check() }
        #expect(error == .rejected("SFTP server '127.0.0.1' refuses the login of 'nobody-here', the key is not taken"))
    }
}
