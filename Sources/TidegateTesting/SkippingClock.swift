import TidegateModel

/// A clock on which nobody waits: whoever sleeps moves it to where the sleep ends.
///
/// What it says afterwards is how long everything would have taken at least.
package final class SkippingClock: WallClock {
    private let time: Locked<Instant>

    package init(_ now: Instant) {
        time = Locked(now)
    }

    package func now() -> Instant {
        time.withLock { $0 }
    }

    package func sleep(until deadline: Instant) async throws(CancellationError) {
        if Task.isCancelled { throw CancellationError() }
        time.withLock { $0 = max($0, deadline) }
    }
}
