import Foundation

/// What came through a pipe so far, for threads that wait for more of it.
final class StreamText: @unchecked Sendable {
    private let condition = NSCondition()
    private var bytes: [UInt8] = []
    private var isAtEnd = false

    /// Reads until the other end is closed.
    func read(_ handle: FileHandle) {
        Thread { [self] in
            while case let data = handle.availableData, !data.isEmpty {
                condition.withLock {
                    bytes += data
                    condition.broadcast()
                }
            }
            condition.withLock {
                isAtEnd = true
                condition.broadcast()
            }
        }.start()
    }

    var soFar: String {
        condition.withLock { String(decoding: bytes, as: UTF8.self) }
    }

    /// Everything, once the other end is closed.
    func whole() -> String {
        condition.withLock {
            while !isAtEnd { condition.wait() }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// The first whole line with one of `texts` in it; nil where the pipe is closed or the time is over before there is one.
    func line(containing texts: [String], timeout: TimeInterval) -> String? {
        let deadline = Date(timeIntervalSinceNow: timeout)
        return condition.withLock {
            while true {
                let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
                    .map { String(decoding: $0, as: UTF8.self) }
                if let found = lines.first(where: { line in texts.contains { line.contains($0) } }) { return found }
                if isAtEnd || !condition.wait(until: deadline) { return nil }
            }
        }
    }
}
