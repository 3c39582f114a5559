/// One row of a data file as the sorter keeps it: a `RowRecord` with the id as its key, then what the row says.
///
/// `line: Int64`, then the counts and the changes, 4 bytes each. A change is the trait's place among its owner's, times
/// two, plus one where the trait is given.
enum DataRecord {
    /// What is counted of a row.
    struct Counts {
        var signals: UInt32 = 0
        var unused: UInt32 = 0
        var failed: UInt32 = 0
        /// Distinct traits.
        var realized: UInt32 = 0
        /// Distinct traits.
        var removed: UInt32 = 0
    }

    private static let fixed = MemoryLayout<Int64>.size + MemoryLayout<Counts>.size

    static func size(id: Int, changes: Int) -> Int {
        RowRecord.header + id + fixed + changes * MemoryLayout<UInt32>.size
    }

    static func write(
        _ id: UnsafeRawBufferPointer, _ line: Int64, _ counts: Counts, _ changes: UnsafeBufferPointer<UInt32>,
        to target: UnsafeMutableRawPointer
    ) {
        let size = size(id: id.count, changes: changes.count)
        target.storeBytes(of: UInt32(size), as: UInt32.self)
        target.storeBytes(of: UInt32(id.count), toByteOffset: 4, as: UInt32.self)
        var at = target + RowRecord.header
        if let start = id.baseAddress { at.copyMemory(from: start, byteCount: id.count) }
        at += id.count
        at.storeBytes(of: line, as: Int64.self)
        at.storeBytes(of: counts, toByteOffset: 8, as: Counts.self)
        at += fixed
        if let start = changes.baseAddress {
            at.copyMemory(from: start, byteCount: changes.count * MemoryLayout<UInt32>.size)
        }
    }

    /// What follows the id.
    struct Body {
        private let start: UnsafeRawPointer
        let changeCount: Int

        init(_ record: UnsafeRawPointer) {
            let idCount = RowRecord.key(record).count
            start = record + RowRecord.header + idCount
            let rest = RowRecord.total(record) - RowRecord.header - idCount - DataRecord.fixed
            changeCount = rest / MemoryLayout<UInt32>.size
        }

        var line: Int64 { start.loadUnaligned(as: Int64.self) }
        var counts: Counts { start.loadUnaligned(fromByteOffset: 8, as: Counts.self) }

        func change(_ index: Int) -> UInt32 {
            start.loadUnaligned(
                fromByteOffset: DataRecord.fixed + index * MemoryLayout<UInt32>.size, as: UInt32.self)
        }
    }
}
