/// One profile's mapped values as a connector gets them, lent for one row.
///
/// All bytes lie in one buffer that the next row uses again: a connector encodes out of it without making a string.
package struct PushRow: Sendable {
    package struct Cell: Hashable, Sendable {
        /// Nil where the profile has no value.
        package var type: AttributeType?
        /// In `bytes`: text as it is, integers and reals in decimal, `true` and `false`, dates as `2026-01-31`,
        /// timestamps as `2026-01-31T02:00:00Z`.
        package var range: Range<Int>
    }

    /// The profile's number in the profile store.
    package var profile: UInt32 = 0
    package private(set) var bytes: [UInt8] = []
    /// In the order of the mapping.
    package private(set) var cells: [Cell] = []
    private var keyEnd = 0

    package init() {}

    /// The key attribute's value as text.
    package var key: ArraySlice<UInt8> { bytes[..<keyEnd] }

    package subscript(_ column: Int) -> ArraySlice<UInt8> { bytes[cells[column].range] }

    /// Begins the next row.
    package mutating func begin(profile: UInt32, key: UnsafeRawBufferPointer) {
        self.profile = profile
        bytes.removeAll(keepingCapacity: true)
        cells.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: key)
        keyEnd = bytes.count
    }

    package mutating func append(_ type: AttributeType, _ value: UnsafeRawBufferPointer) {
        let start = bytes.count
        bytes.append(contentsOf: value)
        cells.append(Cell(type: type, range: start..<bytes.count))
    }

    package mutating func appendNull() {
        cells.append(Cell(type: nil, range: bytes.count..<bytes.count))
    }
}
