import Digests
import TidegateModel

/// By which a receiver knows who sent a page, that nobody changed it, and that it is not an old one.
struct WebhookSignature: Sendable {
    private let key: [UInt8]
    private let clock: any WallClock

    init(key: Secret, clock: any WallClock) {
        self.key = Array(key.text.utf8)
        self.clock = clock
    }

    /// The seconds since 1970, and HMAC-SHA256 over them, a full stop and the body.
    func headers(for body: [UInt8]) -> [String] {
        let timestamp = "\(clock.now().flooredToSecond.milliseconds / 1000)"
        let code = hmacSHA256(of: Array("\(timestamp).".utf8) + body, key: key)
        return ["Tidegate-Timestamp: \(timestamp)", "Tidegate-Signature: v1=\(hexadecimal(code))"]
    }
}
