import Commands
import Testing
import TidegateModel
import TidegateTesting

@Suite struct SystemClockTests {
    @Test(arguments: [ClockFixture("the machine's clock", SystemClock()) { _ in }], WallClockContract.clauses)
    func contract(_ fixture: ClockFixture, _ clause: WallClockContract.Clause) async throws {
        try await clause.verify(fixture)
    }

    @Test func `the machine's clock tells this century's time`() throws {
        let from = try #require(Instant(iso: "2024-01-01T00:00:00Z"))
        let to = try #require(Instant(iso: "2100-01-01T00:00:00Z"))
        #expect((from..<to).contains(SystemClock().now()))
    }
}
