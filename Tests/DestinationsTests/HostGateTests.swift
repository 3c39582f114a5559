import Testing
import TidegateModel

@testable import Destinations

@Suite struct HostGateTests {
    /// Counts who is inside; work that stays until it is let go.
    private final class Room: Sendable {
        private struct State {
            var inside = 0
            var most = 0
            var order: [Int] = []
        }

        private let state = Locked(State())
        var most: Int { state.withLock { $0.most } }
        var order: [Int] { state.withLock { $0.order } }

        func come(_ number: Int) {
            state.withLock { state in
                state.inside += 1
                state.most = max(state.most, state.inside)
                state.order.append(number)
            }
        }

        func go() {
            state.withLock { $0.inside -= 1 }
        }
    }

    @Test(arguments: [1, 3]) func `never are more inside than allowed`(_ limit: Int) async throws {
        let (gate, room) = (HostGate(), Room())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try await gate.enter("h:22", atMost: limit) { () throws(DeliveryError) in
                        room.come(number)
                        for _ in 0..<5 { await Task.yield() }
                        room.go()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(room.most == limit)
        #expect(room.order.count == 50)
    }

    @Test func `hosts do not wait for one another`() async throws {
        let gate = HostGate()
        let answer = try await gate.enter("a:22", atMost: 1) { () throws(DeliveryError) in
            try await gate.enter("b:22", atMost: 1) { () throws(DeliveryError) in
                try await gate.enter("a:21", atMost: 1) { () throws(DeliveryError) in 7 }
            }
        }
        #expect(answer == 7)
    }

    @Test(arguments: [[1, 1, 1], [1, 3, 3]])
    func `whoever waits comes in before those who came later`(_ limits: [Int]) async throws {
        let (gate, room) = (HostGate(), Room())
        let (held, release) = AsyncStream.makeStream(of: Void.self)
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await gate.enter("h:22", atMost: 3) { () throws(DeliveryError) in
                enter.finish()
                for await _ in held {}
            }
        }
        for await _ in entered {}
        // Number 0 allows itself one place and has to wait; the others allow more and wait behind it nonetheless.
        var waiting: [Task<Void, any Error>] = []
        for (number, limit) in limits.enumerated() {
            waiting.append(
                Task {
                    try await gate.enter("h:22", atMost: limit) { () throws(DeliveryError) in
                        room.come(number)
                        room.go()
                    }
                })
            while gate.waiting(for: "h:22") != number + 1 { await Task.yield() }
        }
        #expect(room.order == [])
        release.finish()
        try await first.value
        for task in waiting { try await task.value }
        // Where they came in one by one; side by side, nobody can tell who was first.
        if limits == [1, 1, 1] { #expect(room.order == [0, 1, 2]) }
        #expect(Set(room.order) == [0, 1, 2])
    }

    @Test func `who is cancelled while waiting gives the place to the next`() async throws {
        let gate = HostGate()
        let (held, release) = AsyncStream.makeStream(of: Void.self)
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await gate.enter("h:22", atMost: 2) { () throws(DeliveryError) in
                enter.finish()
                for await _ in held {}
            }
        }
        for await _ in entered {}
        let picky = Task { try await gate.enter("h:22", atMost: 1) { () throws(DeliveryError) in 1 } }
        while gate.waiting(for: "h:22") != 1 { await Task.yield() }
        let behind = Task { try await gate.enter("h:22", atMost: 2) { () throws(DeliveryError) in 2 } }
        while gate.waiting(for: "h:22") != 2 { await Task.yield() }
        picky.cancel()
        await #expect(throws: DeliveryError.cancelled) { try await picky.value }
        #expect(try await behind.value == 2)
        release.finish()
        try await first.value
    }

    @Test func `who is cancelled before coming does not come in, and whoever fails leaves`() async throws {
        let gate = HostGate()
        let (began, begin) = AsyncStream.makeStream(of: Void.self)
        let late = Task {
            for await _ in began {}
            return try await gate.enter("h:22", atMost: 0) { () throws(DeliveryError) in 1 }
        }
        late.cancel()
        begin.finish()
        await #expect(throws: DeliveryError.cancelled) { try await late.value }
        await #expect(throws: DeliveryError.rejected("no")) {
            try await gate.enter("h:22", atMost: 1) { () throws(DeliveryError) in throw DeliveryError.rejected("no") }
        }
        #expect(try await gate.enter("h:22", atMost: 1) { () throws(DeliveryError) in 2 } == 2)
    }
}
