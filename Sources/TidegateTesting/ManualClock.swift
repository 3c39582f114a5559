import TidegateModel

/// A clock that stands still until a test moves it.
package final class ManualClock: WallClock {
    private struct Sleeper {
        var deadline: Instant
        var wake: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Instant
        var nextNumber = 0
        var sleepers: [Int: Sleeper] = [:]
        var watchers: [(count: Int, wake: CheckedContinuation<Void, Never>)] = []

        mutating func takeDue() -> [CheckedContinuation<Void, any Error>] {
            let due = sleepers.filter { $0.value.deadline <= now }
            for number in due.keys { sleepers[number] = nil }
            return due.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }.map(\.value.wake)
        }

        mutating func takeContentWatchers() -> [CheckedContinuation<Void, Never>] {
            let content = watchers.filter { $0.count <= sleepers.count }
            watchers.removeAll { $0.count <= sleepers.count }
            return content.map(\.wake)
        }
    }

    private let state: Locked<State>

    package init(_ now: Instant) {
        state = Locked(State(now: now))
    }

    package func now() -> Instant {
        state.withLock { $0.now }
    }

    package func advance(by span: Span) {
        move { $0 + span }
    }

    /// Steps the clock, backwards too, as an administrator or NTP would.
    package func set(to instant: Instant) {
        move { _ in instant }
    }

    private func move(_ change: (Instant) -> Instant) {
        let due = state.withLock { state in
            state.now = change(state.now)
            return state.takeDue()
        }
        for wake in due { wake.resume() }
    }

    package func sleep(until deadline: Instant) async throws(CancellationError) {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        do {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { fallAsleep(number, until: deadline, $0) }
            } onCancel: {
                state.withLock { $0.sleepers.removeValue(forKey: number)?.wake }?.resume(throwing: CancellationError())
            }
        } catch {
            throw CancellationError()
        }
    }

    private func fallAsleep(_ number: Int, until deadline: Instant, _ wake: CheckedContinuation<Void, any Error>) {
        enum Fate { case asleep(watchers: [CheckedContinuation<Void, Never>]), due, cancelled }
        let fate: Fate = state.withLock { state in
            // Under the lock: a cancellation before this is seen here, a later one finds the sleeper.
            if Task.isCancelled { return .cancelled }
            if deadline <= state.now { return .due }
            state.sleepers[number] = Sleeper(deadline: deadline, wake: wake)
            return .asleep(watchers: state.takeContentWatchers())
        }
        switch fate {
        case .asleep(let watchers): for watcher in watchers { watcher.resume() }
        case .due: wake.resume()
        case .cancelled: wake.resume(throwing: CancellationError())
        }
    }

    /// Returns once at least `count` tasks are asleep, so that a test moves the clock at a known moment.
    package func waitForSleepers(_ count: Int) async {
        await withCheckedContinuation { wake in
            let isContent = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append((count, wake))
                return false
            }
            if isContent { wake.resume() }
        }
    }
}
