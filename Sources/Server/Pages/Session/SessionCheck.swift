import Foundation
import HTTPTypes
import Hummingbird
import TidegateModel

/// Lets a page's request through that comes with a session, or with a token as the API's calls do; all others go to the
/// login.
struct SessionCheck: RouterMiddleware {
    typealias Context = Call

    let access: Access
    let sessions: Sessions
    let clock: any WallClock

    func handle(
        _ request: Request, context: Call, next: (Request, Call) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let scope = bearersScope(request) {
            context.caller = Caller(scope: scope, door: .page)
        } else if let session = request.sessionSecret.flatMap({ sessions.session(of: $0, at: clock.now()) }) {
            context.caller = Caller(scope: session.scope, door: .page)
            context.session = session
        } else {
            return .seeOther(Self.login(for: request))
        }
        return try await next(request, context)
    }

    private func bearersScope(_ request: Request) -> Scope? {
        guard let header = request.headers[.authorization] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return access.scope(of: parts[1])
    }

    /// A form that was sent too late is not sent again from the login, so nothing leads back to its address.
    private static func login(for request: Request) -> String {
        guard request.method == .get || request.method == .head, request.uri.string != "/",
            let wanted = OwnPath(request.uri.string)
        else { return "/login" }
        return "/login?next=\(wanted.escaped)"
    }
}

/// An address on this server and nowhere else: what a redirect may lead to although a stranger named it.
struct OwnPath: Hashable, Sendable {
    let text: String

    /// Nil for anything that some browser might take for an address elsewhere.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        // Browsers read a backslash as a slash, drop tabs and line breaks, and take two slashes for a host.
        guard bytes.first == UInt8(ascii: "/"), bytes.count <= 2000, bytes.count < 2 || bytes[1] != UInt8(ascii: "/"),
            bytes.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "\\") })
        else { return nil }
        self.text = text
    }

    /// For the value of a query.
    var escaped: String { text.escapedForURL }
}

extension String {
    /// As one segment of a path, or one value of a query.
    var escapedForURL: String {
        utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}

extension Request {
    static let sessionCookie = "tidegate-session"

    /// What the browser holds of a session.
    var sessionSecret: String? {
        for header in headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == Self.sessionCookie else {
                    continue
                }
                return parts[1].trimmingCharacters(in: .whitespaces)
            }
        }
        return nil
    }
}

extension Response {
    /// 303: whatever the request was, the next one is a GET.
    static func seeOther(_ path: String, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.location] = path
        return Response(status: .seeOther, headers: headers)
    }
}
