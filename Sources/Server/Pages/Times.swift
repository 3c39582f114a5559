import Reports
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
