import TidegateModel

/// What destinations deliver with: made once per process, in Commands.
package struct DeliveryMeans: Sendable {
    package let clock: any WallClock
    /// What connections share, whatever the dataflow.
    package let pacers: Pacers
    /// How many connections each host is spared, whatever the dataflow.
    package let gate: HostGate
    /// Where calls are counted.
    package let tally: Tally
    /// Of the destination that delivers with them; nil before one does.
    package var destination: String?

    package init(
        clock: any WallClock, pacers: Pacers = Pacers(), gate: HostGate = HostGate(), tally: Tally = Tally()
    ) {
        self.clock = clock
        self.pacers = pacers
        self.gate = gate
        self.tally = tally
    }
}

/// The pace of each connection: at most so many calls a second, shared by everything in the process that uses it.
package final class Pacers: Sendable {
    private struct Pace {
        /// When the last turn was asked for.
        var asked: Instant
        /// The first instant that is nobody's turn.
        var next: Instant
        /// The receiver has asked for silence until then.
        var hold: Instant?

        /// A clock that was set back must not leave a connection waiting for the time it came from: what was to come
        /// stays as far ahead as it was. Tasks may read the clock in another order than they come here, by milliseconds.
        mutating func follow(_ now: Instant) {
            let back = asked - now
            if back > .seconds(1) {
                next = next - back
                hold = hold.map { $0 - back }
            }
            asked = back > .seconds(1) ? now : max(asked, now)
        }
    }

    private let paces = Locked<[String: Pace]>([:])

    package init() {}

    /// Waits until the connection may make its next call.
    ///
    /// - Parameters:
    ///   - connection: what shares the pace; never a secret itself.
    ///   - interval: between two calls.
    package func turn(of connection: String, every interval: Span, _ clock: any WallClock) async throws(DeliveryError) {
        while true {
            let now = clock.now()
            let turn = take(connection, every: interval, now)
            guard turn > now else { return }
            do {
                try await clock.sleep(until: turn)
            } catch {
                throw .cancelled
            }
            // What the receiver has asked for meanwhile holds for those too who were waiting.
            guard isHeld(connection, at: clock.now()) else { return }
        }
    }

    private func take(_ connection: String, every interval: Span, _ now: Instant) -> Instant {
        paces.withLock { paces in
            var pace = paces[connection] ?? Pace(asked: now, next: now)
            pace.follow(now)
            let turn = max(now, pace.next, pace.hold ?? now)
            pace.next = turn + interval
            paces[connection] = pace
            return turn
        }
    }

    private func isHeld(_ connection: String, at now: Instant) -> Bool {
        paces.withLock { ($0[connection]?.hold).map { $0 > now } ?? false }
    }

    /// Lets nobody call for so long, however long it is, because the receiver asked for that.
    package func hold(_ connection: String, for wait: Span, from now: Instant) {
        paces.withLock { paces in
            var pace = paces[connection] ?? Pace(asked: now, next: now)
            pace.follow(now)
            pace.hold = max(now + wait, pace.hold ?? now)
            paces[connection] = pace
        }
    }
}
