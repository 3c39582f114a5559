import Foundation
import Testing
import TidegateModel
import TidegateTesting

@Suite struct InstantTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.001Z", 1), ("1969-12-31T23:59:59.999Z", -1),
            ("1969-12-31T00:00:00Z", -86_400_000), ("2026-11-21T02:00:00Z", 1_795_226_400_000),
            ("2000-02-29T12:34:56.789Z", 951_827_696_789), ("0000-01-01T00:00:00Z", -62_167_219_200_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)]
    )
    func `an instant reads and writes the same text`(_ text: String, _ milliseconds: Int64) {
        #expect(Instant(iso: text)?.milliseconds == milliseconds)
        #expect(Instant(milliseconds: milliseconds).description == text)
    }

    @Test func `every instant survives a trip through text, and its second one through JSON`() throws {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<2000 {
            let instant = Instant(milliseconds: .random(in: -62_167_219_200_000..<253_402_300_800_000, using: &random))
            #expect(Instant(iso: instant.description) == instant)
            let json = try JSONEncoder().encode([instant])
            #expect(try JSONDecoder().decode([Instant].self, from: json) == [instant.flooredToSecond])
        }
    }

    @Test(arguments: [
        ("2026-03-29T03:00:00+02:00", "2026-03-29T01:00:00Z"), ("2026-01-01T00:00:00-03:30", "2026-01-01T03:30:00Z"),
        ("1970-01-01T00:00:00+14:00", "1969-12-31T10:00:00Z"), ("2026-01-01 00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00.1Z", "2026-01-01T00:00:00.100Z"),
        ("2026-01-01T00:00:00.123987+00:00", "2026-01-01T00:00:00.123Z"),
    ])
    func `other ways to write an instant are read`(_ text: String, _ expected: String) {
        #expect(Instant(iso: text)?.description == expected)
    }

    @Test(arguments: [
        "", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+2:00",
        "2026-01-01T00:00:00+0200", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00z", "2026-01-01T00:00:00ZZ",
        "２026-01-01T00:00:00Z", "+026-01-01T00:00:00Z", "2026-01-01T00:00:00Z ",
    ])
    func `text that is no instant is refused`(_ text: String) {
        #expect(Instant(iso: text) == nil)
    }

    @Test func `spans add up`() throws {
        let start = try instant("2026-03-29T00:00:00Z")
        #expect(start + .days(1) == (try instant("2026-03-30T00:00:00Z")))
        #expect(start - .hours(1) + .minutes(60) == start)
        #expect((try instant("2026-03-29T00:00:01.500Z")) - start == .milliseconds(1500))
        #expect(start - (start + .seconds(5)) == .seconds(-5))
        #expect(Span.days(2) == .hours(48))
        #expect(Span.seconds(-1) < .milliseconds(0))
    }
}
