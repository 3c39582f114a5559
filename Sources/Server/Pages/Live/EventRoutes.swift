import HTTPTypes
import Hummingbird
import NIOCore
import TidegateModel

/// The stream by which open pages learn that something changed.
struct EventRoutes: Sendable {
    let feed: ChangeFeed
    let sessions: Sessions
    let clock: any WallClock

    func add(to router: some RouterMethods<Call>) {
        router.get("/events") { [feed] request, call in
            guard let changes = feed.listen(until: call.closed, while: isOpen(request, call)) else {
                throw Fault.unavailable("too many pages are open")
            }
            return Response(
                status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
                body: ResponseBody { writer in
                    try await writer.write(ByteBuffer(string: "retry: 5000\n\n"))
                    var told: Int?
                    for await version in changes {
                        let isNew = told.map { $0 != version } ?? false
                        let text = isNew ? "event: change\ndata: \(version)\n\n" : ": still here\n\n"
                        told = version
                        try await writer.write(ByteBuffer(string: text))
                    }
                    try await writer.finish(nil)
                }
            )
        }
    }

    /// Whether the visit goes on; a call that brings its token has none.
    private func isOpen(_ request: Request, _ call: Call) -> @Sendable () -> Bool {
        guard call.session != nil, let secret = request.sessionSecret else { return { true } }
        return { [sessions, clock] in sessions.session(of: secret, at: clock.now()) != nil }
    }
}
