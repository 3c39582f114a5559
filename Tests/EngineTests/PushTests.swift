import Destinations
import Foundation
import Store
import Testing
import TidegateModel

@testable import Engine

@Suite struct PushTests {
    @Test func `the distinct profiles of all segments are pushed once, in one run`() async throws {
        let push = try await PushFixture(segments: ["buyers", "all"])
        let run = try await push.push()
        #expect(run.state == .completed)
        #expect(run.segments.map(\.name) == ["buyers", "all"])
        #expect(push.receiver.calls.flatMap(\.self).sorted() == (1...5).map { "p\($0)@example.com" })
        #expect(run.counts == RunCounts(selected: 5, exported: 5))
        #expect(try push.place.profiles.delivered(by: run.id) == 5)
    }

    @Test func `an occurrence of a connector dataflow makes one run and one row of the ledger`() async throws {
        let push = try await PushFixture(segments: ["buyers", "all"])
        let planner = OccurrencePlanner(spec: push.spec, revisions: [:], now: push.fixture.clock.now())
        let snapshots = try push.place.profiles.latestSnapshot().map { [$0] } ?? []
        let decisions = planner.decide(
            push.spec.dataflows[0],
            .init(
                plannedThrough: EngineFixture.noon, published: snapshots, latest: snapshots.first, hasFired: false
            )
        )
        #expect(decisions.count == 1)
        #expect(decisions.first?.occurrence.segment == nil)
        #expect(decisions.first?.run.segments.count == 2)
    }

    @Test func `above the cap nothing is sent, and the reason has both numbers`() async throws {
        let push = try await PushFixture { $0.segmentation.guardrails.connectorProfiles = 4 }
        let run = try await push.push()
        #expect(run.state == .skipped)
        #expect(run.reason == "over-cap: 5 profiles are selected, and 4 is the most for one connector run")
        #expect(push.receiver.calls.isEmpty)
        #expect(run.counts == RunCounts(selected: 5, skipped: ["not-sent": 5]))
    }

    @Test func `as many profiles as the cap are pushed`() async throws {
        let push = try await PushFixture { $0.segmentation.guardrails.connectorProfiles = 5 }
        #expect(try await push.push().state == .completed)
    }

    @Test func `a batch is journaled as sent before the receiver sees it`() async throws {
        let push = try await PushFixture()
        let run = try push.queue()
        let store = push.store
        push.receiver.answer { (call, _) throws(DeliveryError) in
            let states = try? store.batches(of: run).map(\.state)
            guard states?.prefix(call - 1).allSatisfy({ $0 == .confirmed }) == true, states?[call - 1] == .sent else {
                throw .rejected("batch \(call) is \(String(describing: states))")
            }
            return nil
        }
        #expect(try await push.attempt(run).state == .completed)
        #expect(try store.batches(of: run).map(\.contacts) == [2, 2, 1])
    }

    @Test func `batches are cut by encoded bytes, separators and envelope counted`() async throws {
        let push = try await PushFixture(contactsPerCall: 100)
        // `c1=p1@example.com` has 17 bytes: two of them, a comma and the envelope's two.
        push.receiver.state.withLock { $0.limits.bytes = 37 }
        let run = try await push.push()
        #expect(push.receiver.calls.map(\.count) == [2, 2, 1])
        #expect(try push.store.batches(of: run.id).map(\.bytes) == [37, 37, 19])
        push.receiver.state.withLock { $0.limits.bytes = 36 }
        _ = try await push.push(.adHoc)
        #expect(push.receiver.calls.dropFirst(3).map(\.count) == [1, 1, 1, 1, 1])
    }

    @Test func `a contact larger than a call is skipped, and the others are sent`() async throws {
        var customers = PushFixture.five
        customers[2].email = String(repeating: "x", count: 100) + "@example.com"
        let push = try await PushFixture(customers: customers)
        push.receiver.state.withLock { $0.limits.bytes = 60 }
        let run = try await push.push()
        #expect(run.counts == RunCounts(selected: 5, exported: 4, skipped: ["too-large": 1]))
    }

    @Test func `what is withheld, missing or there twice is skipped and counted, wherever it lies`() async throws {
        let customers: [(id: String, email: String?, orders: Int)] = [
            ("c0", nil, 1), ("c1", "a@example.com", 1), ("c2", "A@Example.com", 1), ("c3", "b@example.com", 1),
            ("c4", "c@example.com", 1), ("c5", nil, 1),
        ]
        let push = try await PushFixture(customers: customers)
        let run = try await push.push()
        #expect(
            run.counts == RunCounts(selected: 6, exported: 3, skipped: ["missing-email": 2, "duplicate": 1])
        )
        #expect(push.receiver.calls == [["a@example.com", "b@example.com"], ["c@example.com"]])
    }

    @Test func `a profile that left the store since the snapshot is counted as removed`() async throws {
        let push = try await PushFixture()
        let run = try push.queue()
        try push.fixture.write(Array(PushFixture.five.dropFirst()))
        _ = try await Stage(place: push.place, spec: push.spec).ingest(push.spec.sources[0])
        let done = try await push.attempt(run)
        #expect(done.counts == RunCounts(selected: 5, exported: 4, skipped: ["profile-removed": 1]))
    }

    @Test func `no profile at all is a completed run without a call`() async throws {
        let push = try await PushFixture { $0.segments[1].rule = "orders > 99" }
        let run = try await push.push()
        #expect(run.state == .completed)
        #expect(push.receiver.calls.isEmpty)
    }

    @Test func `an incremental push sends who joined since the last one`() async throws {
        let push = try await PushFixture(segments: ["buyers", "all"]) { $0.dataflows[0].export = .incremental }
        #expect(try await push.push().counts.exported == 5)
        try push.fixture.write(PushFixture.five + [("c6", "p6@example.com", 0)])
        try await push.segment()
        #expect(try await push.push().counts == RunCounts(selected: 1, exported: 1))
        #expect(push.receiver.calls.last == ["p6@example.com"])
    }

    @Test func `a failed push leaves the baseline where it was`() async throws {
        let push = try await PushFixture { $0.dataflows[0].export = .incremental }
        push.receiver.answer { (_, _) throws(DeliveryError) in throw .rejected("key is revoked") }
        let failed = try await push.push()
        #expect(failed.state == .failed)
        #expect(failed.reason == "key is revoked")
        #expect(failed.counts == RunCounts(selected: 5, skipped: ["not-sent": 5]))
        push.receiver.answer { (_, _) throws(DeliveryError) in nil }
        #expect(try await push.push().counts.exported == 5)
    }

    /// An incremental push of five, of whom the receiver has refused the second.
    private func inPart() async throws -> (PushFixture, Run) {
        let push = try await PushFixture(contactsPerCall: 5) { $0.dataflows[0].export = .incremental }
        push.receiver.answer { (_, _) throws(DeliveryError) in
            .taken(rejected: [RowRejection(index: 1, code: "invalid", message: "no")], receiverIDs: [:])
        }
        let partial = try await push.push()
        #expect(partial.state == .partial)
        push.receiver.answer { (_, _) throws(DeliveryError) in nil }
        return (push, partial)
    }

    private func retry(_ run: Run, _ push: PushFixture) throws -> UUID {
        try RetryJob(run).queue(in: push.store, at: push.fixture.clock.now(), actor: "test").id
    }

    @Test func `a retry of an incremental push that was partial sends whom the receiver refused, as he is stored now`()
        async throws
    {
        let (push, partial) = try await inPart()
        var customers = PushFixture.five
        customers[1].email = "corrected@example.com"
        try push.fixture.write(customers)
        _ = try await Stage(place: push.place, spec: push.spec).ingest(push.spec.sources[0])
        let again = try await push.attempt(try retry(partial, push))
        #expect(again.state == .completed)
        #expect(again.counts == RunCounts(selected: 5, exported: 5))
        #expect(push.receiver.calls.last?.contains("corrected@example.com") == true)
        #expect(try await push.push().counts.selected == 0)
    }

    @Test func `so does another retry, after one that failed`() async throws {
        let (push, partial) = try await inPart()
        push.receiver.answer { (_, _) throws(DeliveryError) in throw .rejected("key is revoked") }
        let failed = try await push.attempt(try retry(partial, push))
        #expect(failed.state == .failed)
        push.receiver.answer { (_, _) throws(DeliveryError) in nil }
        #expect(try await push.attempt(try retry(partial, push)).counts.exported == 5)
    }

    @Test func `a retry of an incremental push that failed sends who had joined, and nobody else`() async throws {
        let push = try await PushFixture { $0.dataflows[0].export = .incremental }
        _ = try await push.push()
        try push.fixture.write(PushFixture.five + [("c6", "p6@example.com", 0)])
        try await push.segment()
        push.receiver.answer { (_, _) throws(DeliveryError) in throw .rejected("key is revoked") }
        let failed = try await push.push()
        push.receiver.answer { (_, _) throws(DeliveryError) in nil }
        #expect(try await push.attempt(try retry(failed, push)).counts == RunCounts(selected: 1, exported: 1))
    }

    @Test func `an ad-hoc job on a connector dataflow is one run over the named segments`() async throws {
        let push = try await PushFixture(segments: ["buyers", "all"])
        let job = AdHocJob(dataflow: push.spec.dataflows[0], segments: ["all", "buyers"], isForced: true)
        let latest = try push.place.profiles.latestSnapshot()
        let runs = try job.queue(
            in: push.store, spec: push.spec, snapshot: latest, at: push.fixture.clock.now(), actor: "test"
        )
        #expect(runs.map { $0.segments.map(\.name) } == [["all", "buyers"]])
        #expect(try await push.attempt(runs[0].id).counts.exported == 5)
    }

    @Test func `a detached dataflow is skipped by the schedule and refused on demand`() async throws {
        let push = try await PushFixture { $0.dataflows[0].isDetached = true }
        let latest = try #require(try push.place.profiles.latestSnapshot())
        let planner = OccurrencePlanner(spec: push.spec, revisions: [:], now: push.fixture.clock.now())
        let decisions = planner.decide(
            push.spec.dataflows[0],
            .init(plannedThrough: EngineFixture.noon, published: [latest], latest: latest, hasFired: false)
        )
        #expect(decisions.map(\.reason) == [.dataflowDetached])
        let job = AdHocJob(dataflow: push.spec.dataflows[0], segments: [], isForced: true)
        #expect(throws: AdHocRefusal.outOfScope(segments: ["all"], .dataflowDetached)) {
            try job.check(in: push.store, spec: push.spec, snapshot: latest, at: push.fixture.clock.now())
        }
    }
}
