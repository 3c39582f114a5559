import Destinations
import Testing
import TidegateModel
import TidegateTesting

@Suite(.timeLimit(.minutes(1))) struct PacersTests {
    let start = ConnectorFixture.start
    let pacers = Pacers()

    private func turn(_ clock: any WallClock, every interval: Span = .seconds(2)) async throws {
        try await pacers.turn(of: "key", every: interval, clock)
    }

    @Test func `a pause of an hour holds everybody for an hour, and then the pace is kept`() async throws {
        let clock = SkippingClock(start)
        try await turn(clock)
        pacers.hold("key", for: .hours(1), from: start)
        try await turn(clock)
        #expect(clock.now() - start == .hours(1))
        try await turn(clock)
        #expect(clock.now() - start == .seconds(3602))
    }

    @Test func `two who wait for the end of a pause call one after the other`() async throws {
        let clock = ManualClock(start)
        pacers.hold("key", for: .hours(1), from: start)
        let first = Task { try await turn(clock) }
        await clock.waitForSleepers(1)
        let second = Task { try await turn(clock) }
        await clock.waitForSleepers(2)
        clock.advance(by: .hours(1))
        try await first.value
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(2))
        try await second.value
    }

    @Test func `who waits for a turn waits for a pause that begins meanwhile too`() async throws {
        let clock = ManualClock(start)
        try await turn(clock)
        let waiting = Task {
            try await turn(clock)
            return clock.now() - start
        }
        await clock.waitForSleepers(1)
        pacers.hold("key", for: .minutes(30), from: start)
        clock.advance(by: .seconds(2))
        await clock.waitForSleepers(1)
        clock.advance(by: .minutes(30))
        #expect(try await waiting.value >= .minutes(30))
    }

    @Test func `a clock that was set back leaves nobody waiting for the time it came from`() async throws {
        let (before, after) = (SkippingClock(start), SkippingClock(start - .hours(5)))
        try await turn(before)
        try await turn(after)
        #expect(after.now() - (start - .hours(5)) <= .seconds(2))
    }

    @Test func `a pause is as long as it was asked for on a clock that was set back`() async throws {
        let after = SkippingClock(start - .hours(5))
        pacers.hold("key", for: .hours(1), from: start)
        try await turn(after)
        #expect(after.now() - (start - .hours(5)) == .hours(1))
    }

    @Test func `a pace of minutes is no sign of a clock that was set back`() async throws {
        let clock = ManualClock(start)
        try await turn(clock, every: .minutes(8))
        let first = Task { try await turn(clock, every: .minutes(8)) }
        await clock.waitForSleepers(1)
        let second = Task { try await turn(clock, every: .minutes(8)) }
        await clock.waitForSleepers(2)
        first.cancel()
        second.cancel()
        await #expect(throws: DeliveryError.cancelled) { try await first.value }
        await #expect(throws: DeliveryError.cancelled) { try await second.value }
    }
}
