import CScan

/// A field's bytes; readable for `SCAN_PADDING` bytes past their end.
struct FieldText {
    var start: UnsafePointer<UInt8>
    var count: Int

    @inline(__always)
    subscript(_ index: Int) -> UInt8 { start[index] }

    /// Without the blanks around it; numbers, dates and booleans are read so.
    var trimmed: FieldText {
        var text = self
        while text.count > 0, text[0] == UInt8(ascii: " ") || text[0] == UInt8(ascii: "\t") {
            text.start += 1
            text.count -= 1
        }
        while text.count > 0, text[text.count - 1] == UInt8(ascii: " ") || text[text.count - 1] == UInt8(ascii: "\t") {
            text.count -= 1
        }
        return text
    }

    /// Nil where the bytes can be stored as text.
    @inline(__always)
    var fault: RejectionCode? {
        let found = scan_text(start, count)
        guard found != 0 else { return nil }
        if found & Int32(SCAN_NUL) != 0 { return .nulByte }
        return isUTF8 ? nil : .invalidUTF8
    }

    private var isUTF8: Bool {
        let span = Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count))
        return (try? UTF8Span(validating: span)) != nil
    }

    /// The number that `digits` bytes from `index` spell; nil where one is no digit.
    @inline(__always)
    func number(at index: Int, digits: Int) -> Int? {
        guard index + digits <= count else { return nil }
        var value = 0
        for position in index..<index + digits {
            let digit = start[position] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }
}
