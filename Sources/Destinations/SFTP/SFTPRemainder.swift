import Foundation
import TidegateModel
import Transfer

/// What the journal knows of an upload that may have been broken off.
struct SFTPRemainder: Hashable, Sendable {
    let hidden: String
    private let sha256: String
    private let size: Int

    /// How many bytes at the end of what is there are compared before an upload goes on.
    ///
    /// More than is on the way at once: a server that carries writes out in another order, or goes on after one that
    /// failed, leaves its holes in there.
    static let compared = 2 * SFTPAccount.onTheWay

    init(_ file: StagedFile, hidden: String) {
        self.hidden = hidden
        sha256 = file.sha256
        size = file.size
    }

    /// Nil for a text that nobody here wrote.
    init?(text: String) {
        let words = text.split(separator: " ", maxSplits: 2)
        guard words.count == 3, let size = Int(words[1]), TemporaryName(text: String(words[2])) != nil else {
            return nil
        }
        sha256 = String(words[0])
        self.size = size
        hidden = String(words[2])
    }

    /// `<sha256> <size> <hidden name>`.
    var text: String { "\(sha256) \(size) \(hidden)" }

    func isOf(_ file: StagedFile) -> Bool { file.sha256 == sha256 && file.size == size }

    /// A part of a file on this machine; nil where it cannot be read.
    static func bytes(of path: String, from offset: Int, count: Int) -> [UInt8]? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        guard (try? handle.seek(toOffset: UInt64(offset))) != nil, let bytes = try? handle.read(upToCount: count) else {
            return nil
        }
        return Array(bytes)
    }
}
