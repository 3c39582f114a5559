import TidegateModel

/// Tells work to stop, and why: blocking work asks, a waiting task is cancelled.
final class StopSignal: Sendable {
    enum Wish: Sendable {
        /// A user wants the run gone.
        case cancel
        /// The process is stopping; the run is taken up by the next one.
        case park
    }

    private struct State {
        var wish: Wish?
        var task: Task<Void, Never>?
    }

    private let state = Locked(State())

    /// The task that is cancelled with the wish.
    func watch(_ task: Task<Void, Never>) {
        let isRaised = state.withLock { state in
            state.task = task
            return state.wish != nil
        }
        if isRaised { task.cancel() }
    }

    /// A wish to cancel is stronger than one to park.
    func raise(_ wish: Wish) {
        let task = state.withLock { state in
            if state.wish != .cancel { state.wish = wish }
            return state.task
        }
        task?.cancel()
    }

    var wish: Wish? { state.withLock { $0.wish } }
    var isRaised: Bool { wish != nil }
}
