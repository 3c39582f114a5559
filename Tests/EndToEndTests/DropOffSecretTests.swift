import Foundation
import Testing
import TidegateTesting

/// Files that were encrypted with GnuPG, by the vendor's recipe.
@Suite struct DropOffSecretTests {
    static let passphrase = "correct horse"
    static let name = "ftp_dpm_478_1366545717.sync.gpg"

    /// A site with a key pair beside it, whose private half lies in `key.asc`.
    struct Keys {
        let site: DropOffSite

        init() throws {
            site = try DropOffSite(source: "decryptionKey: ${file:KEY}\npassphrase: ${env:DROP_PASSPHRASE}")
            let path = site.folder.path("key.asc")
            try site.declare(
                "onboarding", from: "../drop",
                "decryptionKey: ${file:\(path)}\npassphrase: ${env:DROP_PASSPHRASE}")
            try makeKey("Drop", as: "key.asc")
        }

        func makeKey(_ user: String, as file: String) throws {
            try gpg(
                "--quick-gen-key", "--passphrase", passphrase, "--pinentry-mode", "loopback", user, "rsa2048", "encr",
                "never")
            try gpg(
                "--pinentry-mode", "loopback", "--passphrase", passphrase, "--armor", "--output",
                site.folder.path(file), "--export-secret-keys", user)
        }

        func encrypt(_ text: String, as name: String, for user: String = "Drop", cipher: String = "AES") throws {
            try site.folder.write(text, to: "plain")
            try gpg(
                "--trust-model", "always", "--recipient", user, "--cipher-algo", cipher, "--output",
                site.folder.path("drop/" + name), "--encrypt", site.folder.path("plain"))
        }

        /// As senders do who sign what they encrypt, with a key that nobody here has.
        func signAndEncrypt(_ text: String, as name: String) throws {
            try gpg(
                "--quick-gen-key", "--passphrase", passphrase, "--pinentry-mode", "loopback", "Sender", "rsa2048",
                "sign", "never")
            try site.folder.write(text, to: "plain")
            try gpg(
                "--pinentry-mode", "loopback", "--passphrase", passphrase, "--trust-model", "always", "--local-user",
                "Sender", "--recipient", "Drop", "--output", site.folder.path("drop/" + name), "--sign", "--encrypt",
                site.folder.path("plain"))
        }

        private func gpg(_ arguments: String...) throws {
            let home = try site.folder.makeFolder("g")
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: home)
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["gpg", "--homedir", home, "--batch", "--yes", "--quiet"] + arguments
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw Unexpected(text: "gpg \(arguments[0]) failed") }
        }

        func ingest(_ passphrase: String = DropOffSecretTests.passphrase) throws -> (
            receipt: [String: Any], said: String
        ) {
            let finished = try site.site.tidegate(
                "ingest", "onboarding", "--json", environment: ["DROP_PASSPHRASE": passphrase])
            guard finished.status == 0, let report = try finished.objects().first else {
                throw Unexpected(text: finished.complaints)
            }
            return (report.objects("files").first ?? [:], finished.output + finished.complaints)
        }
    }

    @Test func `an encrypted file is taken with the key, and no secret is told`() throws {
        let keys = try Keys()
        try keys.encrypt("c1\td_sid=25\n", as: Self.name)
        let (receipt, said) = try keys.ingest()
        #expect(receipt.text("outcome") == "taken", "\(receipt)")
        #expect(!said.contains(Self.passphrase) && !said.contains("PRIVATE KEY"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: keys.site.folder.path("data/staging")) == [])
    }

    @Test func `a file that was signed before it was encrypted is taken, whoever signed it`() throws {
        let keys = try Keys()
        try keys.signAndEncrypt("c1\td_sid=25\n", as: Self.name)
        let (receipt, _) = try keys.ingest()
        #expect(receipt.text("outcome") == "taken", "\(receipt)")
    }

    @Test func `without the passphrase it is refused, and taken once it is right`() throws {
        let keys = try Keys()
        try keys.encrypt("c1\td_sid=25\n", as: Self.name)
        let (receipt, _) = try keys.ingest("wrong")
        #expect(receipt.text("outcome") == "refused")
        #expect(receipt.text("reason") == "'passphrase' does not open 'decryptionKey'")
        #expect(try keys.ingest().receipt.text("outcome") == "taken")
    }

    @Test func `a file for another key is refused`() throws {
        let keys = try Keys()
        try keys.makeKey("Other", as: "other.asc")
        try keys.encrypt("c1\td_sid=25\n", as: Self.name, for: "Other")
        let (receipt, _) = try keys.ingest()
        #expect(receipt.text("outcome") == "refused")
        #expect(receipt.text("reason") == "file is encrypted for another key than 'decryptionKey'")
    }

    @Test func `without a key in the job file it is refused, and not even transferred`() throws {
        let site = try DropOffSite()
        try site.drop("anything", as: Self.name)
        let receipt = try #require(try site.ingest()[Self.name])
        #expect(receipt.text("outcome") == "refused")
        #expect(receipt.text("reason") == "file is encrypted and its source has no 'decryptionKey'")
    }

    @Test func `another cipher than AES is rejected, as is what was never encrypted`() throws {
        let keys = try Keys()
        try keys.encrypt("c1\td_sid=25\n", as: Self.name, cipher: "CAST5")
        #expect(try keys.ingest().receipt.text("reason") == "file is encrypted with another cipher than AES")
        try keys.site.drop("c1\td_sid=25\n", as: Self.name)
        #expect(
            try keys.ingest().receipt.text("reason") == "file cannot be decrypted: it is damaged or not encrypted")
    }
}
