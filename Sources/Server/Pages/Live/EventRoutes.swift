import HTTPTypes
import Hummingbird
import NIOCore

/// The stream by which open pages learn that something changed.
struct EventRoutes: Sendable {
    let feed: ChangeFeed

    func add(to router: some RouterMethods<Call>) {
        router.get("/events") { [feed] _, _ in
            guard let changes = feed.listen() else { throw Fault.unavailable("too many pages are open") }
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
}
