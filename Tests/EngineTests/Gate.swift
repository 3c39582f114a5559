import Destinations
import TidegateModel

/// Holds whoever comes until a test opens it.
final class Gate: Sendable {
    private struct State {
        var isOpen: Bool
        var held: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Locked<State>

    init(isOpen: Bool = false) {
        state = Locked(State(isOpen: isOpen))
    }

    /// How many wait here now.
    var held: Int { state.withLock { $0.held.count } }

    func pass() async {
        await withCheckedContinuation { waiter in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.held.append(waiter) }
                return state.isOpen
            }
            if isOpen { waiter.resume() }
        }
    }

    /// Lets everybody through, for good.
    func open() {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.isOpen = true
            return state.held
        }
        for waiter in held { waiter.resume() }
    }
}

/// A place for files whose deliveries wait at a gate.
struct GatedDestination: FileDestination {
    let place: any FileDestination
    let gate: Gate

    var traits: FileDestinationTraits { place.traits }

    func check() async throws(DeliveryError) -> String { try await place.check() }

    func deliver(_ file: StagedFile, fence: Fence) async throws(DeliveryError) -> Receipt {
        await gate.pass()
        return try await place.deliver(file, fence: fence)
    }

    func receipt(for name: String) async throws(DeliveryError) -> Receipt? { try await place.receipt(for: name) }

    func sweep(before fence: Fence) async throws(DeliveryError) -> Int { try await place.sweep(before: fence) }

    func remove(_ name: String) async throws(DeliveryError) { try await place.remove(name) }
}
