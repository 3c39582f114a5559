import TidegateModel

/// What this process counted of calls, to receivers and to itself. Begins anew with each process.
struct CallMetrics {
    private let counts: [Tally.Event: Double]

    init(_ counts: [Tally.Event: Double]) {
        self.counts = counts
    }

    func write(to page: inout Exposition) {
        page.begin("tidegate_connector_requests_total", .counter, "Calls to receivers, by the class of their answer.")
        write("tidegate_connector_requests_total", to: &page) {
            guard case .connectorRequest(let destination, let answer) = $0 else { return nil }
            return ["destination": destination, "answer": answer]
        }
        page.begin("tidegate_rate_limit_waits_total", .counter, "How often receivers asked for a pause.")
        write("tidegate_rate_limit_waits_total", to: &page) {
            guard case .pauseAskedFor(let destination) = $0 else { return nil }
            return ["destination": destination]
        }
        page.begin(
            "tidegate_rate_limit_wait_seconds_total", .counter, "How long the pauses were that receivers asked for.")
        write("tidegate_rate_limit_wait_seconds_total", to: &page) {
            guard case .secondsOfPause(let destination) = $0 else { return nil }
            return ["destination": destination]
        }
        page.begin("tidegate_http_requests_total", .counter, "Requests that this process answered.")
        write("tidegate_http_requests_total", to: &page) {
            guard case .request(let family, let status) = $0 else { return nil }
            return ["family": family, "status": "\(status)"]
        }
    }

    private func write(_ name: StaticString, to page: inout Exposition, _ labels: (Tally.Event) -> Labels?) {
        let values = counts.compactMap { event, count in labels(event).map { ($0, count) } }
        for (labels, count) in values.sorted(by: { $0.0.text < $1.0.text }) { page.sample(name, labels, count) }
    }
}
