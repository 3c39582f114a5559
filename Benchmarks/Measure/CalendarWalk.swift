import TidegateModel

/// How many next occurrences a second the calendar finds, over zones with and without clock changes.
enum CalendarWalk {
    private struct UnknownFixture: Error {}

    private static let zones = [
        "UTC", "Europe/Stockholm", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu",
        "Africa/Casablanca", "Pacific/Apia",
    ]

    static func measured() throws -> [String: Double] {
        guard let from = Instant(iso: "2026-01-01T00:00:00Z"), let start = LocalDate(iso: "2026-01-05"),
            let at = LocalTime(iso: "02:30")
        else { throw UnknownFixture() }
        var figures: [String: Double] = [:]
        var total = 0.0
        for frequency in [Frequency.daily, .weekly, .monthly, .every6Hours] {
            let schedules = zones.map {
                Schedule(frequency: frequency, trigger: .scheduled, at: at, start: start, timeZone: $0)
            }
            let steps = 500
            let seconds = Measure.seconds(rounds: 9) { walk(schedules, from: from, steps: steps) }
            let rate = Double(steps * schedules.count) / seconds
            figures["\(frequency.rawValue)PerSecond"] = rate
            total += 1 / rate
        }
        figures["perSecond"] = Double(4) / total
        return figures
    }

    private static func walk(_ schedules: [Schedule], from: Instant, steps: Int) {
        for schedule in schedules {
            var instant = from
            for _ in 0..<steps {
                guard let next = schedule.next(after: instant) else { break }
                instant = next.scheduledFor
            }
            precondition(instant > from, "the calendar stands still")
        }
    }
}
