import Foundation
import Hummingbird
import NIOCore
import NIOPosix
import Store
import TidegateModel

/// `/metrics`, for Prometheus. Needs no token: names of dataflows and destinations, and numbers.
struct MetricsRoutes: Sendable {
    private let desk: Desk
    private let totals: Totals
    private let written = Locked<(at: Instant, text: ByteBuffer)?>(nil)
    /// Ends when the history has been added up.
    private let warmed: EventLoopFuture<Void>

    init(desk: Desk) {
        self.desk = desk
        let totals = Totals(desk.store)
        self.totals = totals
        // A long history takes seconds the first time. Whoever asks meanwhile waits, and holds no thread.
        let warmed = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
        self.warmed = warmed.futureResult
        let first = Thread {
            _ = try? totals.current()
            warmed.succeed()
        }
        first.name = "metrics"
        first.start()
    }

    func add(to router: Router<Call>) {
        router.get("/metrics") { _, _ in
            try await warmed.get()
            return Response(
                status: .ok, headers: [.contentType: Exposition.type], body: ResponseBody(byteBuffer: try current())
            )
        }
    }

    /// Written once a second at most, whoever asks.
    private func current() throws -> ByteBuffer {
        try written.withLock { written in
            let now = desk.clock.now()
            if let written, written.at <= now, now - written.at < .seconds(1) { return written.text }
            let text = ByteBuffer(bytes: try Metrics(desk, try totals.current(), at: now).text())
            written = (now, text)
            return text
        }
    }
}
