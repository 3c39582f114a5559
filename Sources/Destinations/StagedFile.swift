import Foundation
import TidegateModel

extension StagedFile {
    /// The file as its run keeps it.
    package func delivered(_ receipt: Receipt) -> DeliveredFile {
        DeliveredFile(path: receipt.path, name: receipt.name, rows: rows, size: size, sha256: sha256)
    }
}

/// Which attempt of which run delivers.
///
/// A later attempt has a higher number.
package struct Fence: Hashable, Sendable {
    package var run: UUID
    package var attempt: Int

    package init(run: UUID, attempt: Int) {
        self.run = run
        self.attempt = attempt
    }

    /// Behind every attempt that the run had: nobody goes on with anything of it.
    package static func end(of run: UUID) -> Fence { Fence(run: run, attempt: .max) }

    var isEnd: Bool { attempt == .max }
}

/// What a place says it holds.
package struct Receipt: Hashable, Sendable {
    /// The place as it names itself, without the file's name.
    package var path: String
    package var name: String
    /// In bytes.
    package var size: Int
    /// When the file was last written, by the place's own clock; nil where the place does not say.
    package var modifiedAt: Instant?

    package init(path: String, name: String, size: Int, modifiedAt: Instant?) {
        self.path = path
        self.name = name
        self.size = size
        self.modifiedAt = modifiedAt
    }
}

/// The hidden name under which a file is written before it is published.
///
/// It carries the run and the attempt, so that the next attempt can tell what was abandoned.
package struct TemporaryName: Hashable, Sendable {
    package let fence: Fence
    /// At most 255 bytes, whatever the name.
    package let text: String

    package init(_ fence: Fence, for name: String) {
        self.fence = fence
        let head = "\(Self.prefix)\(fence.run.uuidString.lowercased())-\(fence.attempt)-"
        let fits = head.utf8.count + name.utf8.count + Self.suffix.utf8.count <= 255
        text = head + (fits ? name : Self.fingerprint(of: name)) + Self.suffix
    }

    /// Nil for every other name.
    package init?(text: String) {
        guard text.hasPrefix(Self.prefix), text.hasSuffix(Self.suffix) else { return nil }
        let rest = text.dropFirst(Self.prefix.count)
        let attempt = rest.dropFirst(37).prefix { $0 != "-" }
        guard let run = UUID(uuidString: String(rest.prefix(36))), rest.dropFirst(36).first == "-",
            rest.dropFirst(37 + attempt.count).first == "-", let attempt = Int(attempt)
        else { return nil }
        fence = Fence(run: run, attempt: attempt)
        self.text = text
    }

    private static let prefix = ".tidegate-"
    private static let suffix = ".part"

    /// FNV-1a: tells the few files of one run apart, no more is asked of it.
    private static func fingerprint(of name: String) -> String {
        let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
