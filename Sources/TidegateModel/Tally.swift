/// What this process counted since it began, for whoever watches it. Counts only go up.
package final class Tally: Sendable {
    /// What is counted, with what tells one kind from another. Of those there are never many: nothing in them comes from
    /// a profile, a receiver or a caller.
    package enum Event: Hashable, Sendable {
        /// A connector called the receiver of a destination; `answer` is a class such as `2xx`, or `none`.
        case connectorRequest(destination: String, answer: String)
        /// A receiver asked for silence, and how long it asked for, in seconds.
        case pauseAskedFor(destination: String)
        case secondsOfPause(destination: String)
        /// The clock went back, or ahead by more than work explains; the process may have stood still instead.
        case clockStepped(Direction)
        /// A request to this process was answered.
        case request(family: String, status: Int)
    }

    package enum Direction: String, CaseIterable, Sendable { case back, ahead }

    private let counted = Locked<[Event: Double]>([:])

    package init() {}

    package func count(_ event: Event, _ amount: Double = 1) {
        counted.withLock { $0[event, default: 0] += max(amount, 0) }
    }

    package var counts: [Event: Double] { counted.withLock { $0 } }
}
