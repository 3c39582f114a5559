import Hummingbird
import Logging
import Store
import TidegateModel

/// Whether the process lives, and whether it is any use. Needs no token, and tells nothing about customers.
struct HealthRoutes: Sendable {
    let desk: Desk

    private struct Health: Encodable {
        let status: String
        var reasons: [String]?
    }

    func add(to router: Router<Call>) {
        router.get("/health/live") { _, _ in try Response.json(Health(status: "live")) }
        router.get("/health/ready") { _, _ in
            let reasons = reasons
            guard !reasons.isEmpty else { return try Response.json(Health(status: "ready")) }
            return try Response.json(Health(status: "not-ready", reasons: reasons), status: .serviceUnavailable)
        }
    }

    /// Why no work is done here; `tidegate health` goes by the same signs.
    private var reasons: [String] {
        var reasons = desk.sights.isGoingDown() ? ["process is stopping"] : []
        do {
            guard let instance = try desk.store.instance(), instance.stoppedAt == nil else {
                return reasons + ["no scheduler has signed"]
            }
            if let silence = instance.silence(at: desk.clock.now()) {
                reasons.append("scheduler gave no sign of life for \(silence.milliseconds / 1000) s")
            }
        } catch {
            desk.logger.error("store not readable", metadata: ["reason": "\(error)"])
            reasons.append("store cannot be read")
        }
        return reasons
    }
}
