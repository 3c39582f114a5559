import Logging
import NIOCore
import Store
import TidegateModel

/// Tells open pages that something changed: one look at the store for all of them, and none while nobody listens.
final class ChangeFeed: Sendable {
    /// Pages at a time; further ones are as good as without a script.
    static let limit = 64
    /// Between two looks, and between two signs of life where nothing changed.
    static let rhythm = Span.seconds(1)
    static let heartbeat = Span.seconds(15)

    private struct Listener: Sendable {
        let stream: AsyncStream<Int>.Continuation
        let isWanted: @Sendable () -> Bool
    }

    private struct State {
        var listeners: [Int: Listener] = [:]
        var made = 0
        /// Grows with every change that was seen.
        var version = 0
        var seen: Sight?
        var watch: Task<Void, Never>?
        var hasEnded = false
    }

    private struct Sight: Hashable {
        let pulse: Pulse
        let work: [WorkProgress]
    }

    private let desk: Desk
    private let state = Locked(State())

    init(_ desk: Desk) {
        self.desk = desk
    }

    /// A number at once, which grows whenever something changed and is repeated as a sign of life. Nil where too many listen.
    ///
    /// Ends when its reader is cancelled, is not wanted any more, or the server stops; of what a slow reader has not
    /// taken only the newest is kept.
    ///
    /// - Parameters:
    ///   - closed: of the reader's connection; nothing else says that a reader has gone while there is nothing to write.
    ///   - isWanted: asked at every look.
    func listen(until closed: EventLoopFuture<Void>? = nil, while isWanted: @escaping @Sendable () -> Bool = { true })
        -> AsyncStream<Int>?
    {
        let (stream, continuation) = AsyncStream<Int>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let number: Int? = state.withLock { state in
            guard state.listeners.count < Self.limit, !state.hasEnded else { return nil }
            state.made += 1
            state.listeners[state.made] = Listener(stream: continuation, isWanted: isWanted)
            continuation.yield(state.version)
            if state.watch == nil { state.watch = Task { [weak self] in await self?.watch() } }
            return state.made
        }
        guard let number else { return nil }
        continuation.onTermination = { [weak self] _ in self?.leave(number) }
        closed?.whenComplete { _ in continuation.finish() }
        return stream
    }

    /// Lets everybody go, so that no open page holds a server that stops.
    func end() {
        let listeners = state.withLock { state in
            state.hasEnded = true
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.stream.finish() }
    }

    var listeners: Int { state.withLock { $0.listeners.count } }

    private func leave(_ number: Int) {
        state.withLock { state in
            state.listeners[number] = nil
            guard state.listeners.isEmpty else { return }
            state.watch?.cancel()
            state.watch = nil
            // What changes while nobody listens is on the page that the next one has just been served.
            state.seen = nil
        }
    }

    private func watch() async {
        var spoken = desk.clock.now()
        while !Task.isCancelled {
            let now = desk.clock.now()
            endUnwanted()
            if look() || now - spoken >= Self.heartbeat || now < spoken {
                spoken = now
                speak()
            }
            do { try await desk.clock.sleep(until: now + Self.rhythm) } catch { return }
        }
    }

    /// Whether something is different from the last look.
    private func look() -> Bool {
        guard let pulse = try? desk.store.pulse() else { return false }
        let sight = Sight(pulse: pulse, work: desk.sights.work())
        return state.withLock { state in
            defer { state.seen = sight }
            guard let seen = state.seen, seen != sight else { return false }
            state.version += 1
            return true
        }
    }

    private func speak() {
        state.withLock { state in
            for listener in state.listeners.values { listener.stream.yield(state.version) }
        }
    }

    private func endUnwanted() {
        let listeners = state.withLock { Array($0.listeners.values) }
        // Ended outside of the lock, as each then leaves.
        for listener in listeners where !listener.isWanted() { listener.stream.finish() }
    }
}
