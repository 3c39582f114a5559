import Foundation
import Testing
import TidegateTesting

@testable import Commands

@Suite struct KeptTokenTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("api-token") }

    init() throws {
        folder = try TemporaryFolder()
    }

    private var mode: Int {
        get throws {
            try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
        }
    }

    private func refusal() -> String? {
        do throws(Failure) {
            _ = try KeptToken(path: path)
            return nil
        } catch {
            #expect(error.status == .badInput)
            return error.description
        }
    }

    @Test func `it is made once, of 256 random bits, for its owner only`() throws {
        let made = try KeptToken(path: path)
        #expect(made.isNew && made.text.wholeMatch(of: /[0-9a-f]{64}/) != nil)
        #expect(try mode == 0o600)
        let kept = try KeptToken(path: path)
        #expect(!kept.isNew && kept.text == made.text)
        let another = try KeptToken(path: folder.path("another"))
        #expect(another.text != made.text)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["another", "api-token"])
    }

    @Test func `what a killed start left behind is in nobody's way`() throws {
        try folder.write("half", to: "api-token.new")
        #expect(try KeptToken(path: path).isNew)
    }

    @Test(arguments: [("", "is empty"), ("short", "is shorter than 16 characters")])
    func `a file that holds no token is refused`(_ text: String, _ flaw: String) throws {
        try folder.write(text, to: "api-token")
        chmod(path, 0o600)
        #expect(refusal() == "token file '\(path)' \(flaw); delete it, and the next start makes another")
    }

    @Test func `a file that anybody could read is refused`() throws {
        _ = try KeptToken(path: path)
        chmod(path, 0o644)
        let reason = "could be read by anybody; delete it, and the next start makes another"
        #expect(refusal() == "token file '\(path)' \(reason)")
    }

    @Test func `a file that its group could read is closed to it`() throws {
        let made = try KeptToken(path: path)
        chmod(path, 0o660)
        let kept = try KeptToken(path: path)
        #expect(kept.wasOpen && kept.text == made.text)
        #expect(try mode == 0o600)
    }

    @Test func `a link or a folder in its place is refused`() throws {
        _ = try KeptToken(path: folder.path("elsewhere"))
        symlink(folder.path("elsewhere"), path)
        #expect(refusal()?.hasPrefix("token file '\(path)' cannot be read: ") == true)
        unlink(path)
        _ = try folder.makeFolder("api-token")
        #expect(refusal() == "token file '\(path)' is no file")
    }
}
