import CCurl
import Foundation

/// What is said and shown while an SSH session is made. Belongs to its ride.
final class SSHTalk {
    /// Where libcurl writes what went wrong.
    let words: UnsafeMutablePointer<CChar>
    private let options: SSHOptions
    private var files: [MemoryFile] = []
    private(set) var shown: String?
    private var isMistrusted = false
    private var complaint: String?
    private var methods: String?
    /// Nobody answered any more when the session was closed.
    private var isDead = false

    init(_ options: SSHOptions) {
        self.options = options
        words = .allocate(capacity: Int(CURL_ERROR_SIZE))
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        words.deallocate()
    }

    /// The path of a file of these bytes that goes with this session.
    func keep(_ bytes: [UInt8]) throws(TransferError) -> String {
        let file = try MemoryFile(bytes)
        files.append(file)
        return file.path
    }

    /// The path of a `known_hosts` file that makes libcurl ask for one type of key, from whatever host.
    ///
    /// libcurl takes the type of the first line that may be the host's, and a hashed name may be anybody's. Whether the key
    /// is the right one is judged elsewhere.
    func lure(for type: HostKeyType) throws(TransferError) -> String {
        let nobody = Data(repeating: 0, count: 20).base64EncodedString()
        return try keep(Array("|1|\(nobody)|\(nobody) \(type.rawValue) \(nobody)\n".utf8))
    }

    func judge(_ key: [UInt8]) -> Bool {
        // A key begins with its type, behind four bytes of length.
        let name = String(decoding: key.dropFirst(4).prefix { $0 >= 0x20 }, as: UTF8.self)
        shown = "\(HostKey.fingerprint(of: key)) (\(name))"
        isMistrusted = !options.trust.trusts(key)
        return !isMistrusted
    }

    func hear(_ line: String) {
        func rest(_ head: String) -> String? {
            line.hasPrefix(head) ? line.dropFirst(head.count).trimmingCharacters(in: .whitespacesAndNewlines) : nil
        }
        methods = rest("SSH authentication methods available: ") ?? methods
        complaint = rest("SSH public key authentication failed: ") ?? complaint
        isDead = isDead || line.hasPrefix("Failed to close libssh2 file")
    }

    // MARK: What went wrong

    func error(_ code: CURLcode, mayHaveArrived: Bool) -> TransferError {
        let text = String(cString: words)
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION where isMistrusted:
            return TransferError(.untrusted, "its host key is \(shown ?? "another one")")
        // -5 is LIBSSH2_ERROR_KEX_FAILURE: what the two sides understand has nothing in common.
        case CURLE_FAILED_INIT where text.contains("ssh session: -5,") || text.contains("ssh session: -8,"):
            return TransferError(.untrusted, "it has no host key of the type asked for")
        case CURLE_FAILED_INIT where text.contains("sftp session") && text.contains("subsystem"):
            return TransferError(.denied, "it offers no SFTP")
        case CURLE_FAILED_INIT where !text.isEmpty:
            return TransferError(.broken, "its SSH session ended before it began")
        case CURLE_LOGIN_DENIED:
            return TransferError(.loginRefused, loginRefusal)
        // libcurl has the same code for a server that refuses to write on and for one that is gone.
        case CURLE_SSH where text.isEmpty && mayHaveArrived && !isDead:
            return TransferError(.commandFailed, "it takes no more bytes", mayHaveArrived: true)
        case CURLE_QUOTE_ERROR, CURLE_SSH, CURLE_REMOTE_FILE_EXISTS, CURLE_REMOTE_ACCESS_DENIED,
            CURLE_REMOTE_FILE_NOT_FOUND, CURLE_REMOTE_DISK_FULL, CURLE_BAD_DOWNLOAD_RESUME:
            return answered(text, code, mayHaveArrived)
        default:
            return TransferError(code, mayHaveArrived: mayHaveArrived)
        }
    }

    /// Commands all fail with one code; what the server answered is only in the words.
    private func answered(_ text: String, _ code: CURLcode, _ mayHaveArrived: Bool) -> TransferError {
        let kinds: [(words: String, kind: TransferError.Kind)] = [
            ("Permission denied", .denied), ("write protected", .denied), ("No such file", .notFound),
            ("Disk full", .full), ("quota exceeded", .full), ("Operation failed", .commandFailed),
            ("already exists", .commandFailed), ("not supported", .commandFailed), ("Not a directory", .notFound),
            ("Invalid filename", .denied), ("beyond file size", .commandFailed),
        ]
        guard let found = kinds.first(where: { text.contains($0.words) }) else {
            return TransferError(
                code == CURLE_SSH ? .broken : TransferError(code, mayHaveArrived: false).kind,
                "its connection broke", mayHaveArrived: mayHaveArrived)
        }
        let command = text.prefixMatch(of: /([a-z]+) command failed/).map { " to \($0.1)" } ?? ""
        return TransferError(
            found.kind, "it answered '\(found.words.lowercased())'\(command)", mayHaveArrived: mayHaveArrived
        )
    }

    private var loginRefusal: String {
        let method = options.key == nil ? "password" : "publickey"
        if let methods, !methods.contains(method), options.key != nil || !methods.contains("keyboard-interactive") {
            return "it takes only \(methods)"
        }
        guard let key = options.key else { return "the password is not taken" }
        if complaint?.lowercased().contains("passphrase") == true {
            return "the key cannot be read: its passphrase is wrong, or its format is unknown"
        }
        if key.isRSA { return "the key is an RSA one, which today's servers refuse here: use an ed25519 or ecdsa key" }
        return "the key is not taken"
    }
}
