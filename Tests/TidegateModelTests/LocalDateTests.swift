import Testing
import TidegateModel

@Suite struct LocalDateTests {
    @Test func `every day of 800 years has its own year, month and day, in order`() throws {
        var expected = (year: 1600, month: 1, day: 1)
        let first = try #require(LocalDate(year: 1600, month: 1, day: 1)).daysSinceEpoch
        for days in first..<(first + 292_194) {
            let civil = LocalDate(daysSinceEpoch: days).civil
            guard civil == expected,
                LocalDate(year: civil.year, month: civil.month, day: civil.day)?.daysSinceEpoch == days
            else {
                Issue.record("day \(days) is \(civil), not \(expected)")
                return
            }
            expected.day += 1
            if LocalDate(year: expected.year, month: expected.month, day: expected.day) == nil {
                expected = expected.month == 12 ? (expected.year + 1, 1, 1) : (expected.year, expected.month + 1, 1)
            }
        }
        #expect(expected == (2400, 1, 1))
    }

    @Test(arguments: [
        ("1970-01-01", 4), ("1969-12-31", 3), ("2026-11-21", 6), ("2026-11-22", 7), ("2026-11-23", 1),
        ("2000-02-29", 2),
    ])
    func `weekdays count from Monday`(_ text: String, _ weekday: Int) throws {
        #expect(try date(text).weekday == weekday)
    }

    @Test(arguments: [
        ("2026-01-31", 1, "2026-02-28"), ("2026-01-31", 25, "2028-02-29"), ("2026-01-31", 2, "2026-03-31"),
        ("2024-02-29", 12, "2025-02-28"), ("2026-03-31", -1, "2026-02-28"), ("2026-01-15", -13, "2024-12-15"),
        ("2026-12-31", 0, "2026-12-31"), ("2000-01-30", 1201, "2100-02-28"),
    ])
    func `a month later is the same day or the month's last`(_ from: String, _ months: Int, _ to: String) throws {
        #expect(try date(from).addingClamped(months: months).description == to)
    }

    @Test(arguments: [
        "", "2026-1-01", "2026-13-01", "2026-00-10", "2026-02-29", "2026-04-31", "2026-01-00", "2026/01/01", "20260101",
        "2026-01-01 ", "+026-01-01", "-026-01-01",
    ])
    func `text that is no date is refused`(_ text: String) {
        #expect(LocalDate(iso: text) == nil)
    }

    @Test(arguments: ["1900-02-29", "2100-02-29", "2026-02-30"]) func `a leap day needs a leap year`(_ text: String) {
        #expect(LocalDate(iso: text) == nil)
        #expect(LocalDate(iso: "2000-02-29")?.description == "2000-02-29")
    }
}

@Suite struct LocalTimeTests {
    @Test func `every minute of the day reads and writes the same text`() throws {
        for minute in 0..<1440 {
            let time = try #require(LocalTime(hour: minute / 60, minute: minute % 60))
            #expect(time.minutesSinceMidnight == minute)
            #expect(LocalTime(iso: time.description) == time)
        }
        #expect(LocalTime(hour: 0, minute: 0) == .midnight)
        #expect(try time("02:05").description == "02:05")
    }

    @Test(arguments: ["", "2:30", "24:00", "23:60", "02:30:00", "0230", "-1:00", "ab:cd", "02.30", " 2:30"])
    func `text that is no time is refused`(_ text: String) {
        #expect(LocalTime(iso: text) == nil)
    }
}
