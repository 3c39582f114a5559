import Testing
import TidegateModel

@Suite struct ScheduleOccurrencesTests {
    @Test func `once fires on its date and never again`() throws {
        let once = try schedule(.once, at: "09:00", start: "2026-05-01", zone: "Europe/Berlin")
        #expect(try once.instants(from: "2020-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z") == ["2026-05-01T07:00:00Z"])
        #expect(
            once.next(after: try instant("2026-05-01T06:59:59.999Z"))?.scheduledFor
                == (try instant("2026-05-01T07:00:00Z"))
        )
        #expect(once.next(after: try instant("2026-05-01T07:00:00Z")) == nil)
        #expect(once.next(after: try instant("2126-05-01T07:00:00Z")) == nil)
    }

    @Test func `once on a date that does not exist never fires`() throws {
        let once = try schedule(.once, at: "09:00", start: "2011-12-30", zone: "Pacific/Apia")
        #expect(once.next(after: try instant("2000-01-01T00:00:00Z")) == nil)
    }

    @Test func `daily without a start reaches back before 1970`() throws {
        let daily = try schedule(.daily, at: "02:00")
        #expect(
            try daily.instants(from: "1969-12-30T12:00:00Z", to: "1970-01-02T00:00:00Z")
                == ["1969-12-31T02:00:00Z", "1970-01-01T02:00:00Z"]
        )
    }

    @Test func `start is the first date and end the first date no more`() throws {
        let daily = try schedule(.daily, at: "00:00", start: "2026-01-30", end: "2026-02-02", zone: "Asia/Tokyo")
        #expect(
            try daily.instants(from: "2025-01-01T00:00:00Z", to: "2030-01-01T00:00:00Z")
                == ["2026-01-29T15:00:00Z", "2026-01-30T15:00:00Z", "2026-01-31T15:00:00Z"]
        )
        #expect(daily.next(after: try instant("2026-01-31T15:00:00Z")) == nil)
    }

    @Test func `a start that is also the end leaves nothing`() throws {
        let daily = try schedule(.daily, start: "2026-01-30", end: "2026-01-30")
        #expect(daily.next(after: try instant("2000-01-01T00:00:00Z")) == nil)
    }

    @Test func `weekly keeps the weekday of its start through clock changes`() throws {
        let weekly = try schedule(.weekly, at: "08:00", start: "2026-03-16", zone: "Europe/Berlin")
        #expect(
            try weekly.instants(from: "2026-01-01T00:00:00Z", to: "2026-04-07T00:00:00Z")
                == ["2026-03-16T07:00:00Z", "2026-03-23T07:00:00Z", "2026-03-30T06:00:00Z", "2026-04-06T06:00:00Z"]
        )
    }

    @Test func `monthly on the 31st runs on the last day of shorter months and comes back to the 31st`() throws {
        let monthly = try schedule(.monthly, at: "00:00", start: "2026-01-31")
        let days = try monthly.instants(from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z").map {
            $0.dropLast(10)
        }
        #expect(
            days == [
                "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31",
                "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30", "2026-12-31",
            ]
        )
        #expect(
            try monthly.instants(from: "2028-02-01T00:00:00Z", to: "2028-03-01T00:00:00Z") == ["2028-02-29T00:00:00Z"]
        )
    }

    @Test func `monthly from 29 February runs on the 28th of other Februaries and on the 29th of other months`() throws
    {
        let monthly = try schedule(.monthly, at: "00:00", start: "2024-02-29")
        let days = try monthly.instants(from: "2024-01-01T00:00:00Z", to: "2025-04-01T00:00:00Z").map {
            $0.dropLast(10)
        }
        #expect(days.count == 14)
        #expect(days.first == "2024-02-29")
        #expect(days[1] == "2024-03-29")
        #expect(days[12] == "2025-02-28")
        #expect(days[13] == "2025-03-29")
        let centuries = try ["2096", "2100", "2104"].flatMap { year in
            try monthly.instants(from: "\(year)-02-01T00:00:00Z", to: "\(year)-03-01T00:00:00Z")
        }
        #expect(centuries == ["2096-02-29T00:00:00Z", "2100-02-28T00:00:00Z", "2104-02-29T00:00:00Z"])
    }

    @Test func `monthly counts from the start also where asked from the middle`() throws {
        let monthly = try schedule(.monthly, at: "12:00", start: "2026-01-31")
        #expect(
            monthly.next(after: try instant("2026-02-28T11:59:59Z"))?.scheduledFor
                == (try instant("2026-02-28T12:00:00Z"))
        )
        #expect(
            monthly.next(after: try instant("2026-02-28T12:00:00Z"))?.scheduledFor
                == (try instant("2026-03-31T12:00:00Z"))
        )
        #expect(
            monthly.next(after: try instant("2000-01-01T00:00:00Z"))?.scheduledFor
                == (try instant("2026-01-31T12:00:00Z"))
        )
    }

    @Test(arguments: [
        (Frequency.every3Hours, 8), (.every6Hours, 4), (.every8Hours, 3), (.every12Hours, 2),
    ])
    func `hourly frequencies keep their step through clock changes`(_ frequency: Frequency, _ perDay: Int) throws {
        let hourly = try schedule(frequency, at: "01:00", start: "2026-03-20", zone: "Europe/Berlin")
        let found = Array(hourly.occurrences(in: try instant("2026-03-20T00:00:00Z")..<instant("2026-04-09T00:00:00Z")))
        #expect(found.count == 20 * perDay)
        #expect(found.first?.scheduledFor == (try instant("2026-03-20T00:00:00Z")))
        let steps = Set(zip(found, found.dropFirst()).map { $1.scheduledFor - $0.scheduledFor })
        #expect(steps == [try #require(frequency.step)])
    }

    @Test func `hourly frequencies end with the local date before end`() throws {
        let hourly = try schedule(
            .every12Hours,
            at: "06:00",
            start: "2026-03-28",
            end: "2026-03-30",
            zone: "Europe/Berlin"
        )
        #expect(
            try hourly.instants(from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z")
                == ["2026-03-28T05:00:00Z", "2026-03-28T17:00:00Z", "2026-03-29T05:00:00Z", "2026-03-29T17:00:00Z"]
        )
        #expect(hourly.next(after: try instant("2026-03-29T17:00:00Z")) == nil)
    }

    @Test(arguments: GapPolicy.allCases)
    func `hourly frequencies that start in a gap count from its end, whatever the policy`(_ gap: GapPolicy) throws {
        let hourly = try schedule(.every6Hours, at: "02:30", start: "2026-03-29", zone: "Europe/Berlin", gap: gap)
        #expect(
            try hourly.instants(from: "2026-03-28T00:00:00Z", to: "2026-03-29T12:00:00Z")
                == ["2026-03-29T01:00:00Z", "2026-03-29T07:00:00Z"]
        )
    }

    @Test func `hourly frequencies that start on a date a zone never had count from the next`() throws {
        let hourly = try schedule(.every12Hours, at: "09:00", start: "2011-12-30", zone: "Pacific/Apia")
        #expect(
            try hourly.instants(from: "2011-12-01T00:00:00Z", to: "2011-12-31T12:00:00Z")
                == ["2011-12-30T19:00:00Z", "2011-12-31T07:00:00Z"]
        )
    }

    @Test(arguments: Frequency.allCases) func `a schedule that a snapshot triggers has no instants`(
        _ frequency: Frequency
    ) throws {
        let after = Schedule(
            frequency: frequency,
            trigger: .afterSegmentation,
            at: try time("02:00"),
            start: try date("2026-01-01")
        )
        #expect(after.next(after: try instant("2025-01-01T00:00:00Z")) == nil)
    }

    @Test(arguments: Frequency.allCases.filter { $0 != .daily })
    func `a frequency that counts from its start has no instants without one`(_ frequency: Frequency) throws {
        #expect(try schedule(frequency).next(after: instant("2025-01-01T00:00:00Z")) == nil)
    }

    @Test func `an unknown zone or a missing time gives no instants`() throws {
        #expect(try schedule(.daily, zone: "Mars/Olympus").next(after: instant("2025-01-01T00:00:00Z")) == nil)
        let timeless = Schedule(frequency: .daily, trigger: .scheduled)
        #expect(timeless.next(after: try instant("2025-01-01T00:00:00Z")) == nil)
        #expect(try !schedule(.daily, zone: "Mars/Olympus").windowContains(instant("2025-01-01T00:00:00Z")))
    }

    @Test func `a skipped gap leaves its date out and nothing else`() throws {
        let daily = try schedule(.daily, at: "02:30", zone: "Europe/Berlin", gap: .skip)
        #expect(
            try daily.instants(from: "2026-03-28T00:00:00Z", to: "2026-03-31T00:00:00Z")
                == ["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"]
        )
    }

    @Test func `a fold under both fires twice and says which is which`() throws {
        let daily = try schedule(.daily, at: "02:30", zone: "Europe/Berlin", fold: .both)
        let found = daily.next(after: try instant("2026-10-24T12:00:00Z"), limit: 3)
        #expect(
            found.map(\.scheduledFor.description)
                == ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"]
        )
        #expect(found.map { $0.note?.prefix(5) } == ["first", "last ", nil])
        #expect(
            daily.next(after: try instant("2026-10-25T00:30:00Z"))?.scheduledFor
                == (try instant("2026-10-25T01:30:00Z"))
        )
    }

    @Test func `limit cuts and an ending schedule gives fewer`() throws {
        let daily = try schedule(.daily, end: "2026-01-04")
        #expect(daily.next(after: try instant("2026-01-01T00:00:00Z"), limit: 2).count == 2)
        #expect(daily.next(after: try instant("2026-01-01T00:00:00Z"), limit: 50).count == 3)
        #expect(daily.next(after: try instant("2026-01-01T00:00:00Z"), limit: 0).isEmpty)
    }

    @Test func `a window holds from the start of its first date to the start of its end date, in its zone`() throws {
        let daily = try schedule(.daily, start: "2026-03-29", end: "2026-10-25", zone: "Europe/Berlin")
        #expect(!daily.windowContains(try instant("2026-03-28T22:59:59.999Z")))
        #expect(daily.windowContains(try instant("2026-03-28T23:00:00Z")))
        #expect(daily.windowContains(try instant("2026-10-24T21:59:59.999Z")))
        #expect(!daily.windowContains(try instant("2026-10-24T22:00:00Z")))
        let open = try schedule(.daily)
        #expect(open.windowContains(try instant("0001-01-01T00:00:00Z")))
        #expect(open.windowContains(try instant("9999-01-01T00:00:00Z")))
    }

    @Test(arguments: Frequency.allCases) func `the ends of time are answered and not met`(_ frequency: Frequency) throws
    {
        let schedule = try schedule(frequency, start: "2026-01-31", zone: "Europe/Berlin")
        #expect(schedule.next(after: Instant(milliseconds: .max)) == nil)
        #expect(schedule.next(after: try instant("9999-12-31T23:59:59.999Z")) == nil)
        #expect(
            schedule.next(after: Instant(milliseconds: .min))?.scheduledFor == (try instant("2026-01-31T01:30:00Z"))
        )
        let all = Instant(milliseconds: .min)..<Instant(milliseconds: .max)
        #expect(
            Array(schedule.occurrences(in: all).prefix(3)).first?.scheduledFor == (try instant("2026-01-31T01:30:00Z"))
        )
    }

    @Test func `fifty years are read one by one`() throws {
        let daily = try schedule(.daily, at: "02:30", zone: "America/New_York")
        let range = try instant("2000-01-01T00:00:00Z")..<instant("2050-01-01T00:00:00Z")
        #expect(daily.occurrences(in: range).reduce(into: 0) { count, _ in count += 1 } == 18_263)
    }
}
