import TidegateModel

/// Sorts rows by key with bounded memory: runs are sorted in memory, written to a file, and merged from there.
///
/// Rows with one key keep the order in which they came.
final class RowSorter {
    private let file: SpillFile
    private let mergeBuffers: Int
    private let arena: UnsafeMutableRawBufferPointer
    private var used = 0
    private var entries: [Entry] = []
    private var runs: [Range<Int>] = []
    private(set) var rows = 0

    /// Where a row is in the arena, and the first bytes of its key, which decide most comparisons.
    private struct Entry {
        var prefix: UInt64
        var offset: Int
    }

    /// The file is made in `folder` and has no name, so that it is gone when the process is.
    init(in folder: String, tuning: IngestTuning) throws(ProfileError) {
        file = try SpillFile(in: folder)
        mergeBuffers = tuning.mergeBuffers
        arena = .allocate(byteCount: max(tuning.sortRun, 64), alignment: 16)
    }

    deinit {
        arena.deallocate()
    }

    func append(_ cells: Cells) throws(ProfileError) {
        guard let key = cells[0].text else { return }
        rows += 1
        let size = RowRecord.size(of: cells)
        if used + size > arena.count { try spill() }
        guard let base = arena.baseAddress, size <= arena.count else { return try appendLong(cells, size) }
        RowRecord.write(cells, size: size, to: base + used)
        entries.append(Entry(prefix: keyPrefix(key, cells[0].count), offset: used))
        used += size
    }

    /// The rows in key order; `progress` is told how many were taken. Nothing can be appended after this.
    func sorted(
        cells: Int,
        progress: @escaping (Int) throws(ProfileError) -> Void
    ) throws(ProfileError) -> SortedRows {
        try spill()
        let share = max(mergeBuffers / max(runs.count, 1), 16 << 10)
        var readers: [RunReader] = []
        for run in runs { readers.append(try RunReader(file, run, buffer: min(share, 1 << 20))) }
        return SortedRows(readers, cells: cells, progress: progress)
    }

    /// A row that fits in no run is one by itself.
    private func appendLong(_ cells: Cells, _ size: Int) throws(ProfileError) {
        let record = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { record.deallocate() }
        guard let base = record.baseAddress else { return }
        RowRecord.write(cells, size: size, to: base)
        let start = file.size
        try file.append(UnsafeRawBufferPointer(record))
        try file.flush()
        runs.append(start..<file.size)
    }

    private func spill() throws(ProfileError) {
        guard !entries.isEmpty, let base = arena.baseAddress else { return }
        entries.sort { left, right in
            if left.prefix != right.prefix { return left.prefix < right.prefix }
            let (leftKey, leftCount) = RowRecord.key(base + left.offset)
            let (rightKey, rightCount) = RowRecord.key(base + right.offset)
            let order = compareKeys(leftKey, leftCount, rightKey, rightCount)
            return order != 0 ? order < 0 : left.offset < right.offset
        }
        let start = file.size
        for entry in entries {
            let record = base + entry.offset
            try file.append(UnsafeRawBufferPointer(start: record, count: RowRecord.total(record)))
        }
        try file.flush()
        runs.append(start..<file.size)
        entries.removeAll(keepingCapacity: true)
        used = 0
    }
}

/// The first eight bytes of a key as a number that orders as they do; a shorter key is filled up with zeros.
@inline(__always)
func keyPrefix(_ key: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
    if count >= 8 { return UInt64(bigEndian: UnsafeRawPointer(key).loadUnaligned(as: UInt64.self)) }
    var prefix: UInt64 = 0
    for index in 0..<count { prefix |= UInt64(key[index]) << UInt64(56 - 8 * index) }
    return prefix
}
