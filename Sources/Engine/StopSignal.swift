import TidegateModel

/// Tells work on another thread to stop, and why.
final class StopSignal: Sendable {
    enum Wish: Sendable {
        /// A user wants the run gone.
        case cancel
        /// The process is stopping; the run is taken up by the next one.
        case park
    }

    private let state = Locked<Wish?>(nil)

    /// A wish to cancel is stronger than one to park.
    func raise(_ wish: Wish) {
        state.withLock { current in
            if current != .cancel { current = wish }
        }
    }

    var wish: Wish? { state.withLock { $0 } }
    var isRaised: Bool { wish != nil }
}
