import TidegateModel

/// Rows in strictly ascending key order.
enum OrderedRows {
    /// As the source has them; fails where they are not in order.
    case delivered(AscendingRows)
    case sorted(SortedRows)

    var cells: Cells {
        switch self {
        case .delivered(let rows): rows.cells
        case .sorted(let rows): rows.cells
        }
    }

    /// Rows that gave way to a later one with the same key.
    var superseded: Int {
        switch self {
        case .delivered: 0
        case .sorted(let rows): rows.superseded
        }
    }

    @inline(__always)
    func next() throws(ProfileError) -> Bool {
        switch self {
        case .delivered(let rows): try rows.next()
        case .sorted(let rows): try rows.next()
        }
    }
}

/// Passes rows on as long as each key is greater than the one before.
final class AscendingRows {
    private let rows: DeliveredRows
    let cells: Cells
    /// Whether a row came that is out of order, which is why `next` failed.
    private(set) var isBroken = false
    private var last: UnsafeMutablePointer<UInt8>
    private var lastCount = 0
    private var capacity = 256

    init(_ rows: DeliveredRows) {
        self.rows = rows
        cells = rows.cells
        last = .allocate(capacity: capacity)
    }

    deinit {
        last.deallocate()
    }

    func next() throws(ProfileError) -> Bool {
        guard try rows.next(), let key = cells[0].text else { return false }
        let count = cells[0].count
        guard compareKeys(last, lastCount, key, count) < 0 else {
            isBroken = true
            throw .transient("rows do not come in key order")
        }
        if count > capacity {
            last.deallocate()
            capacity = count * 2
            last = .allocate(capacity: capacity)
        }
        last.update(from: key, count: count)
        lastCount = count
        return true
    }
}
