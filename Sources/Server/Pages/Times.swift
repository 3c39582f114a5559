import TidegateModel

/// Instants as pages show them: in the zone of the segmentation, and in UTC.
struct Times: Sendable {
    let zone: Zone
    let now: Instant

    /// `02:00` for an instant of today, else `21 Nov 02:00`, with the year where it is another one. Its tip has both zones.
    func short(_ instant: Instant) -> HTML {
        tagged(instant, shortText(instant))
    }

    /// `2026-11-21 03:00 +01:00 (02:00 UTC)`, with UTC's date where it is another one.
    func both(_ instant: Instant) -> HTML {
        tagged(instant, bothText(instant))
    }

    /// `in 3 h 20 min`, `5 min ago`, `now`.
    func distance(_ instant: Instant) -> HTML {
        tagged(instant, distanceText(instant))
    }

    func shortText(_ instant: Instant) -> String {
        let (date, time) = zone.localDateAndTime(at: instant)
        let today = zone.localDate(at: now)
        if date == today { return "\(time)" }
        return dateText(date, withYear: date.year != today.year) + " \(time)"
    }

    func bothText(_ instant: Instant) -> String {
        let local = zone.text(at: instant)
        guard zone != .utc else { return String(local.dropLast(7)) + " UTC" }
        let (date, time) = Zone.utc.localDateAndTime(at: instant)
        let sameDate = date == zone.localDate(at: instant)
        return "\(local) (\(sameDate ? "" : "\(date) ")\(time) UTC)"
    }

    func distanceText(_ instant: Instant) -> String {
        let distance = instant - now
        if abs(distance.milliseconds) < 1000 { return "now" }
        return distance.milliseconds > 0
            ? "in \(Figures.span(distance))" : "\(Figures.span(Span(milliseconds: -distance.milliseconds))) ago"
    }

    /// `21 Nov`, `21 Nov 2026`.
    func dateText(_ date: LocalDate, withYear: Bool = false) -> String {
        "\(date.day) \(Self.months[date.month - 1])" + (withYear ? " \(date.year)" : "")
    }

    private func tagged(_ instant: Instant, _ text: String) -> HTML {
        "<time datetime=\"\(instant.flooredToSecond)\" title=\"\(bothText(instant))\">\(text)</time>"
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

/// Numbers as pages show them.
enum Figures {
    /// `1,234,567`.
    static func count(_ count: Int) -> String {
        let digits = String(count.magnitude)
        var text = count < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `1 run`, `2 runs`, `1,234 runs`.
    static func count(_ count: Int, _ noun: String) -> String {
        "\(self.count(count)) \(noun)\(count == 1 ? "" : "s")"
    }

    /// `340 ms`, `12.4 s`, `3 min 20 s`, `5 h 12 min`, `3 d 4 h`.
    static func span(_ span: Span) -> String {
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
    static func bytes(_ count: Int) -> String {
        var value = Double(count)
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 999.95 { return unit == "B" ? "\(count) B" : "\(tenths(value)) \(unit)" }
            value /= 1000
        }
        return "\(tenths(value)) TB"
    }

    /// `41.6 %`; never 0 % of something nor 100 % of less than all.
    static func share(_ part: Int, of whole: Int) -> String {
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
