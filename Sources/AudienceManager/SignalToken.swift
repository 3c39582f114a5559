/// One element of a data row's list.
package struct SignalToken: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        /// `d_sid=24`
        case addTrait
        /// `d_unsid=24`, `24:0`, `24:-1`
        case removeTrait
        /// `key=value`, `ic=52`, `52`
        case signal
    }

    package var kind: Kind
    /// The trait that is given or taken; 0 for signals.
    package var sid: Int64
    /// Where a signal's key begins in the line, without quotes, blanks and a leading dash; -1 for a bare number, whose
    /// key is `ic` without being written. An `ic` that is written is a key like any other.
    package var keyStart: Int32
    package var keyCount: Int32
    /// Where a signal's value begins in the line, without quotes, and without blanks where there are no quotes.
    package var valueStart: Int32
    package var valueCount: Int32

    package static func trait(_ kind: Kind, _ sid: Int64) -> Self {
        Self(kind: kind, sid: sid, keyStart: 0, keyCount: 0, valueStart: 0, valueCount: 0)
    }

    package static func signal(key: Range<Int>, value: Range<Int>) -> Self {
        Self(
            kind: .signal, sid: 0, keyStart: Int32(truncatingIfNeeded: key.lowerBound),
            keyCount: Int32(truncatingIfNeeded: key.count), valueStart: Int32(truncatingIfNeeded: value.lowerBound),
            valueCount: Int32(truncatingIfNeeded: value.count))
    }

    package static func bareNumber(_ digits: Range<Int>) -> Self {
        signal(key: -1..<(-1), value: digits)
    }
}
