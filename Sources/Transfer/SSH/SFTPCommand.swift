/// What SFTP can do besides transferring.
package enum SFTPCommand: Hashable, Sendable {
    case rename(String, to: String)
    case remove(String)
    case makeFolder(String)
    /// One that is not empty stays, which is an error.
    case removeFolder(String)
    /// Goes on where the command fails.
    indirect case attempt(SFTPCommand)

    /// As libcurl reads it.
    var line: String {
        switch self {
        case .rename(let old, let new): "rename \(Self.quoted(old)) \(Self.quoted(new))"
        case .remove(let path): "rm \(Self.quoted(path))"
        case .makeFolder(let path): "mkdir \(Self.quoted(path))"
        case .removeFolder(let path): "rmdir \(Self.quoted(path))"
        case .attempt(let command): "*" + command.line
        }
    }

    private static func quoted(_ path: String) -> String {
        "\"" + path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

enum SFTPPath {
    /// The path of an address, behind its host.
    ///
    /// libcurl takes `/~/` for where the login lands, and everything else in an address from the root on.
    static func inURL(_ path: String, isFolder: Bool) -> String {
        let head =
            if path.hasPrefix("/~") { "/" } else if path.hasPrefix("/") { "" } else { "/~/" }
        let tail = isFolder && !path.isEmpty && !path.hasSuffix("/") ? "/" : ""
        return head + escaped(path) + tail
    }

    private static func escaped(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "/"), UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
