import Glibc
import TidegateModel

/// Counts the rows that were not taken and keeps them in a file, as JSON Lines.
///
/// Each line has `file`, `line`, `code`, `attribute` where one is to blame, and `row`, or `rowBase64` where the row
/// is no UTF-8. Only the owner can read the file, because it holds personal data.
final class Rejects {
    let path: String
    private let source: String
    private let limit: Int
    private var descriptor: Int32 = -1
    private var pending: [UInt8] = []
    private var written = 0
    private var isKept = false
    private(set) var counts: [RejectionCode: Int] = [:]
    /// Where each reason was met first, without any data of the row.
    private(set) var examples: [String] = []
    private(set) var total = 0

    /// How much of one row is kept.
    private static let rowLimit = 64 << 10

    init(of source: Source, in folder: String, at instant: Instant, limit: Int) {
        self.source = source.name
        self.limit = limit
        // Colons are no good in file names that people copy elsewhere.
        let moment = instant.description.filter { $0 != ":" && $0 != "-" }
        path = (folder.hasSuffix("/") ? folder : folder + "/") + "\(source.name)-\(moment).jsonl"
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    func add(
        _ code: RejectionCode,
        attribute: String?,
        file: String,
        line: Int,
        row: UnsafeRawBufferPointer
    ) throws(ProfileError) {
        total += 1
        if counts[code] == nil, examples.count < 3 {
            let name = file.split(separator: "/").last.map(String.init) ?? file
            examples.append("\(name) line \(line): \(code.rawValue)" + (attribute.map { " in '\($0)'" } ?? ""))
        }
        counts[code, default: 0] += 1
        guard written + pending.count < limit else { return }
        append(code, attribute: attribute, file: file, line: line, row: row)
        if pending.count >= 64 << 10 { try flush() }
    }

    /// Makes the file complete.
    func finish() throws(ProfileError) {
        guard !pending.isEmpty else { return }
        try flush()
    }

    /// From now on the file stays, whatever becomes of the ingest.
    func keep() {
        isKept = true
    }

    /// Takes the file away again, where the ingest it belongs to did not come to an end.
    func discard() {
        guard descriptor >= 0, !isKept else { return }
        unlink(path)
    }

    private func append(
        _ code: RejectionCode,
        attribute: String?,
        file: String,
        line: Int,
        row: UnsafeRawBufferPointer
    ) {
        pending += Array("{\"file\":".utf8)
        appendText(Array(file.utf8))
        pending += Array(",\"line\":\(line),\"code\":\"\(code.rawValue)\"".utf8)
        if let attribute { pending += Array(",\"attribute\":\"\(attribute)\"".utf8) }
        let kept = Array(row.prefix(Self.rowLimit))
        if kept.count < row.count { pending += Array(",\"cut\":true".utf8) }
        if String(validating: kept, as: UTF8.self) != nil {
            pending += Array(",\"row\":".utf8)
            appendText(kept)
        } else {
            pending += Array(",\"rowBase64\":\"".utf8) + base64(kept) + [UInt8(ascii: "\"")]
        }
        pending += Array("}\n".utf8)
    }

    private func appendText(_ bytes: [UInt8]) {
        pending.append(UInt8(ascii: "\""))
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): pending += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): pending += Array("\\n".utf8)
            case UInt8(ascii: "\r"): pending += Array("\\r".utf8)
            case UInt8(ascii: "\t"): pending += Array("\\t".utf8)
            case 0..<0x20:
                pending += Array("\\u00".utf8) + [hexadecimalDigits[Int(byte >> 4)], hexadecimalDigits[Int(byte & 15)]]
            default: pending.append(byte)
            }
        }
        pending.append(UInt8(ascii: "\""))
    }

    private func flush() throws(ProfileError) {
        if descriptor < 0 {
            descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw failure(errno) }
            fchmod(descriptor, 0o600)
        }
        if let code = pending.withUnsafeBytes({ writeAll($0, to: descriptor) }) { throw failure(code) }
        written += pending.count
        pending.removeAll(keepingCapacity: true)
    }

    private func failure(_ code: Int32) -> ProfileError {
        let sentence = "source '\(source)' cannot keep its rejected rows in '\(path)': \(reason(code))"
        return code == ENOSPC || code == EIO || code == EDQUOT ? .transient(sentence) : .rejected(sentence)
    }
}

private let hexadecimalDigits = Array("0123456789abcdef".utf8)

/// Writes all bytes, or answers the error number of the one that could not be.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
    var rest = bytes
    while !rest.isEmpty {
        let count = write(descriptor, rest.baseAddress, rest.count)
        if count < 0 {
            if errno == EINTR { continue }
            return errno
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return nil
}

private func base64(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var encoded: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
        for position in 0..<4 {
            encoded.append(position <= group.count ? digits[bits >> (18 - 6 * position) & 63] : UInt8(ascii: "="))
        }
    }
    return encoded
}
