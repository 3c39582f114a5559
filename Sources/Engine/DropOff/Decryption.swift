import Foundation
import TidegateModel

/// Decrypts one file with GnuPG, in a home of its own that holds the one key and goes with the staging folder.
///
/// The passphrase goes over a pipe, never into an argument, and nothing that the program prints about keys or contents
/// goes into a sentence.
struct Decryption {
    /// Why there is no plain file, sorted by what becomes of the encrypted one.
    enum Fault: Error, Hashable {
        /// With another key, passphrase or machine it may work.
        case unusable(String)
        case damaged(String)
        /// Trying again may help.
        case passing(String)
    }

    private let key: Secret
    private let passphrase: Secret?
    private let limit: Int64
    private let staging: DropOffStaging

    /// `limit` is the most bytes that the plain file may have.
    init(key: Secret, passphrase: Secret?, limit: Int64, in staging: DropOffStaging) {
        self.key = key
        self.passphrase = passphrase
        self.limit = limit
        self.staging = staging
    }

    private var home: String { staging.path("gpg") }

    /// The path of the plain file, in the staging folder. Who signed it is not asked: senders' keys are not known here.
    /// Blocks.
    func run(_ path: String) throws(Fault) -> String {
        try makeHome()
        defer { endAgent() }
        try importKey()
        let plain = staging.path("plain")
        let outcome = try gpg(
            ["--pinentry-mode", "loopback", "--passphrase-fd", "0", "--max-output", "\(limit)", "--output", plain]
                + ["--skip-verify", "--decrypt", path],
            input: (passphrase?.text ?? "") + "\n"
        )
        try check(outcome)
        guard chmod(plain, 0o600) == 0 else { throw .damaged("file holds nothing once it is decrypted") }
        return plain
    }

    /// Proves that the key can be read. Blocks.
    func check() throws(Fault) {
        try makeHome()
        defer { endAgent() }
        try importKey()
    }

    private func makeHome() throws(Fault) {
        guard mkdir(home, 0o700) == 0 else { throw .passing("staging folder cannot be written to") }
    }

    private func importKey() throws(Fault) {
        let outcome = try gpg(["--import"], input: key.text)
        guard outcome.said("IMPORT_OK") else { throw .unusable("'decryptionKey' is no key that GnuPG can read") }
        guard outcome.importedSecret else {
            throw .unusable("'decryptionKey' is a public key, the private one is needed")
        }
    }

    private func check(_ outcome: Outcome) throws(Fault) {
        if outcome.status == 0, outcome.said("DECRYPTION_OKAY") {
            guard outcome.isAES else { throw .damaged("file is encrypted with another cipher than AES") }
            return
        }
        if outcome.isBadPassphrase {
            throw .unusable("'passphrase' does not open 'decryptionKey'")
        }
        if outcome.said("NO_SECKEY") { throw .unusable("file is encrypted for another key than 'decryptionKey'") }
        if outcome.exceeded { throw .damaged("file has more than the \(limit) bytes allowed once it is decrypted") }
        if outcome.isOutOfSpace { throw .passing("staging folder has no space left") }
        throw .damaged("file cannot be decrypted: it is damaged or not encrypted")
    }

    /// An agent that GnuPG started would outlive the home.
    private func endAgent() {
        _ = try? Self.run("gpgconf", ["--homedir", home, "--kill", "all"], input: "")
    }

    private func gpg(_ arguments: [String], input: String) throws(Fault) -> Outcome {
        let always = ["--homedir", home, "--batch", "--no-tty", "--yes", "--status-fd", "1"]
        return try Self.run("gpg", always + arguments, input: input)
    }

    private static func run(_ program: String, _ arguments: [String], input: String) throws(Fault) -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        var environment = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TMPDIR"].contains($0.key) }
        environment["LC_ALL"] = "C"
        process.environment = environment
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (stdin, stdout, stderr)
        // A program that ends early closes its side, which must not end this one.
        signal(SIGPIPE, SIG_IGN)
        do {
            try process.run()
            try? stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try? stdin.fileHandleForWriting.close()
        } catch {
            throw .passing("GnuPG cannot be started")
        }
        let complaints = Locked<Data>(Data())
        let reader = Thread {
            let all = (try? stderr.fileHandleForReading.readToEnd()) ?? Data()
            complaints.withLock { $0 = all }
        }
        reader.start()
        let said = (try? stdout.fileHandleForReading.readToEnd()) ?? Data()
        process.waitUntilExit()
        while !reader.isFinished { usleep(1000) }
        let status = process.terminationStatus
        guard status != 127 else { throw .unusable("file is encrypted and GnuPG is not installed") }
        return Outcome(
            status: status, said: String(decoding: said, as: UTF8.self),
            complaints: complaints.withLock { String(decoding: $0, as: UTF8.self) }
        )
    }

    /// What the program said, for decisions only.
    private struct Outcome {
        var status: Int32
        var said: String
        var complaints: String

        func said(_ word: String) -> Bool {
            said.split(separator: "\n").contains { $0.hasPrefix("[GNUPG:] \(word)") }
        }

        /// `DECRYPTION_INFO <mdc method> <cipher>`: 7, 8 and 9 are AES of 128, 192 and 256 bits (RFC 4880, 9.2).
        var isAES: Bool {
            said.split(separator: "\n").contains { line in
                let words = line.split(separator: " ")
                return words.count > 3 && words[1] == "DECRYPTION_INFO" && ["7", "8", "9"].contains(words[3])
            }
        }

        /// 16 among the reasons of an import is a private key.
        var importedSecret: Bool {
            said.split(separator: "\n").contains { line in
                let words = line.split(separator: " ")
                return words.count > 2 && words[1] == "IMPORT_OK" && (Int(words[2]) ?? 0) & 16 != 0
            }
        }

        /// With a passphrase that comes over a pipe, only the sentence tells it from a key that is not there.
        var isBadPassphrase: Bool {
            said("BAD_PASSPHRASE") || said("MISSING_PASSPHRASE") || complaints.contains("Bad passphrase")
                || complaints.contains("No passphrase given")
        }

        var exceeded: Bool { complaints.contains("exceeded --max-output") }
        var isOutOfSpace: Bool { complaints.contains("No space left") }
    }
}

extension DropOff {
    /// Why encrypted files could not be opened, as a sentence; nil where nothing speaks against it, or none are expected.
    ///
    /// Blocks; for a look, not for work.
    package func problemOfDecryption() -> String? {
        guard let decryptionKey else { return nil }
        do throws(DataFolderUnusable) {
            let staging = try DropOffStaging(below: FileManager.default.temporaryDirectory.path(percentEncoded: false))
            defer { staging.remove() }
            do throws(Decryption.Fault) {
                try Decryption(key: decryptionKey, passphrase: passphrase, limit: maxPlain, in: staging).check()
                return nil
            } catch {
                return error.sentence
            }
        } catch {
            return error.description
        }
    }
}

extension Decryption.Fault {
    fileprivate var sentence: String {
        switch self {
        case .unusable(let reason), .damaged(let reason), .passing(let reason): reason
        }
    }
}
