import Testing
import TidegateModel

/// One clock under test, and how a test makes its time go by.
package struct ClockFixture: Sendable, CustomTestStringConvertible {
    package let testDescription: String
    package let clock: any WallClock
    /// Lets at least that much time pass, or returns at once where it passes by itself.
    package let elapse: @Sendable (Span) async -> Void

    package init(_ name: String, _ clock: any WallClock, elapse: @escaping @Sendable (Span) async -> Void) {
        testDescription = name
        self.clock = clock
        self.elapse = elapse
    }
}

/// What every clock promises.
package enum WallClockContract {
    package struct Clause: Sendable, CustomTestStringConvertible {
        package let promise: String
        package let verify: @Sendable (ClockFixture) async throws -> Void
        package var testDescription: String { promise }
    }

    package static let clauses: [Clause] = [
        Clause(promise: "a deadline that has passed is not waited for") { fixture in
            try await fixture.clock.sleep(until: fixture.clock.now())
            try await fixture.clock.sleep(until: Instant(milliseconds: 0))
        },
        Clause(promise: "a sleep ends at its deadline or later, never before") { fixture in
            let deadline = fixture.clock.now() + .milliseconds(3)
            let sleeper = Task {
                try await fixture.clock.sleep(until: deadline)
                return fixture.clock.now()
            }
            await fixture.elapse(.milliseconds(3))
            let woken = try await sleeper.value
            #expect(woken >= deadline)
        },
        Clause(promise: "a task that was cancelled before it slept does not sleep") { fixture in
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let sleeper = Task {
                for await _ in started {}
                try await fixture.clock.sleep(until: fixture.clock.now() + .days(1))
            }
            sleeper.cancel()
            start.finish()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
        },
        Clause(promise: "a sleep that is cancelled ends at once") { fixture in
            let sleeper = Task { try await fixture.clock.sleep(until: fixture.clock.now() + .days(1)) }
            await fixture.elapse(.milliseconds(1))
            sleeper.cancel()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
        },
    ]
}
