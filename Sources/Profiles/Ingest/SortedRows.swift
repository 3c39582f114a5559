import TidegateModel

/// Merges sorted runs. Of rows with one key the later wins; what it does not say, the earlier one does.
final class SortedRows {
    let cells: Cells
    private let owner: RowCells
    /// A heap: the reader with the least key first, and of equal keys the one that came first.
    private var readers: [RunReader]
    private(set) var superseded = 0
    private var rows = 0
    private var taken = 0
    private let progress: (Int) throws(ProfileError) -> Void
    private var held = Held()
    private var merged = Held()

    init(_ readers: [RunReader], cells count: Int, progress: @escaping (Int) throws(ProfileError) -> Void) {
        self.progress = progress
        owner = RowCells(count: count)
        cells = owner.cells
        self.readers = readers.enumerated().map { order, reader in
            reader.order = order
            return reader
        }
        for index in stride(from: self.readers.count / 2 - 1, through: 0, by: -1) { sink(index) }
    }

    func next() throws(ProfileError) -> Bool {
        guard let first = readers.first else { return false }
        held.hold(first.current)
        try advance()
        rows += 1
        while let following = readers.first, hasHeldKey(following) {
            superseded += 1
            rows += 1
            RowRecord.read(held.base, into: cells)
            RowRecord.read(following.current, into: cells, overlaid: true)
            merged.hold(cells)
            swap(&held, &merged)
            try advance()
        }
        RowRecord.read(held.base, into: cells)
        taken += 1
        if taken & 0x1FFF == 0 { try progress(rows) }
        return true
    }

    private func hasHeldKey(_ reader: RunReader) -> Bool {
        let (key, count) = RowRecord.key(held.base)
        return reader.prefix == keyPrefix(key, count) && compareKeys(reader.key, reader.keyCount, key, count) == 0
    }

    private func advance() throws(ProfileError) {
        if try !readers[0].advance() {
            readers[0] = readers[readers.count - 1]
            readers.removeLast()
        }
        sink(0)
    }

    private func sink(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < readers.count && readers[child].precedes(readers[least]) {
                least = child
            }
            if least == index { return }
            readers.swapAt(index, least)
            index = least
        }
    }
}

/// One sorted run on disk.
final class RunReader {
    private let file: SpillFile
    private var rest: Range<Int>
    private var buffer: UnsafeMutableRawPointer
    private var capacity: Int
    private var start = 0
    private var end = 0
    var order = 0

    private(set) var current: UnsafeRawPointer
    private(set) var key: UnsafePointer<UInt8>
    private(set) var keyCount = 0
    private(set) var prefix: UInt64 = 0

    /// The run has at least one row, which is the current one.
    init(_ file: SpillFile, _ run: Range<Int>, buffer size: Int) throws(ProfileError) {
        self.file = file
        rest = run
        capacity = size
        buffer = .allocate(byteCount: size, alignment: 16)
        current = UnsafeRawPointer(buffer)
        key = current.assumingMemoryBound(to: UInt8.self)
        _ = try advance()
    }

    deinit {
        buffer.deallocate()
    }

    func precedes(_ other: RunReader) -> Bool {
        if prefix != other.prefix { return prefix < other.prefix }
        let difference = compareKeys(key, keyCount, other.key, other.keyCount)
        return difference != 0 ? difference < 0 : order < other.order
    }

    /// Moves to the next row; false after the last one.
    func advance() throws(ProfileError) -> Bool {
        if end - start < RowRecord.header {
            guard end > start || !rest.isEmpty else { return false }
            try fill(atLeast: RowRecord.header)
        }
        let total = RowRecord.total(buffer + start)
        if end - start < total { try fill(atLeast: total) }
        current = UnsafeRawPointer(buffer + start)
        (key, keyCount) = RowRecord.key(current)
        prefix = keyPrefix(key, keyCount)
        start += total
        return true
    }

    private func fill(atLeast count: Int) throws(ProfileError) {
        let kept = end - start
        if count > capacity {
            let larger = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16)
            larger.copyMemory(from: buffer + start, byteCount: kept)
            buffer.deallocate()
            buffer = larger
            capacity = count
        } else {
            buffer.copyMemory(from: buffer + start, byteCount: kept)
        }
        let more = min(capacity - kept, rest.count)
        try file.read(at: rest.lowerBound, into: UnsafeMutableRawBufferPointer(start: buffer + kept, count: more))
        rest = rest.lowerBound + more..<rest.upperBound
        start = 0
        end = kept + more
    }
}

/// A copy of one row that outlives the buffer it came from.
private struct Held: ~Copyable {
    private(set) var base: UnsafeMutableRawPointer
    private var capacity = 4096

    init() {
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        base.deallocate()
    }

    mutating func hold(_ record: UnsafeRawPointer) {
        let total = RowRecord.total(record)
        reserve(total)
        base.copyMemory(from: record, byteCount: total)
    }

    mutating func hold(_ cells: Cells) {
        let size = RowRecord.size(of: cells)
        reserve(size)
        RowRecord.write(cells, size: size, to: base)
    }

    private mutating func reserve(_ count: Int) {
        guard count > capacity else { return }
        base.deallocate()
        capacity = count * 2
        base = .allocate(byteCount: capacity, alignment: 16)
    }
}
