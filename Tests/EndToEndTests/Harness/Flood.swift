import Foundation
import TidegateModel
import TidegateTesting

/// Clients that wish a server ill: some hold connections without ever finishing a request, some ask without pause.
final class Flood: Sendable {
    private let address: String
    private let isOver = Locked(false)
    private let answered = Locked(0)
    private let ended = DispatchGroup()

    /// - Parameters:
    ///   - address: as the log has it.
    ///   - slow: connections that are held, and taken again where the server closes them.
    ///   - asking: threads that ask for `request` over and over.
    init(_ address: String, slow: Int, asking: Int, for request: String) throws {
        self.address = address
        let held = try (0..<slow).map { _ in try Self.slow(address) }
        start { [self] in hold(held) }
        for _ in 0..<asking { start { [self] in ask(request) } }
    }

    /// How many requests were answered until now.
    var answers: Int { answered.withLock { $0 } }

    /// Ends it, and tells how many connections of the slow ones had not been closed.
    func end() {
        isOver.withLock { $0 = true }
        ended.wait()
    }

    private func start(_ body: @escaping @Sendable () -> Void) {
        ended.enter()
        Thread { [ended] in
            body()
            ended.leave()
        }.start()
    }

    private static func slow(_ address: String) throws -> RawConnection {
        let connection = try RawConnection(address)
        connection.send("POST /data/core/ups/segment/jobs HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        return connection
    }

    private func hold(_ connections: [RawConnection]) {
        var held = connections
        let pause = DispatchSemaphore(value: 0)
        while !isOver.withLock({ $0 }) {
            for index in held.indices where !held[index].send("a") {
                if let another = try? Self.slow(address) { held[index] = another }
            }
            _ = pause.wait(timeout: .now() + 0.2)
        }
    }

    private func ask(_ request: String) {
        while !isOver.withLock({ $0 }) {
            guard let connection = try? RawConnection(address) else { continue }
            connection.send(request)
            if connection.readToEnd().hasPrefix("HTTP/1.1 ") { answered.withLock { $0 += 1 } }
        }
    }
}
