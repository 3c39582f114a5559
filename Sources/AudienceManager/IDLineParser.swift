/// Takes the rows of an ID synchronisation file apart, into the ids of its columns.
///
/// A row is asked about in this order: `blank-line`, `invalid-utf8`, `nul-byte`, `trailing-blank`,
/// `wrong-column-count`, `empty-id`. What an id looks like is for `DataSource.fault(of:)`.
package final class IDLineParser {
    /// Most hashed addresses of one customer in one row.
    package static let addressLimit = 10

    private let counts: ClosedRange<Int>
    /// The ids of the row parsed last, as offsets in the line; empty where it has a fault. Each is of the data source at
    /// its place in the name, and those behind the last data source of a `c2c_id_` name are of that one too.
    package private(set) var columns: [Range<Int>] = []

    package init(_ name: IDFileName) {
        // Further columns can only be addresses where the name has one data source for them.
        let most =
            name.relation == .customer && name.dpids.count == 2 ? 1 + Self.addressLimit : name.dpids.count
        counts = name.dpids.count...max(most, name.dpids.count)
        columns.reserveCapacity(counts.upperBound)
    }

    /// - Parameter line: without its line feed; a carriage return at the end is no part of it.
    package func parse(_ line: UnsafeRawBufferPointer) -> RowFault? {
        columns.removeAll(keepingCapacity: true)
        guard let row = RowText(line) else { return .blankLine }
        if let fault = row.fault { return fault }
        let last = row.bytes[row.count - 1]
        if last == RowText.tab || last == RowText.space { return .trailingBlank }
        let fault = split(row)
        if fault != nil { columns.removeAll(keepingCapacity: true) }
        return fault
    }

    private func split(_ row: RowText) -> RowFault? {
        var start = 0
        var end = row.firstTab
        var hasEmpty = false
        while true {
            guard columns.count < counts.upperBound else { return .wrongColumnCount }
            if row.isBlank(start..<end) { hasEmpty = true }
            columns.append(start..<end)
            guard end < row.count else { break }
            start = end + 1
            end = start
            while end < row.count, row.bytes[end] != RowText.tab { end += 1 }
        }
        guard counts.contains(columns.count) else { return .wrongColumnCount }
        return hasEmpty ? .emptyID : nil
    }
}
