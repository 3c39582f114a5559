/// Merges sorted runs of a data file's rows.
final class DataRecordMerge {
    /// The row of a run that is next, with what decides its order.
    private struct Head {
        var prefix: UInt64
        var key: UnsafePointer<UInt8>
        var keyCount: Int
        /// Of the run: of rows of one id, those of the earlier run come first.
        var order: Int
    }

    private let readers: [RunReader]
    /// A heap, the least first.
    private var heads: [Head] = []
    private(set) var current: UnsafeRawPointer?

    init(_ readers: [RunReader]) {
        self.readers = readers
        for order in readers.indices { heads.append(head(of: order)) }
        for index in stride(from: heads.count / 2 - 1, through: 0, by: -1) { sink(index) }
        current = heads.first.map { readers[$0.order].current }
    }

    /// The id of the current row.
    var id: UnsafeRawBufferPointer {
        guard let head = heads.first else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: head.key, count: head.keyCount)
    }

    /// Moves to the next row; what was lent of the one before is gone.
    func advance() throws(ProfileError) {
        guard let first = heads.first else { return }
        if try readers[first.order].advance() {
            heads[0] = head(of: first.order)
        } else {
            heads[0] = heads[heads.count - 1]
            heads.removeLast()
        }
        sink(0)
        current = heads.first.map { readers[$0.order].current }
    }

    private func head(of order: Int) -> Head {
        let reader = readers[order]
        return Head(prefix: reader.prefix, key: reader.key, keyCount: reader.keyCount, order: order)
    }

    private func sink(_ start: Int) {
        heads.withUnsafeMutableBufferPointer { heads in
            var index = start
            while true {
                var least = index
                for child in [2 * index + 1, 2 * index + 2]
                where child < heads.count && Self.precedes(heads[child], heads[least]) {
                    least = child
                }
                if least == index { return }
                heads.swapAt(index, least)
                index = least
            }
        }
    }

    private static func precedes(_ left: Head, _ right: Head) -> Bool {
        if left.prefix != right.prefix { return left.prefix < right.prefix }
        let order = compareKeys(left.key, left.keyCount, right.key, right.keyCount)
        return order != 0 ? order < 0 : left.order < right.order
    }
}
