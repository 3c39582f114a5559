import TidegateModel

/// Wakes a waiting scheduler before its time.
final class Bell: Sendable {
    private struct State {
        var hasRung = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Locked(State())

    /// Ends the present wait, or the next one where nobody waits.
    func ring() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            if state.waiter == nil { state.hasRung = true }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns when the bell rings, or at `deadline`. One waiter at a time.
    func wait(until deadline: Instant, by clock: any WallClock) async {
        let alarm = Task {
            try? await clock.sleep(until: deadline)
            if !Task.isCancelled { ring() }
        }
        await withCheckedContinuation { continuation in
            let isDue = state.withLock { state in
                if state.hasRung {
                    state.hasRung = false
                    return true
                }
                state.waiter = continuation
                return false
            }
            if isDue { continuation.resume() }
        }
        alarm.cancel()
    }
}
