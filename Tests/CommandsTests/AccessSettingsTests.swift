import Engine
import Foundation
import Server
import Testing
import TidegateTesting

@testable import Commands

@Suite struct AccessSettingsTests {
    private static let long = "a-token-that-is-long-enough"

    /// Nil where nothing is refused.
    private func refusal(_ environment: [String: String]) -> String? {
        do throws(Failure) {
            _ = try AccessSettings(environment)
            return nil
        } catch {
            #expect(error.status == .wrongUsage)
            return error.description
        }
    }

    @Test func `each variable brings a token of its scope`() throws {
        let settings = try AccessSettings([
            "TIDEGATE_API_TOKEN": Self.long, "TIDEGATE_API_TOKEN_TRIGGER": Self.long + "2",
            "TIDEGATE_API_TOKEN_READ": Self.long + "3", "TIDEGATE_API_KEY": "k", "TIDEGATE_ORG_ID": "o",
            "TIDEGATE_SANDBOX": "prod",
        ])
        #expect(settings.tokens.map(\.scope) == [.admin, .trigger, .read])
        #expect(settings.tokens.map(\.token) == [Self.long, Self.long + "2", Self.long + "3"])
        #expect((settings.apiKey, settings.organization, settings.sandbox) == ("k", "o", "prod"))
    }

    @Test func `a token may be in a file, with a line end`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.long + "\n", to: "token")
        try folder.write("\n", to: "empty")
        #expect(try AccessSettings(["TIDEGATE_API_TOKEN_FILE": folder.path("token")]).tokens.first?.token == Self.long)
        let (empty, gone) = (folder.path("empty"), folder.path("gone"))
        #expect(refusal(["TIDEGATE_API_TOKEN_FILE": empty]) == "TIDEGATE_API_TOKEN_FILE '\(empty)' is empty")
        #expect(refusal(["TIDEGATE_API_KEY_FILE": gone]) == "TIDEGATE_API_KEY_FILE '\(gone)' cannot be read")
        let both = ["TIDEGATE_API_TOKEN": Self.long, "TIDEGATE_API_TOKEN_FILE": folder.path("token")]
        #expect(refusal(both) == "TIDEGATE_API_TOKEN and TIDEGATE_API_TOKEN_FILE are both set; one of them is to be")
    }

    @Test(arguments: ["TIDEGATE_API_TOKEN", "TIDEGATE_API_TOKEN_TRIGGER", "TIDEGATE_API_TOKEN_READ"])
    func `a token that can be guessed or cannot be sent is refused, without being told`(_ name: String) {
        #expect(refusal([name: ""]) == "\(name) is empty")
        #expect(refusal([name: "fifteen-letters"]) == "\(name) is shorter than 16 characters")
        #expect(refusal([name: "sixteen-letters!"]) == nil)
        let blanks = refusal([name: "a token with blanks in it"])
        #expect(blanks == "\(name) holds characters that a token cannot have, such as blanks")
    }

    @Test func `one token for two scopes is refused`() {
        let refusal = refusal(["TIDEGATE_API_TOKEN": Self.long, "TIDEGATE_API_TOKEN_READ": Self.long])
        #expect(refusal == "the tokens of 'admin' and 'read' must not be the same")
    }

    @Test(arguments: ["TIDEGATE_API_KEY", "TIDEGATE_ORG_ID", "TIDEGATE_SANDBOX"])
    func `a check that is set to nothing does not open a door`(_ name: String) {
        #expect(refusal([name: ""]) == "\(name) is empty")
    }

    @Test(arguments: ["8080", "", "localhost", "127.0.0.1:99999", "::1:80"])
    func `an address that is none is refused, not passed over`(_ text: String) throws {
        do throws(Failure) {
            _ = try ListenAddress.fromEnvironment(["TIDEGATE_LISTEN": text])
            Issue.record("taken")
        } catch {
            #expect(error.status == .wrongUsage)
            #expect(error.description.hasPrefix("TIDEGATE_LISTEN '\(text)' is no address with a port"))
        }
        #expect(try ListenAddress.fromEnvironment([:]) == .standard)
        #expect(ListenAddress.standard.isLoopback && !ListenAddress(host: "0.0.0.0", port: 1).isLoopback)
    }

    @Test func `a token is kept for the admin unless the environment has one`() throws {
        let folder = DataFolder(path: try TemporaryFolder().path)
        try folder.create()
        let given = try AccessSettings(["TIDEGATE_API_TOKEN": Self.long])
        #expect(try Access.configured(by: given, in: folder).kept == nil)
        #expect(!FileManager.default.fileExists(atPath: folder.apiTokenPath))
        let reader = try AccessSettings(["TIDEGATE_API_TOKEN_READ": Self.long])
        #expect(try Access.configured(by: reader, in: folder).kept?.path == folder.apiTokenPath)
    }
}
