/// Reads the list of a data row, element by element.
///
/// Elements stand between commas. `d_sid=24` gives a trait, `d_unsid=24`, `24:0` and `24:-1` take it, `52` is short for
/// `ic=52`, and every other `key=value` is a signal. Key and value may each be in quotes, and blanks may stand around
/// them. One leading dash of a key is ignored. Empty elements are passed over; an empty value is a value.
///
/// What could be read in two ways is malformed, so that nothing is misread in silence: a quote that is not closed or
/// does not stand around all of a key or value (a doubled one too: nothing quotes a quote), an equals sign at the
/// start of a value without quotes, words and quoted text without a value, an empty key, a trait's number that is not all digits or does
/// not fit into 64 bits.
struct SignalScanner {
    enum Step {
        case token(SignalToken)
        case empty
        case end
        case malformed
    }

    private let bytes: UnsafePointer<UInt8>
    private let end: Int
    private var at: Int
    private var isDone = false

    init(_ bytes: UnsafePointer<UInt8>, _ list: Range<Int>) {
        self.bytes = bytes
        at = list.lowerBound
        end = list.upperBound
    }

    private static let comma = UInt8(ascii: ",")
    private static let equals = UInt8(ascii: "=")
    private static let quote = UInt8(ascii: "\"")
    private static let dash = UInt8(ascii: "-")
    private static let colon = UInt8(ascii: ":")

    /// The next element; nothing more is to be asked after `end` and `malformed`.
    mutating func next() -> Step {
        if isDone { return .end }
        skipBlanks()
        let isQuoted = at < end && bytes[at] == Self.quote
        guard let name = part(upTo: Self.equals) else { return .malformed }
        if at < end, bytes[at] == Self.equals {
            at += 1
            skipBlanks()
            // Further on in a value, as in the query of an address, an equals sign is nothing special.
            guard at == end || bytes[at] != Self.equals, let value = part(upTo: Self.comma),
                at == end || bytes[at] == Self.comma
            else { return .malformed }
            step()
            return pair(name, isQuoted: isQuoted, value)
        }
        step()
        if isQuoted { return .malformed }
        return name.isEmpty ? .empty : lone(name)
    }

    /// Behind the comma; a list ends behind its last element, not behind its last comma.
    private mutating func step() {
        if at < end { at += 1 } else { isDone = true }
    }

    private mutating func skipBlanks() {
        while at < end, bytes[at] == RowText.space { at += 1 }
    }

    /// A key or a value, up to the comma or `stop` behind it, without quotes, or without the blanks behind it.
    private mutating func part(upTo stop: UInt8) -> Range<Int>? {
        if at < end, bytes[at] == Self.quote { return quoted() }
        let start = at
        var last = at
        while at < end {
            let byte = bytes[at]
            if byte == Self.comma || byte == stop { break }
            if byte == Self.quote { return nil }
            at += 1
            if byte != RowText.space { last = at }
        }
        return start..<last
    }

    private mutating func quoted() -> Range<Int>? {
        at += 1
        let start = at
        while at < end, bytes[at] != Self.quote { at += 1 }
        guard at < end else { return nil }
        let inside = start..<at
        at += 1
        skipBlanks()
        guard at == end || bytes[at] == Self.comma || bytes[at] == Self.equals else { return nil }
        return inside
    }

    private func pair(_ name: Range<Int>, isQuoted: Bool, _ value: Range<Int>) -> Step {
        var key = name
        if !key.isEmpty, bytes[key.lowerBound] == Self.dash {
            var start = key.lowerBound + 1
            if !isQuoted { while start < key.upperBound, bytes[start] == RowText.space { start += 1 } }
            key = start..<key.upperBound
        }
        guard !key.isEmpty else { return .malformed }
        if spells(key, "d_sid") {
            return number(value).map { .token(.trait(.addTrait, $0)) } ?? .malformed
        }
        if spells(key, "d_unsid") {
            return number(value).map { .token(.trait(.removeTrait, $0)) } ?? .malformed
        }
        return .token(.signal(key: key, value: value))
    }

    /// An element without an equals sign.
    private func lone(_ text: Range<Int>) -> Step {
        var digits = text.lowerBound
        while digits < text.upperBound, bytes[digits].isASCIIDigit { digits += 1 }
        guard digits > text.lowerBound else { return .malformed }
        if digits == text.upperBound { return .token(.bareNumber(text)) }
        guard bytes[digits] == Self.colon, let sid = number(text.lowerBound..<digits) else { return .malformed }
        let behind = digits + 1..<text.upperBound
        let isZero = behind.count == 1 && bytes[behind.lowerBound] == UInt8(ascii: "0")
        let isMinusOne =
            behind.count == 2 && bytes[behind.lowerBound] == Self.dash
            && bytes[behind.lowerBound + 1] == UInt8(ascii: "1")
        return isZero || isMinusOne ? .token(.trait(.removeTrait, sid)) : .malformed
    }

    private func number(_ digits: Range<Int>) -> Int64? {
        guard !digits.isEmpty else { return nil }
        var number: Int64 = 0
        for at in digits {
            guard bytes[at].isASCIIDigit else { return nil }
            let (tens, isTooBig) = number.multipliedReportingOverflow(by: 10)
            let (sum, isTooBigNow) = tens.addingReportingOverflow(Int64(bytes[at] & 0x0F))
            guard !isTooBig, !isTooBigNow else { return nil }
            number = sum
        }
        return number
    }

    /// Whether the bytes are the word, which is in lower case, in either case.
    private func spells(_ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count {
            let byte = bytes[range.lowerBound + offset]
            let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
            guard lower == word.utf8Start[offset] else { return false }
        }
        return true
    }
}
