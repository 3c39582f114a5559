import TidegateModel

/// What destinations deliver with: made once per process, in Commands.
package struct DeliveryMeans: Sendable {
    package let clock: any WallClock
    /// What connections share, whatever the dataflow.
    package let pacers: Pacers
    /// How many connections each host is spared, whatever the dataflow.
    package let gate: HostGate

    package init(clock: any WallClock, pacers: Pacers = Pacers(), gate: HostGate = HostGate()) {
        self.clock = clock
        self.pacers = pacers
        self.gate = gate
    }
}

/// The pace of each connection: at most so many calls a second, shared by everything in the process that uses it.
package final class Pacers: Sendable {
    private let turns = Locked<[String: Instant]>([:])

    package init() {}

    /// Waits until the connection may make its next call.
    ///
    /// - Parameters:
    ///   - connection: what shares the pace; never a secret itself.
    ///   - interval: between two calls.
    package func turn(of connection: String, every interval: Span, _ clock: any WallClock) async throws(DeliveryError) {
        let now = clock.now()
        let turn = turns.withLock { turns in
            let turn = max(now, turns[connection] ?? now)
            // A clock that was set back must not leave a connection waiting for the time it came from.
            let kept = turn - now > .minutes(10) ? now : turn
            turns[connection] = kept + interval
            return kept
        }
        guard turn > now else { return }
        do {
            try await clock.sleep(until: turn)
        } catch {
            throw .cancelled
        }
    }

    /// Lets nobody call before `instant`, because the receiver asked for that.
    package func hold(_ connection: String, until instant: Instant) {
        turns.withLock { $0[connection] = max(instant, $0[connection] ?? instant) }
    }
}
