import CScan
import TidegateModel

/// The part of a file that is in memory: whole records first, then the beginning of one that goes on.
///
/// Its bytes move when it is filled again. They are readable for `SCAN_PADDING` bytes past `end`.
final class RecordBuffer {
    private let file: SourceFile
    private let limit: Int
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    /// Where the first record that was not taken yet starts.
    var begin = 0
    private(set) var end = 0
    private(set) var isAtEndOfFile = false

    init(_ file: SourceFile, tuning: IngestTuning) {
        self.file = file
        limit = tuning.record
        capacity = max(tuning.buffer, 1)
        base = Self.allocate(capacity)
    }

    deinit {
        base.deallocate()
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
        let base = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + Int(SCAN_PADDING))
        base.initialize(repeating: 0, count: capacity + Int(SCAN_PADDING))
        return base
    }

    /// Moves what is not taken to the front and reads more behind it; false where the record at `begin` is longer
    /// than an ingest takes.
    func fill() throws(ProfileError) -> Bool {
        if begin > 0 {
            base.update(from: base + begin, count: end - begin)
            end -= begin
            begin = 0
        }
        if end == capacity {
            guard capacity < limit else { return false }
            grow()
        }
        while end < capacity {
            let count = try file.read(into: UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end))
            end += count
            guard count > 0 else {
                isAtEndOfFile = true
                break
            }
        }
        return true
    }

    private func grow() {
        let larger = Self.allocate(capacity * 2)
        larger.update(from: base, count: end)
        base.deallocate()
        base = larger
        capacity *= 2
    }

    /// Writes a byte behind the end, where a record that the file does not end can be ended.
    func endWithLineFeed() {
        base[end] = UInt8(ascii: "\n")
    }
}
