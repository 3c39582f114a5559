import TidegateModel

/// The day around now that a strip shows.
struct TimeWindow: Hashable, Sendable {
    let now: Instant
    let start: Instant
    let end: Instant

    init(around now: Instant) {
        self.now = now
        start = now - .hours(12)
        end = now + .hours(12)
    }

    func contains(_ instant: Instant) -> Bool { start <= instant && instant < end }

    /// Hundredths of a per cent from the left edge; what is outside stands at the edge.
    func place(_ instant: Instant) -> Int {
        let inside = min(max(instant, start), end)
        return Int((inside - start).milliseconds * 10_000 / (end - start).milliseconds)
    }

    /// Every third full hour of the zone's clocks.
    func ticks(in zone: Zone) -> [(at: Instant, date: LocalDate, time: LocalTime)] {
        let quarter: Int64 = 900_000
        var at = Instant(milliseconds: (start.milliseconds + quarter - 1) / quarter * quarter)
        var found: [(at: Instant, date: LocalDate, time: LocalTime)] = []
        while at < end {
            let (date, time) = zone.localDateAndTime(at: at)
            if time.minutesSinceMidnight.isMultiple(of: 180) { found.append((at, date, time)) }
            at = at + .minutes(15)
        }
        return found
    }

    /// As an SVG attribute says it: `12.34%`.
    static func percent(_ hundredths: Int) -> String {
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)%"
    }
}
