import Foundation
import Glibc
import TidegateModel

/// The machine's clock.
package struct SystemClock: WallClock {
    /// No single wait is longer: a clock that was stepped or a machine that was suspended is noticed after it.
    private static let longestWait = Span.seconds(30)

    package init() {}

    package func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    package func sleep(until deadline: Instant) async throws(CancellationError) {
        while true {
            let left = deadline - now()
            if left <= .milliseconds(0) { return }
            let wait = min(left, Self.longestWait)
            do {
                try await Task.sleep(for: .milliseconds(wait.milliseconds))
            } catch {
                throw CancellationError()
            }
        }
    }
}
