/// What is asked of the values of one key, as places in the lists of `TraitProgram`.
///
/// An atom is one test of one rule, or one rule's question whether the key is there at all.
struct SignalTests: BitwiseCopyable {
    /// Places in a list, from `start` to before `end`.
    struct Places: BitwiseCopyable {
        var start = 0
        var end = 0

        var isEmpty: Bool { start == end }
    }

    /// Atoms that the key alone fulfils.
    var occurrences = Places()
    /// Whether any literal text, or number, is to be equal to.
    var hasEqualText = false
    var hasEqualNumber = false
    var numbers = Places()
    var texts = Places()
    var patterns = Places()
    /// Longer values, in bytes, pass no test of text.
    var longestText = 0

    /// As tags of a `SignalTable`; those of a key are its number and one of three.
    static let keyTag: Int32 = -1
    static func textTag(_ key: Int) -> Int32 { Int32(key) * 3 }
    static func numberTag(_ key: Int, isWhole: Bool) -> Int32 { Int32(key) * 3 + (isWhole ? 1 : 2) }
}

/// Which orders of a value to a literal pass.
struct SignalOrders: BitwiseCopyable {
    private let less: Bool
    private let same: Bool
    private let greater: Bool

    init(_ comparison: ComparisonOperator) {
        less = comparison.holds(.ascending)
        same = comparison.holds(.same)
        greater = comparison.holds(.descending)
    }

    @inline(__always)
    func contains(_ order: RuleOrder) -> Bool {
        switch order {
        case .ascending: less
        case .same: same
        case .descending: greater
        }
    }
}

/// Compares numbers with one literal, or with two.
struct NumberTest: BitwiseCopyable {
    struct Bound: BitwiseCopyable {
        let literal: SignalNumber
        let orders: SignalOrders

        func accepts(_ number: SignalNumber) -> Bool { orders.contains(number.order(to: literal)) }
    }

    let atom: Int
    let first: Bound
    let second: Bound?

    func accepts(_ number: SignalNumber) -> Bool {
        first.accepts(number) && second?.accepts(number) ?? true
    }
}

/// Compares folded text with one literal, or with two.
struct TextTest: BitwiseCopyable {
    struct Bound: BitwiseCopyable {
        /// Kept alive by the program.
        let literal: UnsafeRawBufferPointer
        let orders: SignalOrders

        func accepts(_ text: UnsafeRawBufferPointer) -> Bool {
            for index in 0..<min(text.count, literal.count) where text[index] != literal[index] {
                return orders.contains(text[index] < literal[index] ? .ascending : .descending)
            }
            return orders.contains(.of(text.count, literal.count))
        }
    }

    let atom: Int
    let first: Bound
    let second: Bound?

    func accepts(_ text: UnsafeRawBufferPointer) -> Bool {
        first.accepts(text) && second?.accepts(text) ?? true
    }
}

/// Matches folded text with a pattern.
struct PatternTest: BitwiseCopyable {
    let atom: Int
    /// Bytes, or one of the two below; kept alive by the program.
    let units: UnsafePointer<UInt16>
    let count: Int

    private static let anyScalar: UInt16 = 256
    private static let anyText: UInt16 = 257

    static func units(_ elements: [LikePattern.Element]) -> [UInt16] {
        elements.flatMap { element -> [UInt16] in
            switch element {
            case .anyText: [anyText]
            case .anyScalar: [anyScalar]
            case .scalar(let scalar): UTF8.encode(scalar)?.map(UInt16.init) ?? []
            }
        }
    }

    func accepts(_ text: UnsafeRawBufferPointer) -> Bool {
        var at = 0
        var next = 0
        // Where to go on when the text after the last `%` turns out different: that `%` takes one scalar more.
        var (retryAt, retryNext) = (-1, 0)
        while at < text.count {
            if next < count, units[next] == Self.anyText {
                next += 1
                if next == count { return true }
                (retryAt, retryNext) = (at, next)
            } else if next < count, units[next] == Self.anyScalar {
                next += 1
                at = Self.after(at, text)
            } else if next < count, units[next] == UInt16(text[at]) {
                (at, next) = (at + 1, next + 1)
            } else if retryAt >= 0 {
                retryAt = Self.after(retryAt, text)
                (at, next) = (retryAt, retryNext)
            } else {
                return false
            }
        }
        while next < count, units[next] == Self.anyText { next += 1 }
        return next == count
    }

    private static func after(_ at: Int, _ text: UnsafeRawBufferPointer) -> Int {
        var next = at + 1
        while next < text.count, text[next] & 0xC0 == 0x80 { next += 1 }
        return next
    }
}
