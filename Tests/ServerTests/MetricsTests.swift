import Foundation
import Store
import Testing
import TidegateModel
import Transfer

@testable import Server

@Suite struct MetricsTests {
    private static let dataflow = Dataflow(
        id: UUID(kind: "Dataflow", name: "nightly"), name: "nightly", destination: "drop", segments: ["vip"],
        schedule: Schedule(frequency: .daily, trigger: .scheduled, at: LocalTime(iso: "06:00")),
        mapping: [MappedColumn(.attribute("id"), header: "id")]
    )
    static let spec = JobSpec(
        profile: ProfileSchema(key: "id", attributes: [Attribute("id", .text)]),
        segments: [Segment(id: UUID(kind: "Segment", name: "vip"), name: "vip", rule: "true")],
        destinations: [
            Destination(
                id: UUID(kind: "Destination", name: "drop"), name: "drop",
                place: .directory(DirectoryPlace(path: "/outbox")))
        ],
        dataflows: [dataflow]
    )

    /// Records an occurrence and, where `counts` are given, its delivery a minute later.
    static func run(
        _ server: ServerFixture, _ number: Int, counts: RunCounts? = nil, outcome: OccurrenceOutcome = .fired,
        reason: ReasonCode? = nil
    ) throws {
        let at = ServerFixture.noon + .seconds(Int64(number))
        let state: RunState = outcome == .missed ? .missed : .queued
        let run = Run(
            id: UUID(), dataflow: dataflow.id, dataflowName: "nightly", revision: 1,
            segments: [SegmentReference(id: UUID(kind: "Segment", name: "vip"), name: "vip")], trigger: .scheduled,
            state: state, reason: reason?.rawValue, snapshot: UUID(), scheduledFor: at, queuedAt: at,
            finishedAt: state.isTerminal ? at : nil
        )
        let occurrence = Occurrence(
            dataflow: dataflow.id, segment: run.segments[0].id, scheduledFor: at, snapshot: nil)
        try server.store.record(
            [
                LedgerDecision(
                    occurrence: occurrence, outcome: outcome, reason: reason, run: run, yieldsToLiveRun: false)
            ],
            plannedThrough: [:], at: at, actor: "test")
        guard let counts else { return }
        let claimed = try #require(try server.store.claim(owner: "me", lease: .minutes(1), at: at + .seconds(20)))
        _ = try server.store.finish(
            Claim(run: claimed.id, owner: "me", attempt: claimed.attempts),
            RunOutcome(.delivered, attempt: "delivered", counts: counts), at: at + .seconds(60), actor: "me")
    }

    static func scrape(_ server: ServerFixture) async throws -> MetricsDocument {
        server.clock.advance(by: .seconds(1))
        let answer = try await server.call("/metrics", token: nil)
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        return try MetricsDocument(answer.text)
    }

    @Test func `a store without any run has metrics too`() async throws {
        let metrics = try await Self.scrape(try await ServerFixture(Self.spec))
        #expect(metrics.value("tidegate_build_info", ["version": "test"]) == 1)
        #expect(metrics.value("tidegate_cycles_total", ["outcome": "failed"]) == 0)
        #expect(metrics.value("tidegate_clock_jumps_total", ["direction": "back"]) == 0)
        #expect(
            metrics.value("tidegate_dataflow_applied_timestamp_seconds", ["dataflow": "nightly"])
                == Double(ServerFixture.noon.milliseconds) / 1000)
        #expect(metrics.value("tidegate_last_success_timestamp_seconds", ["dataflow": "nightly"]) == nil)
        #expect(metrics.kinds.keys.allSatisfy { $0.hasPrefix("tidegate_") })
        let units = ["_seconds", "_bytes", "_total", "_info", "_profiles", "_runs"]
        #expect(metrics.kinds.keys.filter { name in !units.contains { name.hasSuffix($0) } } == [])
        let counters = metrics.kinds.filter { $0.value == "counter" }.keys
        #expect(counters.allSatisfy { $0.hasSuffix("_total") })
    }

    @Test func `ended runs are counted once, however often they are asked for`() async throws {
        let server = try await ServerFixture(Self.spec)
        let nightly = ["dataflow": "nightly"]
        for number in 1...3 {
            try Self.run(server, number, counts: RunCounts(selected: 10, exported: 9, skipped: ["duplicate": 1]))
            _ = try await Self.scrape(server)
        }
        let metrics = try await Self.scrape(server)
        #expect(metrics.value("tidegate_runs_total", ["dataflow": "nightly", "state": "completed"]) == 3)
        #expect(metrics.value("tidegate_selected_rows_total", nightly) == 30)
        #expect(metrics.value("tidegate_exported_rows_total", nightly) == 27)
        #expect(metrics.value("tidegate_skipped_rows_total", ["dataflow": "nightly", "reason": "duplicate"]) == 3)
        #expect(metrics.value("tidegate_run_lateness_seconds_count", nightly) == 3)
        #expect(metrics.value("tidegate_run_lateness_seconds_sum", nightly) == 60)
        let bucket = ["dataflow": "nightly", "le": "60"]
        #expect(metrics.value("tidegate_run_lateness_seconds_bucket", bucket) == 3)
        #expect(metrics.value("tidegate_run_lateness_seconds_bucket", ["dataflow": "nightly", "le": "10"]) == 0)
        #expect(metrics.value("tidegate_run_duration_seconds_sum", nightly) == 120)
        let success = Double((ServerFixture.noon + .seconds(63)).milliseconds) / 1000
        #expect(metrics.value("tidegate_last_success_timestamp_seconds", nightly) == success)
    }

    @Test func `counters of the store go on over a restart`() async throws {
        let server = try await ServerFixture(Self.spec)
        try Self.run(server, 1, counts: RunCounts(selected: 1, exported: 1))
        try Self.run(server, 2, outcome: .missed, reason: .pastDeadline)
        let before = try Totals(server.store).current()
        let after = try Totals(server.store).current()
        #expect(before.dataflows == after.dataflows && before.occurrences == after.occurrences)
        #expect(after.dataflows["nightly"]?.runs == [.completed: 1, .missed: 1])
    }

    @Test func `what waits is a gauge, what never ran is in the ledger's count`() async throws {
        let server = try await ServerFixture(Self.spec)
        try Self.run(server, 1)
        try Self.run(server, 2, outcome: .missed, reason: .pastDeadline)
        server.clock.advance(by: .seconds(40))
        let metrics = try await Self.scrape(server)
        #expect(metrics.value("tidegate_live_runs", ["dataflow": "nightly", "state": "queued"]) == 1)
        #expect(metrics.value("tidegate_oldest_queued_seconds") == 40)
        let missed = ["dataflow": "nightly", "outcome": "missed", "reason": "past-deadline"]
        #expect(metrics.value("tidegate_occurrences_total", missed) == 1)
        let fired = ["dataflow": "nightly", "outcome": "fired", "reason": ""]
        #expect(metrics.value("tidegate_occurrences_total", fired) == 1)
    }

    @Test func `cycles have outcomes, a duration and an age`() async throws {
        let server = try await ServerFixture(Self.spec)
        let nominal = ServerFixture.noon - .hours(1)
        let cycle = try #require(try server.store.beginCycle(nominal: nominal, trigger: .scheduled, at: nominal))
        _ = try await Self.scrape(server)
        try server.store.completeCycle(cycle.sequence, snapshot: UUID(), at: nominal + .minutes(10))
        let metrics = try await Self.scrape(server)
        #expect(metrics.value("tidegate_cycles_total", ["outcome": "completed"]) == 1)
        #expect(metrics.value("tidegate_cycle_duration_seconds_sum") == 600)
        #expect(metrics.value("tidegate_cycle_age_seconds") == 3602)
    }

    @Test func `what the process counts is served with it`() async throws {
        var sights = Sights.nothing
        sights.files = { [StoreFile(name: "profiles", size: 4096, log: 128)] }
        let snapshot = Snapshot(
            id: UUID(), sequence: 1, nominal: ServerFixture.noon, publishedAt: ServerFixture.noon, profiles: 12,
            segments: [])
        sights.snapshots = { _ in [snapshot] }
        let server = try await ServerFixture(Self.spec, sights: sights)
        server.tally.count(.connectorRequest(destination: "mail", answer: "2xx"))
        server.tally.count(.pauseAskedFor(destination: "mail"))
        server.tally.count(.secondsOfPause(destination: "mail"), 7.5)
        server.tally.count(.clockStepped(.back))
        _ = try await server.call("/nowhere", token: nil)
        let metrics = try await Self.scrape(server)
        #expect(metrics.value("tidegate_connector_requests_total", ["destination": "mail", "answer": "2xx"]) == 1)
        #expect(metrics.value("tidegate_rate_limit_waits_total", ["destination": "mail"]) == 1)
        #expect(metrics.value("tidegate_rate_limit_wait_seconds_total", ["destination": "mail"]) == 7.5)
        #expect(metrics.value("tidegate_clock_jumps_total", ["direction": "back"]) == 1)
        #expect(metrics.value("tidegate_http_requests_total", ["family": "none", "status": "404"]) == 1)
        #expect(metrics.value("tidegate_wal_bytes", ["store": "profiles"]) == 128)
        #expect(metrics.value("tidegate_snapshot_age_seconds") == 1)
        #expect(metrics.value("tidegate_snapshot_profiles") == 12)
    }

    @Test func `labels are escaped`() throws {
        var page = Exposition()
        page.begin("tidegate_runs_total", .counter, "Runs.")
        page.sample("tidegate_runs_total", ["dataflow": "a\"b\\c\nd\\n"], 1)
        let document = try MetricsDocument(String(decoding: page.bytes, as: UTF8.self))
        #expect(document.samples.first?.labels.keys.sorted() == ["dataflow"])
        #expect(String(decoding: page.bytes, as: UTF8.self).hasSuffix(#"{dataflow="a\"b\\c\nd\\n"} 1"# + "\n"))
    }

    @Test(arguments: [
        "tidegate_a 1\n", "# HELP tidegate_a x\n# TYPE tidegate_a gauge\ntidegate_a 1",
        "# HELP tidegate_a x\n# TYPE tidegate_a gauge\ntidegate_a 1\ntidegate_a 2\n",
        "# HELP tidegate_a x\n# TYPE tidegate_a gauge\ntidegate_b 1\n",
        "# HELP tidegate_a x\n# TYPE tidegate_a gauge\ntidegate_a{b=\"\n\"} 1\n",
        "# HELP tidegate_a x\n# TYPE tidegate_a histogram\ntidegate_a_bucket{le=\"1\"} 1\n",
    ])
    func `the reader of these tests takes nothing else for metrics`(_ text: String) {
        #expect(throws: MetricsDocument.Broken.self) { try MetricsDocument(text) }
    }
}
