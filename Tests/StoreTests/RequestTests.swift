import Foundation
import GRDB
import Store
import Testing
import TidegateModel

/// Requests that are known again.
@Suite struct RequestTests {
    let fixture: StoreFixture
    var store: Store { fixture.store }
    let now = StoreFixture.start

    init() throws { fixture = try StoreFixture() }

    private func request(_ key: String? = "k1", by caller: String = "api:trigger", asks digest: String = "d1")
        -> ClientRequest
    {
        ClientRequest(caller: caller, key: key, digest: digest)
    }

    /// Queues a job of one run for `request`, and brings it to its end where wanted.
    @discardableResult
    private func start(_ request: ClientRequest, isEnded: Bool = true, at instant: Instant = StoreFixture.start) throws
        -> Run
    {
        let run = fixture.run(trigger: .adHoc)
        try store.queueAdHoc([run], for: request, at: instant, actor: "test")
        if isEnded { _ = try store.requestCancel(of: run.id, at: instant, actor: "test") }
        return run
    }

    private func known(_ request: ClientRequest, at instant: Instant = StoreFixture.start) throws -> [UUID] {
        try store.runs(startedBy: request, at: instant).map(\.id)
    }

    private var kept: Int {
        get throws {
            try fixture.underneath().read { db in try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM request") ?? 0 }
        }
    }

    @Test func `a key brings back its runs in the order of the job, also in another process`() throws {
        let runs = ["vip", "lapsed"].map { fixture.run(segment: $0, trigger: .adHoc) }
        try store.queueAdHoc(runs, for: request(), at: now, actor: "test")
        #expect(try known(request()) == runs.map(\.id))
        let other = try Store(path: fixture.folder.path + "/tidegate.sqlite", role: .guest)
        #expect(try other.runs(startedBy: request(), at: now).map(\.id) == runs.map(\.id))
    }

    @Test func `the key of another caller is another key`() throws {
        try start(request())
        #expect(try known(request(by: "page:admin", asks: "d2")) == [])
    }

    @Test func `a key that was given to another request is told`() throws {
        try start(request())
        #expect(throws: KeyUsedOtherwise.self) { try known(request(asks: "d2")) }
        #expect(throws: KeyUsedOtherwise.self) { try start(request(asks: "d2")) }
    }

    @Test func `a repeated request queues nothing`() throws {
        for request in [request(), request(nil)] {
            let run = try start(request)
            #expect(throws: RepeatedRequest.self) { try start(request) }
            #expect(try store.runs(limit: 10).first?.id == run.id)
        }
    }

    @Test func `a repeated request without a key meets the run that goes on`() throws {
        let run = try start(request(nil), isEnded: false)
        #expect(try known(request(nil)) == [])
        let refusal = #expect(throws: AdHocRefusal.self) { try start(request(nil)) }
        #expect(refusal?.description.hasSuffix(run.id.text) == true)
    }

    @Test func `a key is known for a day, a request without one for a minute`() throws {
        try start(request())
        try start(request(nil))
        #expect(try known(request(), at: now + .hours(24) - .milliseconds(1)).count == 1)
        #expect(try known(request(), at: now + .hours(24)) == [])
        #expect(try known(request(nil), at: now + .seconds(60) - .milliseconds(1)).count == 1)
        #expect(try known(request(nil), at: now + .seconds(60)) == [])
        #expect(try known(request(nil), at: now - .seconds(60)) == [], "a clock that ran ahead holds nobody up")
    }

    @Test func `with and without a key are different requests`() throws {
        try start(request())
        #expect(try known(request(nil)) == [])
        try start(request(nil))
        #expect(try known(request("k2")) == [])
    }

    @Test func `requests of more than a day ago go when the next one comes, and their runs stay`() throws {
        let run = try start(request())
        try start(request("k2"), at: now + .hours(23))
        #expect(try kept == 2)
        try start(request("k3"), at: now + .hours(24))
        #expect(try kept == 2)
        #expect(try store.run(run.id) != nil)
    }

    @Test func `a key can be used again after its day`() throws {
        let first = try start(request())
        let second = try start(request(asks: "d2"), at: now + .hours(24))
        #expect(first.id != second.id)
        #expect(try known(request(asks: "d2"), at: now + .hours(24)) == [second.id])
    }

    @Test func `a refused request is not remembered`() throws {
        try start(request(), isEnded: false)
        #expect(throws: AdHocRefusal.self) { try start(request("k2")) }
        #expect(try known(request("k2")) == [])
        #expect(try kept == 1)
    }

    @Test func `cycles are known by what they have published`() throws {
        let snapshot = UUID()
        let cycle = try requireValue(try store.beginCycle(nominal: now, trigger: .scheduled, at: now))
        #expect(try store.snapshots(ofCycles: [cycle.sequence]) == [:])
        try store.completeCycle(cycle.sequence, snapshot: snapshot, at: now)
        #expect(try store.snapshots(ofCycles: [cycle.sequence, 99]) == [cycle.sequence: snapshot])
    }
}
