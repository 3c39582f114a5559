import Testing
import TidegateModel

@Suite struct ZoneTests {
    @Test(arguments: [
        "GMT+25", "GMT+2", "UTC+1", "EST5EDT", "EST", "CET", "PST", "Z", "", " UTC", "utc", "europe/berlin",
        "Europe/berlin",
        "Europe/Berlin ", "Foo/Bar", "Etc/GMT+25", "../etc/localtime", "SystemV/EST5EDT", "right/Europe/Berlin",
        "Localtime",
    ])
    func `a name that is no place is no zone`(_ name: String) {
        #expect(Zone(name) == nil)
    }

    @Test(arguments: [
        "UTC", "Etc/UTC", "Etc/GMT+5", "Europe/Stockholm", "Europe/Kyiv", "Europe/Kiev", "Asia/Calcutta",
        "Asia/Kolkata",
        "US/Eastern", "America/Argentina/Buenos_Aires", "America/Indiana/Indianapolis", "Pacific/Kanton",
    ])
    func `a zone keeps the name it was asked for by`(_ name: String) {
        #expect(Zone(name)?.identifier == name)
    }

    @Test func `every known name makes a zone`() {
        let names = Zone.knownIdentifiers
        #expect(names.count > 400)
        #expect(names.contains("UTC"))
        #expect(names.filter { Zone($0) == nil } == [])
    }

    @Test func `an offset is in seconds east of UTC and changes with the instant`() throws {
        let berlin = try zone("Europe/Berlin")
        #expect(berlin.offset(at: try instant("2026-01-01T00:00:00Z")) == 3600)
        #expect(berlin.offset(at: try instant("2026-03-29T00:59:59.999Z")) == 3600)
        #expect(berlin.offset(at: try instant("2026-03-29T01:00:00Z")) == 7200)
        #expect(try zone("Asia/Kathmandu").offset(at: instant("2026-01-01T00:00:00Z")) == 20_700)
        #expect(try zone("America/St_Johns").offset(at: instant("2026-01-01T00:00:00Z")) == -12_600)
        #expect(Zone.utc.offset(at: try instant("1969-12-31T23:59:59.999Z")) == 0)
    }

    @Test(arguments: [
        ("Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29 03:00 +02:00"),
        ("Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29 01:59:59 +01:00"),
        ("America/St_Johns", "2026-01-01T00:00:00Z", "2025-12-31 20:30 -03:30"),
        ("Pacific/Kiritimati", "2026-12-31T12:00:00Z", "2027-01-01 02:00 +14:00"),
        ("UTC", "1969-12-31T23:59:59.999Z", "1969-12-31 23:59:59 +00:00"),
        ("Europe/Berlin", "1800-01-01T00:00:00Z", "1800-01-01 00:53:28 +00:53:28"),
        ("America/New_York", "1850-06-01T12:00:00Z", "1850-06-01 07:03:58 -04:56:02"),
    ])
    func `an instant reads as a person there would read it`(_ name: String, _ text: String, _ expected: String) throws {
        #expect(try zone(name).text(at: instant(text)) == expected)
    }

    @Test func `the local date turns at local midnight`() throws {
        let york = try zone("America/New_York")
        #expect(york.localDate(at: try instant("2026-01-01T04:59:59.999Z")) == (try date("2025-12-31")))
        #expect(york.localDate(at: try instant("2026-01-01T05:00:00Z")) == (try date("2026-01-01")))
        let (day, clock) = york.localDateAndTime(at: try instant("2026-07-01T02:05:59Z"))
        #expect(day == (try date("2026-06-30")))
        #expect(clock == (try time("22:05")))
    }
}
