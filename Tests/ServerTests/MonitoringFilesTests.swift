import Foundation
import Testing
import TidegateModel
import Transfer

@testable import Server

/// Holds `docs/monitoring` against what is served.
@Suite struct MonitoringFilesTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/monitoring")

    private func file(_ name: String) throws -> String {
        try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    }

    /// Everything that can be served, served.
    private func metrics() async throws -> MetricsDocument {
        var sights = Sights.nothing
        sights.files = { [StoreFile(name: "profiles", size: 1, log: 1)] }
        let snapshot = Snapshot(
            id: UUID(), sequence: 1, nominal: ServerFixture.noon, publishedAt: ServerFixture.noon, profiles: 1,
            segments: [])
        sights.snapshots = { _ in [snapshot] }
        let server = try await ServerFixture(MetricsTests.spec, sights: sights)
        let counts = RunCounts(selected: 3, exported: 1, skipped: ["duplicate": 1], rejected: ["bounced": 1])
        try MetricsTests.run(server, 1, counts: counts)
        try MetricsTests.run(server, 2)
        let cycle = try #require(
            try server.store.beginCycle(nominal: ServerFixture.noon, trigger: .scheduled, at: ServerFixture.noon))
        try server.store.completeCycle(cycle.sequence, snapshot: UUID(), at: ServerFixture.noon)
        server.tally.count(.connectorRequest(destination: "mail", answer: "2xx"))
        server.tally.count(.pauseAskedFor(destination: "mail"))
        server.tally.count(.secondsOfPause(destination: "mail"))
        _ = try await server.call("/health/live", token: nil)
        return try await MetricsTests.scrape(server)
    }

    private func names(in text: String) -> Set<String> {
        Set(text.matches(of: /\btidegate_[a-z_]+/).map { String($0.0) })
    }

    @Test func `dashboard and alert rules ask for metrics and labels that are served, and nothing else`() async throws {
        let metrics = try await metrics()
        let labels = Set(metrics.samples.flatMap(\.labels.keys)).union(["instance"])
        for name in ["dashboard.json", "alerts.yaml"] {
            let text = try file(name)
            #expect(names(in: text).subtracting(metrics.names) == [], "\(name)")
            let asked = text.matches(of: /[{,] ?([a-z]+) ?(?:=~|!=|!~|=)/).map { String($0.1) }
            #expect(!asked.isEmpty && Set(asked).subtracting(labels) == [], "\(name)")
        }
    }

    @Test func `the table names every metric, its kind and its labels`() async throws {
        let metrics = try await metrics()
        var kinds: [String: String] = [:]
        var labels: [String: Set<String>] = [:]
        for row in try file("README.md").split(separator: "\n") where row.hasPrefix("| `tidegate_") {
            let cells = row.split(separator: "|", omittingEmptySubsequences: false).map { String($0) }
            for name in names(in: cells[1]) {
                kinds[name] = cells[2].trimmingCharacters(in: .whitespaces)
                labels[name] = Set(cells[3].matches(of: /`([a-z]+)`/).map { String($0.1) })
            }
        }
        #expect(kinds == metrics.kinds)
        for (name, wanted) in labels {
            let ofName = metrics.samples.filter {
                $0.name.hasPrefix(name) && $0.name.dropFirst(name.count) != "_seconds"
            }
            let served = Set(ofName.flatMap(\.labels.keys)).subtracting(["le"])
            #expect(served == wanted, "\(name)")
        }
    }

    @Test func `the dashboard's panels have numbers, places and queries of their own`() throws {
        let document = try JSONSerialization.jsonObject(with: Data(try file("dashboard.json").utf8))
        let dashboard = try #require(document as? [String: Any])
        let panels = try #require(dashboard["panels"] as? [[String: Any]])
        #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
        let places = panels.compactMap { $0["gridPos"] as? [String: Int] }
        #expect(Set(places.map { "\($0["x"] ?? -1) \($0["y"] ?? -1)" }).count == panels.count)
        #expect(places.allSatisfy { ($0["x"] ?? 0) + ($0["w"] ?? 99) <= 24 })
        for panel in panels where panel["type"] as? String != "row" {
            let queries = (panel["targets"] as? [[String: Any]] ?? []).compactMap { $0["expr"] as? String }
            #expect(!queries.isEmpty && queries.allSatisfy { $0.contains("tidegate_") }, "\(panel["title"] ?? "")")
        }
    }

    @Test func `every alert has a query, a severity and a sentence`() throws {
        let alerts = try file("alerts.yaml").components(separatedBy: "- alert: ").dropFirst()
        #expect(alerts.count >= 10)
        for alert in alerts {
            for line in ["expr: ", "labels: { severity: ", "summary: "] { #expect(alert.contains(line), "\(alert)") }
        }
        #expect(Set(alerts.compactMap { $0.split(separator: "\n").first }).count == alerts.count)
    }
}
