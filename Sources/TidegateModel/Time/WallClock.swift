/// Where the program learns what time it is, and how it waits.
///
/// Created once, in Commands, and passed down: nothing below asks the machine for the time.
package protocol WallClock: Sendable {
    func now() -> Instant

    /// Returns at or after `deadline` as this clock tells it, also where the clock is stepped meanwhile.
    func sleep(until deadline: Instant) async throws(CancellationError)
}
