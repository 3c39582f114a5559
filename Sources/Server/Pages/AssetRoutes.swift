import Hummingbird

/// What pages need besides themselves; the same for everyone, so that none of it needs a session.
struct AssetRoutes: Sendable {
    static let paths = ["/style.css", "/live.js", "/icon.svg"]

    func add(to router: some RouterMethods<Call>) {
        router.get("/style.css") { _, _ in Self.asset(Style.text, "text/css; charset=utf-8") }
        router.get("/live.js") { _, _ in Self.asset(LiveScript.text, "text/javascript; charset=utf-8") }
        router.get("/icon.svg") { _, _ in Self.asset(Self.icon, "image/svg+xml") }
    }

    /// Its address has its digest, where it ever changes.
    private static func asset(_ text: String, _ type: String) -> Response {
        var answer = Response.text(text, type: type)
        answer.headers[.cacheControl] = "public, max-age=31536000, immutable"
        return answer
    }

    private static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="5" fill="#12222d"/>\
        <path fill="#fff" d="M4 20V5h3v15zM17 20V5h3v15z"/><path fill="#4fb3d9" d="M7 16q2.5-3 5 0t5 0v4H7z"/>\
        <path fill="#9db0bc" d="M7 5h10v2H7zM7 9h10v2H7z"/></svg>
        """
}
