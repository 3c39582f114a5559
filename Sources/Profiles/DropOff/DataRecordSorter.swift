import TidegateModel

/// Sorts the rows of a data file by id, with bounded memory: runs are sorted in memory, written to a file without a
/// name, and merged from there. Rows of one id keep the order of the file.
final class DataRecordSorter {
    private let file: SpillFile
    private let tuning: DataTuning
    private var arena: UnsafeMutableRawBufferPointer
    private var used = 0
    private var entries: [Entry] = []
    private var runs: [Range<Int>] = []

    /// Where a row is in the arena, and the eight bytes of its id behind what all ids of the run begin with.
    private struct Entry {
        var prefix: UInt64
        var offset: Int
    }

    init(in folder: String, tuning: DataTuning) throws(ProfileError) {
        file = try SpillFile(in: folder, limit: tuning.spill)
        self.tuning = tuning
        arena = .allocate(byteCount: max(tuning.sortRun, 64), alignment: 16)
    }

    deinit {
        arena.deallocate()
    }

    /// Whether it failed because the disk is full, which it is no longer once the sorter is gone.
    var isOutOfSpace: Bool { file.isOutOfSpace }

    func append(
        _ id: UnsafeRawBufferPointer, _ line: Int64, _ counts: DataRecord.Counts,
        _ changes: UnsafeBufferPointer<UInt32>
    ) throws(ProfileError) {
        let size = DataRecord.size(id: id.count, changes: changes.count)
        if used + size > arena.count {
            try spill()
            if size > arena.count { reserve(size) }
        }
        guard let base = arena.baseAddress else { return }
        DataRecord.write(id, line, counts, changes, to: base + used)
        entries.append(Entry(prefix: 0, offset: used))
        used += size
    }

    /// The rows in the order of their ids. Nothing can be appended after this.
    func sorted() throws(ProfileError) -> DataRecordMerge {
        try spill()
        entries = []
        arena.deallocate()
        arena = .allocate(byteCount: 1, alignment: 16)
        let share = min(max(tuning.mergeBuffers / max(runs.count, 1), 16 << 10), 256 << 10)
        var readers: [RunReader] = []
        for run in runs { readers.append(try RunReader(file, run, buffer: share)) }
        return DataRecordMerge(readers)
    }

    private func reserve(_ size: Int) {
        arena.deallocate()
        arena = .allocate(byteCount: size, alignment: 16)
    }

    private func spill() throws(ProfileError) {
        guard !entries.isEmpty, let base = arena.baseAddress else { return }
        sort(UnsafeRawPointer(base))
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

    private func sort(_ base: UnsafeRawPointer) {
        let common = commonPrefix(base)
        entries.withUnsafeMutableBufferPointer { entries in
            for index in entries.indices {
                let (key, count) = RowRecord.key(base + entries[index].offset)
                entries[index].prefix = keyPrefix(key + common, count - common)
            }
            RadixSort.sort(entries) { $0.prefix }
            sortTies(entries, base)
        }
    }

    /// How many bytes all ids of the run begin with.
    private func commonPrefix(_ base: UnsafeRawPointer) -> Int {
        let (first, longest) = RowRecord.key(base + entries[0].offset)
        var common = longest
        for entry in entries {
            let (key, count) = RowRecord.key(base + entry.offset)
            common = min(common, count)
            var same = 0
            while same < common, key[same] == first[same] { same += 1 }
            common = same
        }
        return common
    }

    /// Ids that begin alike are rare, and put in order one by one.
    private func sortTies(_ entries: UnsafeMutableBufferPointer<Entry>, _ base: UnsafeRawPointer) {
        var start = 0
        while start < entries.count {
            var end = start + 1
            while end < entries.count, entries[end].prefix == entries[start].prefix { end += 1 }
            if end - start > 1 {
                var alike = UnsafeMutableBufferPointer(rebasing: entries[start..<end])
                alike.sort { left, right in
                    let (leftKey, leftCount) = RowRecord.key(base + left.offset)
                    let (rightKey, rightCount) = RowRecord.key(base + right.offset)
                    let order = compareKeys(leftKey, leftCount, rightKey, rightCount)
                    return order != 0 ? order < 0 : left.offset < right.offset
                }
            }
            start = end
        }
    }
}
