import Foundation
import TidegateModel
import Transfer

/// What the journal keeps of an upload in parts: enough to go on with it, or to abort it.
package struct S3UploadNote: Hashable, Codable, Sendable {
    /// Scheme, host and bucket: an upload in another place is none of this one's.
    package var place: String
    package var key: String
    /// Nil before the store gave one: it may have begun an upload then that nobody knows.
    var upload: String?
    var keepsChecksums = false
    package var partSize: Int
    /// Of the whole staged file.
    package var size: Int
    /// Of the whole staged file, as the run's staging found it.
    var sha256: String
    /// What the store has, in order of their numbers.
    var parts: [S3Part] = []

    /// Whether the upload is one of the same bytes in the same pieces to the same key.
    func continues(_ other: S3UploadNote) -> Bool {
        upload != nil && (place, key, partSize) == (other.place, other.key, other.partSize)
            && (size, sha256) == (other.size, other.sha256)
    }

    /// Adds a part that the store has, in its order.
    ///
    /// - Returns: whether that was not known yet.
    mutating func take(_ part: S3Part) -> Bool {
        let place = parts.firstIndex { $0.number >= part.number } ?? parts.endIndex
        guard place < parts.endIndex, parts[place].number == part.number else {
            parts.insert(part, at: place)
            return true
        }
        guard parts[place] != part else { return false }
        parts[place] = part
        return true
    }

    package var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Nil where the text is not one of these notes.
    init?(text: String) {
        guard let note = try? JSONDecoder().decode(S3UploadNote.self, from: Data(text.utf8)) else { return nil }
        self = note
    }

    package init(place: String, key: String, partSize: Int, size: Int, sha256: String) {
        self.place = place
        self.key = key
        self.partSize = partSize
        self.size = size
        self.sha256 = sha256
    }

    /// How a file is cut: 10,000 parts at most.
    package static func partSize(of size: Int, atLeast least: Int) -> Int {
        let mebibyte = 1 << 20
        let needed = (size + 9_999) / 10_000
        return needed <= least ? least : (needed + mebibyte - 1) / mebibyte * mebibyte
    }

    package var count: Int { (size + partSize - 1) / partSize }

    /// The part of that number, from 1.
    package func piece(_ number: Int, of path: String) -> FilePiece {
        let offset = (number - 1) * partSize
        return FilePiece(path: path, offset: offset, count: min(partSize, size - offset))
    }
}
