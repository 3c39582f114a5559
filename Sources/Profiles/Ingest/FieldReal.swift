extension FieldValue {
    /// A decimal number, with or without fraction and exponent, rounded to the nearest double.
    ///
    /// Infinity, NaN, hexadecimal digits and numbers too big for a double are none.
    static func real(_ text: FieldText) -> Double? {
        var index = 0
        guard text.count > 0 else { return nil }
        let isNegative = text[0] == UInt8(ascii: "-")
        if isNegative || text[0] == UInt8(ascii: "+") { index = 1 }
        var mantissa: UInt64 = 0
        var digits = 0
        var scale = 0
        readDigits(text, &index, &mantissa, &digits)
        let whole = digits
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            readDigits(text, &index, &mantissa, &digits)
            scale = digits - whole
        }
        guard digits > 0 else { return nil }
        var exponent = -scale
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            guard let written = readExponent(text, &index) else { return nil }
            exponent += written
        }
        guard index == text.count else { return nil }
        // Both are exact as doubles, so that one multiplication or division rounds once, which is right.
        if digits <= 18, mantissa <= 1 << 53, -22...22 ~= exponent {
            let exact = Double(mantissa)
            let value = exponent < 0 ? exact / powers[-exponent] : exact * powers[exponent]
            return isNegative ? -value : value
        }
        return slowly(text)
    }

    @inline(__always)
    private static func readDigits(_ text: FieldText, _ index: inout Int, _ mantissa: inout UInt64, _ digits: inout Int)
    {
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return }
            // May wrap beyond 19 digits, when `digits` says that it is not to be used.
            mantissa = mantissa &* 10 &+ UInt64(digit)
            digits += 1
            index += 1
        }
    }

    /// Nil where no digits follow the `e`; cut where the number is out of reach anyway.
    private static func readExponent(_ text: FieldText, _ index: inout Int) -> Int? {
        index += 1
        guard index < text.count else { return nil }
        let isNegative = text[index] == UInt8(ascii: "-")
        if isNegative || text[index] == UInt8(ascii: "+") { index += 1 }
        let start = index
        var value = 0
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            value = min(value * 10 + Int(digit), 1_000_000)
            index += 1
        }
        guard index > start else { return nil }
        return isNegative ? -value : value
    }

    private static func slowly(_ text: FieldText) -> Double? {
        let spelled = String(decoding: UnsafeBufferPointer(start: text.start, count: text.count), as: UTF8.self)
        guard let value = Double(spelled), value.isFinite else { return nil }
        return value
    }

    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
