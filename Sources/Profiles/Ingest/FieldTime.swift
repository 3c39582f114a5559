import TidegateModel

extension FieldValue {
    /// Days since 1970-01-01 of `yyyy-mm-dd`; a time of day may follow only where it is midnight and nothing is lost.
    static func date(_ text: FieldText) -> Int? {
        guard let day = leadingDate(text) else { return nil }
        if text.count == 10 { return day }
        guard let milliseconds = timestamp(text), milliseconds == Int64(day) * 86_400_000 else { return nil }
        return day
    }

    /// Milliseconds since 1970-01-01T00:00:00Z of RFC 3339 text.
    ///
    /// A blank may stand for the `T`, the offset may be `+hh`, `+hhmm` or missing (UTC), and a date alone is its
    /// midnight in UTC. Fractions are cut to milliseconds.
    static func timestamp(_ text: FieldText) -> Int64? {
        guard let day = leadingDate(text) else { return nil }
        if text.count == 10 { return Int64(day) * 86_400_000 }
        guard text.count >= 19, text[10] | 0x20 == UInt8(ascii: "t") || text[10] == UInt8(ascii: " "),
            let hour = text.number(at: 11, digits: 2), let minute = text.number(at: 14, digits: 2),
            let second = text.number(at: 17, digits: 2), text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var index = 19
        guard let fraction = fraction(text, &index), let offset = offset(text, from: index) else { return nil }
        return Int64(((day * 24 + hour) * 60 + minute - offset) * 60 + second) * 1000 + Int64(fraction)
    }

    /// Days since 1970-01-01 of the `yyyy-mm-dd` that `text` starts with.
    @inline(__always)
    private static func leadingDate(_ text: FieldText) -> Int? {
        guard text.count >= 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            let year = text.number(at: 0, digits: 4), let month = text.number(at: 5, digits: 2),
            let day = text.number(at: 8, digits: 2)
        else { return nil }
        return LocalDate(year: year, month: month, day: day)?.daysSinceEpoch
    }

    /// Milliseconds of the fraction at `index`, 0 where there is none.
    private static func fraction(_ text: FieldText, _ index: inout Int) -> Int? {
        guard index < text.count, text[index] == UInt8(ascii: ".") else { return 0 }
        index += 1
        let start = index
        var value = 0
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            if index < start + 3 { value = value * 10 + Int(digit) }
            index += 1
        }
        guard index > start else { return nil }
        for _ in 0..<max(0, 3 - (index - start)) { value *= 10 }
        return value
    }

    /// Minutes east of UTC.
    private static func offset(_ text: FieldText, from index: Int) -> Int? {
        guard index < text.count else { return 0 }
        let sign: Int
        switch text[index] {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): return index + 1 == text.count ? 0 : nil
        case UInt8(ascii: "+"): sign = 1
        case UInt8(ascii: "-"): sign = -1
        default: return nil
        }
        guard let hours = text.number(at: index + 1, digits: 2), hours < 24 else { return nil }
        var rest = index + 3
        if rest == text.count { return sign * hours * 60 }
        if text[rest] == UInt8(ascii: ":") { rest += 1 }
        guard rest + 2 == text.count, let minutes = text.number(at: rest, digits: 2), minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
