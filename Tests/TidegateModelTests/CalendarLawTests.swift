import Testing
import TidegateModel
import TidegateTesting

@Suite struct CalendarLawTests {
    /// Every date that calendars in the zone showed in a window, found by looking at them every hour.
    private func existingDates(_ zone: Zone, from start: LocalDate, days: Int) -> Int {
        let first = Int64(start.daysSinceEpoch) * 24
        var dates: Set<LocalDate> = []
        for hour in (first - 36)..<(first + Int64(days) * 24 + 36) {
            dates.insert(zone.localDate(at: Instant(milliseconds: hour * 3_600_000)))
        }
        return dates.filter { start <= $0 && $0 < start.adding(days: days) }.count
    }

    private func holds(_ name: String, from text: String, at wanted: [String]) throws {
        let zone = try zone(name)
        let start = try date(text)
        let expected = existingDates(zone, from: start, days: 400)
        for at in wanted {
            let daily = try schedule(.daily, at: at, start: text, end: start.adding(days: 400).description, zone: name)
            let range = Instant(milliseconds: .min)..<Instant(milliseconds: .max)
            let found = daily.occurrences(in: range).map(\.scheduledFor)
            #expect(found.count == expected, "\(name) \(at)")
            #expect(zip(found, found.dropFirst()).allSatisfy { $0 < $1 }, "\(name) \(at)")
            let plain = daily.occurrences(in: range).filter { if case .gap = $0.kind { false } else { true } }
            let dates = plain.map { zone.localDateAndTime(at: $0.scheduledFor) }
            #expect(Set(dates.map(\.date)).count == plain.count, "\(name) \(at)")
            #expect(dates.allSatisfy { $0.time.description == at }, "\(name) \(at)")
        }
    }

    @Test(arguments: ["00:00", "02:30", "23:30"])
    func `daily has exactly one occurrence per existing local date in every zone`(_ at: String) throws {
        for name in Zone.knownIdentifiers {
            try holds(name, from: "2025-11-21", at: [at])
        }
    }

    @Test(arguments: [
        ("Pacific/Apia", "2011-06-01", 399), ("Pacific/Fakaofo", "2011-06-01", 399),
        ("Pacific/Kwajalein", "1993-06-01", 399), ("Pacific/Kiritimati", "1994-06-01", 399),
        ("America/Goose_Bay", "2010-06-01", 400), ("Europe/Berlin", "2026-01-01", 400),
    ])
    func `a lost date is the only one without an occurrence`(_ name: String, _ start: String, _ dates: Int) throws {
        #expect(existingDates(try zone(name), from: try date(start), days: 400) == dates)
        try holds(name, from: start, at: ["00:00", "00:01", "00:30", "02:00", "09:00", "12:00", "23:30", "23:59"])
    }

    /// Schedules of every frequency and policy in zones where something happens.
    private static let schedules: [Schedule] = {
        var all: [Schedule] = []
        let zones = [
            "Europe/Berlin", "Africa/Cairo", "America/Goose_Bay", "Pacific/Apia", "Australia/Lord_Howe", "UTC",
        ]
        for (number, zone) in zones.enumerated() {
            for frequency in Frequency.allCases {
                for (gap, fold) in zip(GapPolicy.allCases, FoldPolicy.allCases) {
                    all.append(
                        Schedule(
                            frequency: frequency,
                            trigger: .scheduled,
                            at: LocalTime(hour: [0, 2, 23, 0, 2, 1][number], minute: 15),
                            start: LocalDate(year: 2010, month: 1, day: 31),
                            end: LocalDate(year: 2012, month: 6, day: 1),
                            timeZone: zone,
                            gap: gap,
                            fold: fold
                        )
                    )
                }
            }
        }
        return all
    }()

    @Test func `enumerating a range in two halves gives the range`() throws {
        var random = SeededGenerator(seed: 1)
        let bounds = try instant("2009-12-01T00:00:00Z").milliseconds...instant("2012-08-01T00:00:00Z").milliseconds
        for schedule in Self.schedules {
            for _ in 0..<8 {
                let cuts = (0..<3).map { _ in Instant(milliseconds: .random(in: bounds, using: &random)) }.sorted()
                let whole = Array(schedule.occurrences(in: cuts[0]..<cuts[2]))
                let halves =
                    Array(schedule.occurrences(in: cuts[0]..<cuts[1])) + schedule.occurrences(in: cuts[1]..<cuts[2])
                #expect(whole == halves, "\(schedule) \(cuts)")
            }
        }
    }

    @Test func `cutting exactly at an occurrence neither loses nor doubles it`() throws {
        let (from, to) = (try instant("2010-10-01T00:00:00Z"), try instant("2012-02-01T00:00:00Z"))
        for schedule in Self.schedules {
            let whole = Array(schedule.occurrences(in: from..<to))
            for cut in whole.prefix(40).map(\.scheduledFor) {
                let halves = Array(schedule.occurrences(in: from..<cut)) + schedule.occurrences(in: cut..<to)
                #expect(whole == halves, "\(schedule) \(cut)")
            }
        }
    }

    @Test func `asking for the next again and again walks the enumeration`() throws {
        for schedule in Self.schedules {
            let from = try instant("2011-09-01T00:00:00Z")
            let expected = Array(schedule.occurrences(in: from..<(try instant("2012-09-01T00:00:00Z"))))
            var walked: [ScheduledInstant] = []
            var now = from - .milliseconds(1)
            while let next = schedule.next(after: now) {
                #expect(next.scheduledFor > now)
                walked.append(next)
                now = next.scheduledFor
            }
            #expect(walked == expected, "\(schedule)")
            #expect(schedule.next(after: from - .milliseconds(1), limit: .max) == expected)
        }
    }
}
