import TidegateModel

/// Text to typed values, the same for CSV fields and JSON strings.
enum FieldValue {
    /// Reads `text` into `cell`, or says why it cannot be a value of `type`.
    @inline(__always)
    static func read(_ text: FieldText, as type: AttributeType, into cell: inout FieldCell) -> RejectionCode? {
        switch type {
        case .text:
            if let fault = text.fault { return fault }
            cell = .text(text.start, text.count)
        case .integer:
            guard let value = integer(text.trimmed) else { return .invalidInteger }
            cell = .integer(value)
        case .real:
            guard let value = real(text.trimmed) else { return .invalidReal }
            cell = .real(value)
        case .boolean:
            guard let value = boolean(text.trimmed) else { return .invalidBoolean }
            cell = .integer(value ? 1 : 0)
        case .date:
            guard let value = date(text.trimmed) else { return .invalidDate }
            cell = .integer(Int64(value))
        case .timestamp:
            guard let value = timestamp(text.trimmed) else { return .invalidTimestamp }
            cell = .integer(value)
        }
        return nil
    }

    /// An optional sign and digits, within 64 bits.
    static func integer(_ text: FieldText) -> Int64? {
        guard text.count > 0 else { return nil }
        let isNegative = text[0] == UInt8(ascii: "-")
        var index = isNegative || text[0] == UInt8(ascii: "+") ? 1 : 0
        guard index < text.count else { return nil }
        var value: Int64 = 0
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            // Counts downwards, because there is one more negative number than positive ones.
            let (next, underflow) = shifted.subtractingReportingOverflow(Int64(digit))
            guard !overflow, !underflow else { return nil }
            value = next
            index += 1
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// `true`, `false`, `t`, `f`, `yes`, `no`, `y`, `n`, `1`, `0`, in any case.
    static func boolean(_ text: FieldText) -> Bool? {
        switch text.count {
        case 1:
            switch text[0] | 0x20 {
            case UInt8(ascii: "t"), UInt8(ascii: "y"): return true
            case UInt8(ascii: "f"), UInt8(ascii: "n"): return false
            default: break
            }
            switch text[0] {
            case UInt8(ascii: "1"): return true
            case UInt8(ascii: "0"): return false
            default: return nil
            }
        case 2: return spells(text, "no") ? false : nil
        case 3: return spells(text, "yes") ? true : nil
        case 4: return spells(text, "true") ? true : nil
        case 5: return spells(text, "false") ? false : nil
        default: return nil
        }
    }

    @inline(__always)
    private static func spells(_ text: FieldText, _ word: StaticString) -> Bool {
        guard text.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<text.count where text[index] | 0x20 != word.utf8Start[index] { return false }
        return true
    }
}
