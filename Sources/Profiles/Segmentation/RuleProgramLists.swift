import Glibc

/// Whether there is a number, and it is one of a list, or none of it.
final class IntegerList: RuleCondition {
    private let slot: Int
    private let isIn: Bool
    private let sorted: [Int64]

    init(_ slot: Int, _ values: [Int64], _ isIn: Bool, cost: Int) {
        self.slot = slot
        self.isIn = isIn
        sorted = Set(values).sorted()
        super.init(cost: cost + 3)
    }

    override func holds(_ row: RuleRow) -> Bool {
        let cell = row.cell(slot)
        return cell.pointee.kind == .integer && contains(cell.pointee.integer) == isIn
    }

    private func contains(_ value: Int64) -> Bool {
        sorted.withUnsafeBufferPointer { sorted in
            var (low, high) = (0, sorted.count)
            while low < high {
                let middle = (low + high) >> 1
                if sorted[middle] < value { low = middle + 1 } else { high = middle }
            }
            return low < sorted.count && sorted[low] == value
        }
    }
}

/// Whether there is text, and it is one of a list, or none of it.
final class TextList: RuleCondition {
    private struct Entry {
        var next: Int32
        var start: Int32
        var count: Int32
    }

    private let slot: Int
    private let isIn: Bool
    private let bytes: OwnedBytes
    private let entries: [Entry]
    /// The first entry for each hash, or -1.
    private let buckets: [Int32]

    init(_ slot: Int, _ texts: [[UInt8]], _ isIn: Bool, cost: Int) {
        self.slot = slot
        self.isIn = isIn
        var bytes: [UInt8] = []
        var entries: [Entry] = []
        var buckets = [Int32](repeating: -1, count: Self.bucketCount(texts.count))
        for text in Set(texts).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let bucket = text.withUnsafeBufferPointer { Self.hash($0.baseAddress, $0.count) & (buckets.count - 1) }
            entries.append(Entry(next: buckets[bucket], start: Int32(bytes.count), count: Int32(text.count)))
            buckets[bucket] = Int32(entries.count - 1)
            bytes += text
        }
        self.bytes = OwnedBytes(bytes)
        self.entries = entries
        self.buckets = buckets
        super.init(cost: cost + 4)
    }

    override func holds(_ row: RuleRow) -> Bool {
        let cell = row.cell(slot)
        return cell.pointee.kind == .text && contains(cell.pointee.text) == isIn
    }

    private func contains(_ text: TextBytes) -> Bool {
        entries.withUnsafeBufferPointer { entries in
            buckets.withUnsafeBufferPointer { buckets in
                var index = buckets[Self.hash(text.start, text.count) & (buckets.count - 1)]
                while index >= 0 {
                    let entry = entries[Int(index)]
                    if Int(entry.count) == text.count,
                        memcmp(bytes.bytes.start + Int(entry.start), text.start, text.count) == 0
                    {
                        return true
                    }
                    index = entry.next
                }
                return false
            }
        }
    }

    /// A power of two, at least twice as many as there are texts.
    private static func bucketCount(_ count: Int) -> Int {
        var buckets = 4
        while buckets < 2 * count { buckets *= 2 }
        return buckets
    }

    /// Of the length and of the first and last bytes, where short words differ; longer ones are read in steps.
    private static func hash(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int {
        guard let start, count > 0 else { return 0 }
        var hash = UInt64(count) &* 0x9E37_79B9_7F4A_7C15
        let step = max(1, count / 16)
        for index in stride(from: 0, to: count, by: step) {
            hash = (hash ^ UInt64(start[index])) &* 0x0000_0100_0000_01B3
        }
        hash ^= UInt64(start[count - 1])
        return Int(truncatingIfNeeded: (hash &* 0x9E37_79B9_7F4A_7C15) >> 33)
    }
}

/// Whether there is text, and it is exactly this, or is not.
final class TextEquality: RuleCondition {
    private let slot: Int
    private let isEqual: Bool
    private let text: OwnedBytes

    init(_ slot: Int, _ text: [UInt8], _ isEqual: Bool, cost: Int) {
        self.slot = slot
        self.isEqual = isEqual
        self.text = OwnedBytes(text)
        super.init(cost: cost + 2)
    }

    override func holds(_ row: RuleRow) -> Bool {
        let cell = row.cell(slot)
        return cell.pointee.kind == .text && text.equals(cell.pointee.text) == isEqual
    }
}

/// UTF-8 at an address that stays.
final class OwnedBytes {
    let bytes: TextBytes

    init(_ bytes: [UInt8]) {
        // One more, so that there is an address for nothing too.
        let start = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count + 1)
        start.initialize(from: bytes, count: bytes.count)
        self.bytes = TextBytes(start: start, count: bytes.count)
    }

    deinit {
        bytes.start.deallocate()
    }

    func equals(_ other: TextBytes) -> Bool {
        other.count == bytes.count && memcmp(other.start, bytes.start, bytes.count) == 0
    }
}
