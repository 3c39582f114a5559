import TidegateModel

/// Slows down whoever tries tokens: after some wrong ones an address waits, also with the right one.
final class LoginThrottle: Sendable {
    static let attempts = 10
    static let window = Span.minutes(1)
    /// Addresses remembered at once; what comes on top of them shares one place.
    private static let most = 1000

    private struct Failures {
        var since: Instant
        var count = 0
    }

    private let failures = Locked<[String: Failures]>([:])

    /// How long the address has to wait before its next attempt is looked at; nil where it need not.
    func wait(_ address: String, at now: Instant) -> Span? {
        failures.withLock { failures in
            Self.forget(&failures, at: now)
            guard let known = failures[Self.place(address, in: failures)], known.count >= Self.attempts else {
                return nil
            }
            return known.since + Self.window - now
        }
    }

    func noteFailure(_ address: String, at now: Instant) {
        failures.withLock { failures in
            Self.forget(&failures, at: now)
            failures[Self.place(address, in: failures), default: Failures(since: now)].count += 1
        }
    }

    /// What is over, and what a clock that was set back would keep for too long.
    private static func forget(_ failures: inout [String: Failures], at now: Instant) {
        failures = failures.filter { $0.value.since + window > now && $0.value.since <= now }
    }

    private static func place(_ address: String, in failures: [String: Failures]) -> String {
        failures[address] == nil && failures.count >= most ? "" : address
    }
}
