import Testing
import TidegateModel

/// A local time that the clocks jump over, with what each policy makes of it.
struct Gap: Sendable, CustomTestStringConvertible {
    var zone: String
    var date: String
    var time: String
    var firstValid: String
    var shift: String
    var testDescription: String { "\(zone) \(date) \(time)" }

    static let all = [
        Gap(
            zone: "America/New_York",
            date: "2026-03-08",
            time: "02:30",
            firstValid: "2026-03-08T07:00:00Z",
            shift: "2026-03-08T07:30:00Z"
        ),
        Gap(
            zone: "Europe/Berlin",
            date: "2026-03-29",
            time: "02:30",
            firstValid: "2026-03-29T01:00:00Z",
            shift: "2026-03-29T01:30:00Z"
        ),
        Gap(
            zone: "Europe/London",
            date: "2026-03-29",
            time: "01:30",
            firstValid: "2026-03-29T01:00:00Z",
            shift: "2026-03-29T01:30:00Z"
        ),
        Gap(
            zone: "Australia/Lord_Howe",
            date: "2026-10-04",
            time: "02:15",
            firstValid: "2026-10-03T15:30:00Z",
            shift: "2026-10-03T15:45:00Z"
        ),
        Gap(
            zone: "Antarctica/Troll",
            date: "2026-03-29",
            time: "01:30",
            firstValid: "2026-03-29T01:00:00Z",
            shift: "2026-03-29T01:30:00Z"
        ),
        Gap(
            zone: "Pacific/Chatham",
            date: "2026-09-27",
            time: "03:00",
            firstValid: "2026-09-26T14:00:00Z",
            shift: "2026-09-26T14:15:00Z"
        ),
        Gap(
            zone: "Africa/Cairo",
            date: "2026-04-24",
            time: "00:00",
            firstValid: "2026-04-23T22:00:00Z",
            shift: "2026-04-23T22:00:00Z"
        ),
        Gap(
            zone: "America/Santiago",
            date: "2026-09-06",
            time: "00:00",
            firstValid: "2026-09-06T04:00:00Z",
            shift: "2026-09-06T04:00:00Z"
        ),
        Gap(
            zone: "Asia/Beirut",
            date: "2026-03-29",
            time: "00:00",
            firstValid: "2026-03-28T22:00:00Z",
            shift: "2026-03-28T22:00:00Z"
        ),
        Gap(
            zone: "Africa/Casablanca",
            date: "2026-03-22",
            time: "02:30",
            firstValid: "2026-03-22T02:00:00Z",
            shift: "2026-03-22T02:30:00Z"
        ),
        Gap(
            zone: "America/Sao_Paulo",
            date: "2018-11-04",
            time: "00:00",
            firstValid: "2018-11-04T03:00:00Z",
            shift: "2018-11-04T03:00:00Z"
        ),
    ]
}

/// A local time that the clocks show twice.
struct Fold: Sendable, CustomTestStringConvertible {
    var zone: String
    var date: String
    var time: String
    var first: String
    var last: String
    var testDescription: String { "\(zone) \(date) \(time)" }

    static let all = [
        Fold(
            zone: "America/New_York",
            date: "2026-11-01",
            time: "01:30",
            first: "2026-11-01T05:30:00Z",
            last: "2026-11-01T06:30:00Z"
        ),
        Fold(
            zone: "Europe/Berlin",
            date: "2026-10-25",
            time: "02:30",
            first: "2026-10-25T00:30:00Z",
            last: "2026-10-25T01:30:00Z"
        ),
        Fold(
            zone: "Europe/London",
            date: "2026-10-25",
            time: "01:30",
            first: "2026-10-25T00:30:00Z",
            last: "2026-10-25T01:30:00Z"
        ),
        Fold(
            zone: "Australia/Lord_Howe",
            date: "2026-04-05",
            time: "01:45",
            first: "2026-04-04T14:45:00Z",
            last: "2026-04-04T15:15:00Z"
        ),
        Fold(
            zone: "Antarctica/Troll",
            date: "2026-10-25",
            time: "01:30",
            first: "2026-10-24T23:30:00Z",
            last: "2026-10-25T01:30:00Z"
        ),
        Fold(
            zone: "Africa/Cairo",
            date: "2026-10-29",
            time: "23:30",
            first: "2026-10-29T20:30:00Z",
            last: "2026-10-29T21:30:00Z"
        ),
        Fold(
            zone: "America/Havana",
            date: "2026-11-01",
            time: "00:30",
            first: "2026-11-01T04:30:00Z",
            last: "2026-11-01T05:30:00Z"
        ),
        Fold(
            zone: "Atlantic/Azores",
            date: "2026-10-25",
            time: "00:30",
            first: "2026-10-25T00:30:00Z",
            last: "2026-10-25T01:30:00Z"
        ),
        Fold(
            zone: "America/St_Johns",
            date: "2026-11-01",
            time: "01:30",
            first: "2026-11-01T04:00:00Z",
            last: "2026-11-01T05:00:00Z"
        ),
        Fold(
            zone: "Africa/Casablanca",
            date: "2026-02-15",
            time: "02:30",
            first: "2026-02-15T01:30:00Z",
            last: "2026-02-15T02:30:00Z"
        ),
    ]
}

@Suite struct WallTimeTests {
    private func occurrences(
        _ zone: Zone,
        _ date: String,
        _ wanted: String,
        _ gap: GapPolicy = .firstValid,
        _ fold: FoldPolicy = .first
    ) throws -> [String] {
        let wanted = try time(wanted)
        return zone.wallTime(try TidegateModelTests.date(date), wanted).occurrences(
            wanted: wanted,
            gap: gap,
            fold: fold
        )
        .map(\.scheduledFor.description)
    }

    @Test(arguments: Gap.all) func `a time in a gap goes where the policy says`(_ gap: Gap) throws {
        let zone = try zone(gap.zone)
        #expect(try occurrences(zone, gap.date, gap.time, .skip) == [])
        #expect(try occurrences(zone, gap.date, gap.time, .firstValid) == [gap.firstValid])
        #expect(try occurrences(zone, gap.date, gap.time, .shift) == [gap.shift])
    }

    @Test(arguments: Fold.all) func `a time that comes twice fires as often as the policy says`(_ fold: Fold) throws {
        let zone = try zone(fold.zone)
        #expect(try occurrences(zone, fold.date, fold.time, .skip, .first) == [fold.first])
        #expect(try occurrences(zone, fold.date, fold.time, .skip, .last) == [fold.last])
        #expect(try occurrences(zone, fold.date, fold.time, .skip, .both) == [fold.first, fold.last])
    }

    @Test(arguments: GapPolicy.allCases, FoldPolicy.allCases)
    func `a date that a zone never had has no occurrence under any policy`(_ gap: GapPolicy, _ fold: FoldPolicy) throws
    {
        let apia = try zone("Pacific/Apia")
        for wanted in ["00:00", "09:00", "23:59"] {
            #expect(try occurrences(apia, "2011-12-30", wanted, gap, fold) == [])
        }
        #expect(try occurrences(apia, "2011-12-29", "09:00", gap, fold) == ["2011-12-29T19:00:00Z"])
        #expect(try occurrences(apia, "2011-12-31", "09:00", gap, fold) == ["2011-12-30T19:00:00Z"])
        #expect(apia.wallTime(try date("2011-12-30"), try time("09:00")) == .noSuchDate)
    }

    @Test func `Samoa's last minute before the lost day and its first after it are plain`() throws {
        let apia = try zone("Pacific/Apia")
        #expect(apia.wallTime(try date("2011-12-29"), try time("23:59")) == .once(try instant("2011-12-30T09:59:00Z")))
        #expect(apia.wallTime(try date("2011-12-31"), try time("00:00")) == .once(try instant("2011-12-30T10:00:00Z")))
    }

    @Test(arguments: ["Asia/Kolkata", "Asia/Tokyo", "UTC"], ["00:00", "02:30", "12:00", "23:59"])
    func `a zone without clock changes has every time exactly once`(_ name: String, _ wanted: String) throws {
        let zone = try zone(name)
        for day in 0..<400 {
            let wallTime = zone.wallTime(try date("2026-01-01").adding(days: day), try time(wanted))
            guard case .once(let instant) = wallTime else {
                Issue.record("\(name) \(day) \(wallTime)")
                return
            }
            #expect(zone.localDateAndTime(at: instant).time == (try time(wanted)))
        }
    }

    @Test func `the edges of a gap and of a fold exist once`() throws {
        let berlin = try zone("Europe/Berlin")
        let (spring, autumn) = (try date("2026-03-29"), try date("2026-10-25"))
        #expect(berlin.wallTime(spring, try time("01:59")) == .once(try instant("2026-03-29T00:59:00Z")))
        #expect(berlin.wallTime(spring, try time("03:00")) == .once(try instant("2026-03-29T01:00:00Z")))
        #expect(berlin.wallTime(autumn, try time("01:59")) == .once(try instant("2026-10-24T23:59:00Z")))
        #expect(berlin.wallTime(autumn, try time("03:00")) == .once(try instant("2026-10-25T02:00:00Z")))
    }

    @Test func `a note tells what the clocks did`() throws {
        let berlin = try zone("Europe/Berlin")
        let wanted = try time("02:30")
        let spring = berlin.wallTime(try date("2026-03-29"), wanted)
        #expect(
            spring.occurrences(wanted: wanted, gap: .firstValid, fold: .first).map(\.note)
                == ["02:30 does not exist on this date, clocks jump from 02:00 to 03:00"]
        )
        let autumn = berlin.wallTime(try date("2026-10-25"), wanted)
        #expect(
            autumn.occurrences(wanted: wanted, gap: .skip, fold: .both).map(\.note) == [
                "first of two, clocks go back from 03:00 to 02:00",
                "last of two, clocks go back from 03:00 to 02:00",
            ]
        )
        #expect(
            berlin.wallTime(try date("2026-06-01"), wanted).occurrences(wanted: wanted, gap: .skip, fold: .both).map(
                \.note
            ) == [nil]
        )
    }

    @Test func `a change knows its instant and both offsets`() throws {
        guard case .gap(let change, _) = try zone("Australia/Lord_Howe").wallTime(date("2026-10-04"), time("02:15"))
        else {
            Issue.record("no gap")
            return
        }
        let expected = ClockChange(at: try instant("2026-10-03T15:30:00Z"), offsetBefore: 37_800, offsetAfter: 39_600)
        #expect(change == expected)
        #expect(change.description == "clocks jump from 02:00 to 02:30")
    }
}
