import Foundation
import TidegateModel

/// How long to wait before the next attempt.
enum Backoff {
    /// 10 s, 20 s, 40 s … up to an hour, a fifth up or down so that runs that failed together do not come back
    /// together. The jitter is a function of `key`, so that a replay waits the same.
    ///
    /// What the receiver `asked` for is waited at least, and after a first failure no more than that.
    static func delay(
        afterFailures failures: Int, key: some Hashable & CustomStringConvertible, asked: Span?
    ) -> Span {
        guard let asked else { return delay(afterFailures: failures, key: key) }
        return failures <= 1 ? asked : max(asked, delay(afterFailures: failures, key: key))
    }

    static func delay(afterFailures failures: Int, key: some Hashable & CustomStringConvertible) -> Span {
        let doubled = min(3600, 10 << min(max(failures - 1, 0), 9))
        let jitter = key.description.utf8.reduce(failures) { ($0 &* 31 &+ Int($1)) & 0xFFFF }
        return .milliseconds(Int64(doubled * 1000 * (80 + jitter % 41) / 100))
    }
}
