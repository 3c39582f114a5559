import TidegateModel

/// How many connections at once each host is spared: shared by everything in the process that goes there.
///
/// Whoever waits is let in before those who came later, also before those who ask for less.
package final class HostGate: Sendable {
    private struct Waiter {
        var number: Int
        var limit: Int
        var wake: CheckedContinuation<Bool, Never>
    }

    private struct Host {
        var inside = 0
        var waiting: [Waiter] = []
    }

    private struct State {
        var hosts: [String: Host] = [:]
        var nextNumber = 0
        /// Of those that were cancelled before they came to wait.
        var cancelled: Set<Int> = []
    }

    private let state = Locked(State())

    package init() {}

    /// Waits until fewer than `limit` are at the host, and does the work as one of them.
    ///
    /// - Parameters:
    ///   - host: name and port, such as `files.example.com:22`.
    ///   - limit: what the caller allows itself; callers of one host may differ.
    /// - Throws: `.cancelled` where the task is cancelled while it waits.
    package func enter<Value>(
        _ host: String, atMost limit: Int, isolation: isolated (any Actor)? = #isolation,
        _ work: () async throws(DeliveryError) -> Value
    ) async throws(DeliveryError) -> Value {
        guard await wait(host, max(limit, 1)) else { throw .cancelled }
        defer { leave(host) }
        return try await work()
    }

    /// How many wait for a place at the host.
    func waiting(for host: String) -> Int {
        state.withLock { $0.hosts[host]?.waiting.count ?? 0 }
    }

    private func wait(_ host: String, _ limit: Int) async -> Bool {
        let number = state.withLock { state in
            defer { state.nextNumber += 1 }
            return state.nextNumber
        }
        defer { state.withLock { _ = $0.cancelled.remove(number) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.cancelled.contains(number) { return false }
                    var place = state.hosts[host] ?? Host()
                    defer { state.hosts[host] = place }
                    if place.waiting.isEmpty, place.inside < limit {
                        place.inside += 1
                        return true
                    }
                    place.waiting.append(Waiter(number: number, limit: limit, wake: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            giveUp(number, host)
        }
    }

    private func giveUp(_ number: Int, _ host: String) {
        let woken: [(CheckedContinuation<Bool, Never>, Bool)] = state.withLock { state in
            guard var place = state.hosts[host], let index = place.waiting.firstIndex(where: { $0.number == number })
            else {
                state.cancelled.insert(number)
                return []
            }
            let waiter = place.waiting.remove(at: index)
            let next = Self.admit(&place)
            state.hosts[host] = place
            return [(waiter.wake, false)] + next.map { ($0, true) }
        }
        for (continuation, isIn) in woken { continuation.resume(returning: isIn) }
    }

    private func leave(_ host: String) {
        let next: [CheckedContinuation<Bool, Never>] = state.withLock { state in
            guard var place = state.hosts[host] else { return [] }
            place.inside -= 1
            let next = Self.admit(&place)
            state.hosts[host] = place.inside == 0 && place.waiting.isEmpty ? nil : place
            return next
        }
        for continuation in next { continuation.resume(returning: true) }
    }

    private static func admit(_ place: inout Host) -> [CheckedContinuation<Bool, Never>] {
        var admitted: [CheckedContinuation<Bool, Never>] = []
        while let first = place.waiting.first, place.inside < first.limit {
            place.inside += 1
            admitted.append(place.waiting.removeFirst().wake)
        }
        return admitted
    }
}
