import Digests
import TidegateModel

/// Somebody's visit to the pages, from the login on.
struct Session: Hashable, Sendable {
    /// Tells sessions apart; what the browser holds is something else.
    let name: String
    let scope: Scope
    /// What every form of the visit carries, and no other site can know.
    let formToken: String
    let expires: Instant
}

/// The visits that go on. They are kept in memory: a restart ends them all, and with them whatever a former token allowed.
final class Sessions: Sendable {
    static let lifetime = Span.hours(12)
    /// At once; the one that ends first makes room.
    private static let most = 1000

    /// By the digest of what the browser holds, so that no comparison of secrets tells how far it came.
    private let open = Locked<[[UInt8]: Session]>([:])

    /// - Returns: what the browser is to hold, and nobody else.
    func begin(_ scope: Scope, at now: Instant) -> (secret: String, session: Session) {
        let secret = unguessableText()
        let session = Session(
            name: unguessableText(), scope: scope, formToken: unguessableText(), expires: now + Self.lifetime
        )
        open.withLock { open in
            open = open.filter { $0.value.expires > now }
            if open.count >= Self.most, let first = open.min(by: { $0.value.expires < $1.value.expires }) {
                open[first.key] = nil
            }
            open[Self.digest(secret)] = session
        }
        return (secret, session)
    }

    func session(of secret: String, at now: Instant) -> Session? {
        let session = open.withLock { $0[Self.digest(secret)] }
        return session.flatMap { $0.expires > now ? $0 : nil }
    }

    func end(_ secret: String) {
        open.withLock { $0[Self.digest(secret)] = nil }
    }

    private static func digest(_ secret: String) -> [UInt8] { sha256Bytes(of: Array(secret.utf8)) }
}

/// 256 random bits in hexadecimal.
func unguessableText() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<32).map { _ in
        let byte = UInt8.random(in: 0...255, using: &generator)
        return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
}
