import Digests

/// The one script. Pages are whole without it.
enum LiveScript {
    static let text = ""

    /// With a digest, so that browsers may keep it for ever.
    static let path = "/live.js?\(sha256Bytes(of: Array(text.utf8)).prefix(6).map { String($0, radix: 36) }.joined())"
}
