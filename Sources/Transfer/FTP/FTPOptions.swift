/// What FTP needs besides what SFTP does too.
package struct FTPOptions: Sendable {
    package enum Security: Hashable, Sendable {
        /// Readable by anybody on the way.
        case none
        /// TLS from `AUTH TLS` on, for commands and files alike, or nothing at all.
        case explicit
        /// TLS from the first byte on.
        case implicit
    }

    package var security: Security
    /// For a listing: the command that asks for it, such as `MLSD`.
    var listing: String?

    package init(security: Security) {
        self.security = security
    }
}

/// What FTP can do besides transferring; names are those in the folder that a request is about.
package enum FTPCommand: Hashable, Sendable {
    case rename(String, to: String)
    case remove(String)
    case makeFolder(String)
    /// One that is not empty stays, which is an error.
    case removeFolder(String)
    /// Goes on where the command fails.
    indirect case attempt(FTPCommand)

    /// As libcurl reads it; each line is one command.
    var lines: [String] {
        switch self {
        case .rename(let old, let new): ["RNFR \(old)", "RNTO \(new)"]
        case .remove(let name): ["DELE \(name)"]
        case .makeFolder(let name): ["MKD \(name)"]
        case .removeFolder(let name): ["RMD \(name)"]
        case .attempt(let command): command.lines.map { "*" + $0 }
        }
    }
}

/// A command ends with its line, so a name that has another line in it would be another command.
enum FTPText {
    static func isOneLine(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    /// The address of a folder, or of a file in it. A folder that begins with a slash is absolute, every other one is where
    /// the login lands or below.
    static func path(_ folder: String, _ name: String = "") -> String {
        let parts = folder.split(separator: "/").map { escaped(String($0)) + "/" }
        return "/" + (folder.hasPrefix("/") ? "%2F" : "") + parts.joined() + escaped(name)
    }

    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
