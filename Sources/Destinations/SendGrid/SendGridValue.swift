/// Values of typed fields as SendGrid takes them.
enum SendGridValue {
    /// Adds a JSON number.
    ///
    /// - Returns: false, and adds nothing, where the value is no finite number.
    static func append(number value: ArraySlice<UInt8>, to body: inout [UInt8]) -> Bool {
        if isShortWholeNumber(value) {
            body.append(contentsOf: value)
            return true
        }
        let digits = Text.trimmed(value)
        // Swift reads `0x1p3` and `infinity` too.
        guard digits.allSatisfy(decimal.contains), let number = Double(String(decoding: digits, as: UTF8.self)),
            number.isFinite
        else { return false }
        if !body.appendJSON(number: digits) { body.append(contentsOf: "\(number)".utf8) }
        return true
    }

    private static let decimal = Set("0123456789+-.eE".utf8)

    private static func isShortWholeNumber(_ value: ArraySlice<UInt8>) -> Bool {
        let digits = value.first == UInt8(ascii: "-") ? value.dropFirst() : value
        guard 1...18 ~= digits.count, digits.allSatisfy({ digit($0) != nil }) else { return false }
        return digits.count == 1 || digits.first != UInt8(ascii: "0")
    }

    /// Adds the day as `"MM/DD/YYYY"`, of `2026-01-31`, of a timestamp (its day in UTC), or of `01/31/2026`.
    ///
    /// - Returns: false, and adds nothing, where the value is none of them.
    static func append(date value: ArraySlice<UInt8>, to body: inout [UInt8]) -> Bool {
        Text.trimmed(value).withUnsafeBufferPointer { value in
            guard let day = day(of: value) else { return false }
            let (slash, quote) = (UInt8(ascii: "/"), UInt8(ascii: "\""))
            body.append(quote)
            for byte in value[day.month] { body.append(byte) }
            body.append(slash)
            for byte in value[day.day] { body.append(byte) }
            body.append(slash)
            for byte in value[day.year] { body.append(byte) }
            body.append(quote)
            return true
        }
    }

    /// Where the parts of a date stand.
    private static func day(
        of value: UnsafeBufferPointer<UInt8>
    ) -> (year: Range<Int>, month: Range<Int>, day: Range<Int>)? {
        guard value.count >= 10 else { return nil }
        let hyphen = UInt8(ascii: "-")
        let isISO = value[4] == hyphen && value[7] == hyphen
        let isOurs = isISO && (value.count == 10 || value[10] == UInt8(ascii: "T") || value[10] == UInt8(ascii: " "))
        let slash = UInt8(ascii: "/")
        let isTheirs = value.count == 10 && value[2] == slash && value[5] == slash
        guard isOurs || isTheirs else { return nil }
        let (year, month, day) = isOurs ? (0..<4, 5..<7, 8..<10) : (6..<10, 0..<2, 3..<5)
        guard number(value[year]) != nil, 1...12 ~= number(value[month]) ?? 0, 1...31 ~= number(value[day]) ?? 0 else {
            return nil
        }
        return (year, month, day)
    }

    private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        var number = 0
        for byte in digits {
            guard let digit = digit(byte) else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    private static func digit(_ byte: UInt8) -> Int? {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte ? Int(byte - UInt8(ascii: "0")) : nil
    }
}

/// Phone numbers as E.164 has them: a plus sign and up to fifteen digits.
enum PhoneNumber {
    /// Without what people put between the digits; nil where that is no number with its country.
    static func normal(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let number = Text.trimmed(value).filter { !separators.contains($0) }
        guard number.first == UInt8(ascii: "+"), 8...16 ~= number.count, number[1] != UInt8(ascii: "0"),
            number.dropFirst().allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
        else { return nil }
        return number[...]
    }

    private static let separators = Set(" -().".utf8)
}
