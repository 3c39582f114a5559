import Foundation

/// A time zone by its IANA name.
///
/// The rules are those of the Swift runtime's own data: a newer toolchain brings newer rules, the machine's
/// `/usr/share/zoneinfo` is never read, and neither is the machine's own zone.
package struct Zone: Hashable, Sendable {
    package let identifier: String
    private let rules: TimeZone

    package static let utc = Zone(identifier: "UTC", rules: .gmt)

    /// Nil for anything but `UTC` and an `Area/Location` name in its own spelling.
    ///
    /// Abbreviations (`EST`, `CET`, `EST5EDT`) are refused although the runtime knows some: they fix an offset where people
    /// mean a place.
    package init?(_ identifier: String) {
        if identifier == "UTC" {
            self = .utc
            return
        }
        guard identifier.contains("/"), !identifier.hasPrefix("SystemV/"), let rules = TimeZone(identifier: identifier),
            rules.identifier == identifier
        else { return nil }
        self.init(identifier: identifier, rules: rules)
    }

    private init(identifier: String, rules: TimeZone) {
        self.identifier = identifier
        self.rules = rules
    }

    /// Names to choose from, in alphabetical order.
    ///
    /// Every one of them makes a zone; so do their older spellings.
    package static var knownIdentifiers: [String] {
        (TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") } + ["UTC"]).sorted()
    }

    package static func == (left: Zone, right: Zone) -> Bool { left.identifier == right.identifier }

    package func hash(into hasher: inout Hasher) { hasher.combine(identifier) }

    /// Seconds east of UTC.
    package func offset(at instant: Instant) -> Int {
        offset(atSecond: Int(instant.wholeSeconds))
    }

    func offset(atSecond second: Int) -> Int {
        rules.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
    }

    /// The date that calendars in the zone show.
    package func localDate(at instant: Instant) -> LocalDate {
        localDateAndTime(at: instant).date
    }

    /// What calendars and clocks in the zone show; seconds are cut off.
    package func localDateAndTime(at instant: Instant) -> (date: LocalDate, time: LocalTime) {
        let local = Int(instant.wholeSeconds) + offset(at: instant)
        return (LocalDate(localSecond: local), LocalTime(localSecond: local))
    }

    /// `2026-03-29 03:00 +02:00`; with seconds only where they are not zero.
    package func text(at instant: Instant) -> String {
        let offset = offset(at: instant)
        let local = Int(instant.wholeSeconds) + offset
        let seconds = local.flooredQuotientAndRemainder(dividingBy: 60).remainder
        let time = "\(LocalTime(localSecond: local))" + (seconds == 0 ? "" : ":\(padded(seconds, to: 2))")
        return "\(LocalDate(localSecond: local)) \(time) \(Self.text(offset: offset))"
    }

    /// `+02:00`; with seconds only where they are not zero, as they were before there were standard times.
    package static func text(offset: Int) -> String {
        let (hours, rest) = abs(offset).quotientAndRemainder(dividingBy: 3600)
        let seconds = rest % 60
        return (offset < 0 ? "-" : "+") + "\(padded(hours, to: 2)):\(padded(rest / 60, to: 2))"
            + (seconds == 0 ? "" : ":\(padded(seconds, to: 2))")
    }
}

extension Instant {
    /// Whole seconds since 1970, rounded down.
    package var wholeSeconds: Int64 { milliseconds.flooredQuotientAndRemainder(dividingBy: 1000).quotient }

    init(second: Int) {
        self.init(milliseconds: Int64(second) * 1000)
    }
}

extension LocalDate {
    /// The date of a count of seconds since 1970-01-01 00:00 on the wall.
    init(localSecond: Int) {
        self.init(daysSinceEpoch: localSecond.flooredQuotientAndRemainder(dividingBy: 86_400).quotient)
    }

    /// Seconds from 1970-01-01 00:00 to `time` on this date, as if every day had 24 hours.
    func localSecond(at time: LocalTime) -> Int {
        daysSinceEpoch * 86_400 + time.minutesSinceMidnight * 60
    }
}

extension LocalTime {
    /// The time of day of a count of seconds since 1970-01-01 00:00 on the wall, cut to the minute.
    init(localSecond: Int) {
        let seconds = localSecond.flooredQuotientAndRemainder(dividingBy: 86_400).remainder
        self.init(minutesSinceMidnight: seconds / 60)
    }
}
