/// Takes the rows of a data file apart: an id, one TAB, and a list of signals.
///
/// A row is asked about in this order: `blank-line`, `invalid-utf8`, `nul-byte`, `no-tab`, `empty-id`, `second-tab`,
/// `malformed-signal`, `empty-list`. What the id looks like is for `DataSource.fault(of:)`. How elements are read, and
/// what is malformed, is at `SignalScanner`.
///
/// Made for millions of rows: nothing is allocated for a row with no more elements than one before it.
package final class DataLineParser {
    private var storage: UnsafeMutablePointer<SignalToken>
    private var capacity = 64
    private var count = 0
    /// Of the row parsed last, in its bytes; empty where it has a fault. Exactly what stands before the TAB, blanks too.
    package private(set) var id = UnsafeRawBufferPointer(start: nil, count: 0)

    package init() {
        storage = .allocate(capacity: capacity)
    }

    deinit {
        storage.deallocate()
    }

    /// What the row parsed last says, in its order, until the next row is parsed; empty where it has a fault.
    package var tokens: UnsafeBufferPointer<SignalToken> { UnsafeBufferPointer(start: storage, count: count) }

    /// - Parameter line: without its line feed; a carriage return at the end is no part of it. Below 2 GiB.
    package func parse(_ line: UnsafeRawBufferPointer) -> RowFault? {
        count = 0
        id = UnsafeRawBufferPointer(start: nil, count: 0)
        guard line.count <= Int32.max else { return .lineTooLong }
        guard let row = RowText(line) else { return .blankLine }
        if let fault = row.fault { return fault }
        guard row.firstTab < row.count else { return .noTab }
        guard !row.isBlank(0..<row.firstTab) else { return .emptyID }
        guard !row.hasSecondTab else { return .secondTab }
        guard !row.hasNewlineInList, let found = scan(row) else { return .malformedSignal }
        guard found > 0 else { return .emptyList }
        count = found
        id = UnsafeRawBufferPointer(start: row.bytes, count: row.firstTab)
        return nil
    }

    /// How many elements say something; nil where one cannot be read.
    private func scan(_ row: RowText) -> Int? {
        var scanner = SignalScanner(row.bytes, row.firstTab + 1..<row.count)
        var found = 0
        var storage = storage
        var capacity = capacity
        while true {
            switch scanner.next() {
            case .token(let token):
                if found == capacity {
                    grow()
                    (storage, capacity) = (self.storage, self.capacity)
                }
                (storage + found).initialize(to: token)
                found += 1
            case .empty: continue
            case .end: return found
            case .malformed: return nil
            }
        }
    }

    private func grow() {
        let larger = UnsafeMutablePointer<SignalToken>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: storage, count: capacity)
        storage.deallocate()
        storage = larger
        capacity *= 2
    }
}
