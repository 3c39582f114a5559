import Hummingbird
import Store

/// Whether the process lives, and whether it is any use.
struct HealthRoutes: Sendable {
    let desk: Desk

    func add(to router: Router<Call>) {
        router.get("/health/live") { _, _ in Response.text("live\n") }
        router.get("/health/ready") { _, _ in
            _ = try desk.store.instance()
            return Response.text("ready\n")
        }
    }
}
