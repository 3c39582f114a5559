import Foundation

/// A value that one thread at a time may touch.
///
/// Built on a lock that ThreadSanitizer understands; the standard library's `Mutex` is reported as a race on Linux.
package final class Locked<Value>: @unchecked Sendable {
    private var value: Value
    private let lock = NSLock()

    package init(_ value: sending Value) {
        self.value = value
    }

    package func withLock<Result>(_ body: (inout Value) throws -> sending Result) rethrows -> sending Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
