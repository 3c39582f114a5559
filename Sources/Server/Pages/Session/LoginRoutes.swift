import Foundation
import HTTPTypes
import Hummingbird
import Logging
import TidegateModel

/// The way in and the way out.
struct LoginRoutes: Sendable {
    let desk: Desk
    let access: Access
    let sessions: Sessions
    let throttle = LoginThrottle()

    /// Needs no session.
    func add(to router: some RouterMethods<Call>) {
        router.get("/login") { request, call in
            let next = Self.next(request.uri.queryParameters["next"].map { String($0) })
            // Whoever is in has no need of the form.
            if let secret = request.sessionSecret, sessions.session(of: secret, at: desk.clock.now()) != nil {
                return Response.seeOther(next ?? "/")
            }
            return page(next: next)
        }
        router.post("/login") { request, call in try await logIn(request, call) }
    }

    /// Needs one.
    func addLogout(to pages: RouterGroup<Call>) {
        pages.post("/logout") { request, call in
            let form = try await SentForm(request)
            guard request.isFromOwnPage, form.belongs(to: call) else { throw Fault.notAllowed(.read) }
            if let secret = request.sessionSecret { sessions.end(secret) }
            return Response.seeOther("/login", headers: [.setCookie: Self.cookie("", seconds: 0, request)])
        }
    }

    private func logIn(_ request: Request, _ call: Call) async throws -> Response {
        let form = try await SentForm(request)
        let next = Self.next(form["next"])
        let now = desk.clock.now()
        guard request.isFromOwnPage else {
            return page(next: next, complaint: "The form came from another site.", status: .forbidden)
        }
        if let wait = throttle.wait(call.peer, at: now) {
            let seconds = max(1, (wait.milliseconds + 999) / 1000)
            return page(
                next: next, complaint: "Too many wrong tokens. Try again in \(seconds) s.", status: .tooManyRequests,
                headers: [.retryAfter: "\(seconds)"]
            )
        }
        let token = (form["token"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        guard let scope = access.scope(of: token) else {
            throttle.noteFailure(call.peer, at: now)
            desk.logger.warning("login refused", metadata: ["peer": "\(call.peer)"])
            return page(next: next, complaint: "This token is not known.", status: .forbidden)
        }
        let (secret, _) = sessions.begin(scope, at: now)
        desk.logger.info("login", metadata: ["peer": "\(call.peer)", "scope": "\(scope.rawValue)"])
        let seconds = Sessions.lifetime.milliseconds / 1000
        return Response.seeOther(next ?? "/", headers: [.setCookie: Self.cookie(secret, seconds: seconds, request)])
    }

    private static func next(_ text: String?) -> String? {
        text.flatMap { OwnPath($0.removingPercentEncoding ?? $0) }?.text
    }

    /// Never readable by a script, and never sent with a request that another site made.
    private static func cookie(_ secret: String, seconds: Int64, _ request: Request) -> String {
        let isSecure = request.headers[.known("X-Forwarded-Proto")]?.lowercased() == "https"
        return "\(Request.sessionCookie)=\(secret); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict"
            + (isSecure ? "; Secure" : "")
    }

    private func page(
        next: String?, complaint: String? = nil, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        let now = desk.clock.now()
        var layout = Layout(
            title: "Log in", times: Times(zone: .utc, now: now), asOf: now, version: desk.version
        )
        layout.message = complaint.map { .refused($0) }
        let after: HTML? = next.map { "<input type=\"hidden\" name=\"next\" value=\"\($0)\">" }
        return .page(
            layout.page(
                """
                <form class="card login" method="post" action="/login">\(after)
                <input type="text" name="username" value="tidegate" autocomplete="username" hidden>
                <label for="token">Token</label>
                <input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
                <button class="strong">Log in</button>
                <p class="soft">It is in TIDEGATE_API_TOKEN where the server was started, else in the data folder in \
                the file api-token. The session ends after twelve hours, and when the server is started anew.</p>
                </form>
                """
            ),
            status: status, headers: headers
        )
    }
}

extension Layout {
    /// Who is signed in, and the way out.
    static func session(of call: Call) -> HTML {
        guard let caller = call.caller else { return "" }
        let scope: HTML = "<span class=\"tag\">\(caller.scope.rawValue)</span>"
        guard let session = call.session else { return scope }
        return """
            \(scope) <form method="post" action="/logout"><input type="hidden" name="\(FormFields.token)" \
            value="\(session.formToken)"><button>Log out</button></form>
            """
    }
}
