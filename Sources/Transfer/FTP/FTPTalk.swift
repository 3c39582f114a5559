import CCurl
import Foundation

/// What an FTP server answered to the commands of one request. Belongs to its ride.
final class FTPTalk {
    /// Where libcurl writes what went wrong.
    let words: UnsafeMutablePointer<CChar>
    /// The last lines of its answers, such as `226 done`, oldest first.
    private(set) var replies: [String] = []
    private let makesFolders: Bool

    init(makesFolders: Bool) {
        self.makesFolders = makesFolders
        words = .allocate(capacity: Int(CURL_ERROR_SIZE))
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        words.deallocate()
    }

    /// Of an answer of several lines only the last has a space behind its number. The farewell, 221, answers nothing.
    func hear(_ line: String) {
        let bytes = Array(line.utf8.prefix(4))
        guard bytes.count == 4, bytes[..<3].allSatisfy({ (48...57).contains($0) }), bytes[3] == 32,
            !line.hasPrefix("221")
        else { return }
        replies.append(line.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// What the server answered to what failed.
    ///
    /// Not always the last answer: where a data connection is closed before libcurl has read why, it goes on with the next
    /// command, and takes one answer for another. Then its own words have the number.
    private func number(_ failure: CURLcode) -> Int {
        let text = String(cString: words)
        if failure != CURLE_QUOTE_ERROR, let match = text.firstMatch(of: /(?:: |got |with )([1-5][0-9]{2})$/) {
            return Int(match.1) ?? 0
        }
        return replies.last.flatMap { Int($0.prefix(3)) } ?? 0
    }

    /// Whether the server was ready for the new name of a file, so that it may have it.
    private var mayHaveRenamed: Bool { replies.contains { $0.hasPrefix("350") } }

    // MARK: What went wrong

    /// Nothing that the server said is in it but numbers: it may repeat what it was told.
    func error(_ code: CURLcode) -> TransferError {
        let text = String(cString: words)
        switch code {
        case CURLE_USE_SSL_FAILED:
            return TransferError(.untrusted, "it offers no TLS")
        case CURLE_PEER_FAILED_VERIFICATION:
            return TransferError(.untrusted, Self.mistrust(text))
        // The same code for no agreement about TLS and for a connection that was lost meanwhile.
        case CURLE_SSL_CONNECT_ERROR where text.contains("SYSCALL") || text.contains("reset"):
            return TransferError(.broken, "its connection broke")
        case CURLE_SSL_CONNECT_ERROR:
            return TransferError(.untrusted, "it does not agree about TLS")
        // The folder was not there; where it was to be made, it cannot be.
        case CURLE_REMOTE_ACCESS_DENIED where !makesFolders && number(code) == 550:
            return TransferError(.notFound, "its folder is not there")
        case CURLE_LOGIN_DENIED, CURLE_REMOTE_ACCESS_DENIED, CURLE_UPLOAD_FAILED, CURLE_REMOTE_DISK_FULL,
            CURLE_QUOTE_ERROR, CURLE_PARTIAL_FILE, CURLE_FTP_COULDNT_RETR_FILE, CURLE_REMOTE_FILE_NOT_FOUND,
            CURLE_WEIRD_SERVER_REPLY, CURLE_FTP_WEIRD_PASS_REPLY, CURLE_FTP_WEIRD_PASV_REPLY,
            CURLE_FTP_COULDNT_SET_TYPE, CURLE_FTP_PRET_FAILED, CURLE_SEND_ERROR, CURLE_RECV_ERROR:
            return answered(number(code))
        default:
            return TransferError(code, mayHaveArrived: mayHaveRenamed)
        }
    }

    private func answered(_ code: Int) -> TransferError {
        switch code {
        case 452, 552: TransferError(.full, "it answered \(code), it has no room")
        case 332, 430, 530, 532: TransferError(.loginRefused, "it answered \(code)")
        case 421: TransferError(.broken, "it answered 421, it does not go on", mayHaveArrived: mayHaveRenamed)
        case 400..<500: TransferError(.commandFailed, "it answered \(code)")
        case 500, 502, 504: TransferError(.other, "it answered \(code), which means that it does not know that")
        case 550, 553: TransferError(.denied, "it answered \(code), which means not there or not allowed")
        case 500..<600: TransferError(.denied, "it answered \(code)")
        default: TransferError(.broken, "its connection broke", mayHaveArrived: mayHaveRenamed)
        }
    }

    private static func mistrust(_ text: String) -> String {
        guard let problem = text.firstRange(of: "certificate problem: ") else {
            return "its certificate is for another name"
        }
        return "its certificate is not trusted (\(text[problem.upperBound...]))"
    }
}
