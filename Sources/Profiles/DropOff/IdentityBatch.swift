import TidegateModel

/// Ids that are looked up together, as bytes in one piece of memory.
///
/// Lent ids are valid until the next append or removal.
final class IdentityBatch {
    private var bytes: UnsafeMutableRawPointer
    private var capacity: Int
    private var used = 0
    private var starts: [Int] = [0]
    /// Whether each id was greater than the one before it.
    private(set) var isAscending = true

    init(capacity: Int = 64 << 10) {
        self.capacity = max(capacity, 16)
        bytes = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit {
        bytes.deallocate()
    }

    var count: Int { starts.count - 1 }
    var isEmpty: Bool { count == 0 }
    var byteCount: Int { used }

    subscript(index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: bytes + starts[index], count: starts[index + 1] - starts[index])
    }

    func append(_ id: UnsafeRawBufferPointer) {
        if used + id.count > capacity { grow(to: max(used + id.count, capacity * 2)) }
        if let start = id.baseAddress { (bytes + used).copyMemory(from: start, byteCount: id.count) }
        used += id.count
        starts.append(used)
        if isAscending, count > 1 { isAscending = Self.order(self[count - 2], self[count - 1]) < 0 }
    }

    func removeAll() {
        used = 0
        starts.removeAll(keepingCapacity: true)
        starts.append(0)
        isAscending = true
    }

    /// Indices in the order of the ids' bytes; equal ids stay in the order in which they came.
    func ascending() -> [Int] {
        guard !isAscending else { return Array(0..<count) }
        let skipped = commonBeginning()
        var order = (0..<count).map { (prefix: prefix(of: self[$0], behind: skipped), index: $0) }
        order.withUnsafeMutableBufferPointer { order in
            RadixSort.sort(order) { $0.prefix }
            sortEqualPrefixes(order)
        }
        return order.map(\.index)
    }

    /// How many bytes all ids begin with.
    private func commonBeginning() -> Int {
        guard count > 0 else { return 0 }
        var common = self[0].count
        for index in 1..<count {
            let id = self[index]
            common = min(common, id.count)
            var same = 0
            while same < common, id[same] == bytes.load(fromByteOffset: same, as: UInt8.self) { same += 1 }
            common = same
        }
        return common
    }

    /// Eight bytes as a number that is in order as they are; behind the end are zeros.
    private func prefix(of id: UnsafeRawBufferPointer, behind skipped: Int) -> UInt64 {
        var prefix: UInt64 = 0
        for index in skipped..<skipped + 8 { prefix = prefix << 8 | (index < id.count ? UInt64(id[index]) : 0) }
        return prefix
    }

    private func sortEqualPrefixes(_ order: UnsafeMutableBufferPointer<(prefix: UInt64, index: Int)>) {
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, order[end].prefix == order[start].prefix { end += 1 }
            if end - start > 1 {
                var equal = UnsafeMutableBufferPointer(rebasing: order[start..<end])
                equal.sort { left, right in
                    let order = Self.order(self[left.index], self[right.index])
                    return order != 0 ? order < 0 : left.index < right.index
                }
            }
            start = end
        }
    }

    /// As SQLite's BINARY collation has it.
    static func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        guard let first = left.baseAddress, let second = right.baseAddress else { return left.count - right.count }
        return compareKeys(
            first.assumingMemoryBound(to: UInt8.self), left.count, second.assumingMemoryBound(to: UInt8.self),
            right.count)
    }

    private func grow(to size: Int) {
        let larger = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        larger.copyMemory(from: bytes, byteCount: used)
        bytes.deallocate()
        bytes = larger
        capacity = size
    }
}
