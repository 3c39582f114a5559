import TidegateModel

/// Numbers as pages show them.
package enum Figures {
    /// `1,234,567`.
    package static func count(_ count: Int) -> String {
        let digits = String(count.magnitude)
        var text = count < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `1 run`, `2 runs`, `1,234 runs`.
    package static func count(_ count: Int, _ noun: String) -> String {
        "\(self.count(count)) \(noun)\(count == 1 ? "" : "s")"
    }

    /// `340 ms`, `12.4 s`, `3 min 20 s`, `5 h 12 min`, `3 d 4 h`.
    package static func span(_ span: Span) -> String {
        let milliseconds = max(0, span.milliseconds)
        let seconds = milliseconds / 1000
        switch seconds {
        case ..<1: return "\(milliseconds) ms"
        case ..<60: return "\(seconds).\(milliseconds % 1000 / 100) s"
        case ..<3600: return pair(seconds / 60, "min", seconds % 60, "s")
        case ..<86_400: return pair(seconds / 3600, "h", seconds / 60 % 60, "min")
        default: return pair(seconds / 86_400, "d", seconds / 3600 % 24, "h")
        }
    }

    /// `812 B`, `41.6 MB`: in steps of 1000.
    package static func bytes(_ count: Int) -> String {
        var value = Double(count)
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 999.95 { return unit == "B" ? "\(count) B" : "\(tenths(value)) \(unit)" }
            value /= 1000
        }
        return "\(tenths(value)) TB"
    }

    /// `41.6 %`; never 0 % of something nor 100 % of less than all.
    package static func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "" }
        guard part > 0, part < whole else { return part <= 0 ? "0 %" : "100 %" }
        return "\(tenths(min(max(Double(part) / Double(whole) * 100, 0.1), 99.9))) %"
    }

    private static func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
