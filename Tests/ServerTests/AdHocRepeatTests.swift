import Foundation
import Store
import Testing
import TidegateModel
import Transfer

@testable import Server

/// A call that comes again starts nothing again.
@Suite struct AdHocRepeatTests {
    @Test func `a key replays the first answer, while the run goes on and after it has ended`() async throws {
        let fixture = try await AdHocFixture()
        let job = ["files": ["vip", "lapsed"], "contacts": ["vip", "lapsed"]]
        let first = try await fixture.post(job, key: "k1")
        let second = try await fixture.post(job, key: "k1")
        try fixture.endRuns()
        fixture.advance(by: .hours(23))
        let third = try await fixture.post(job, key: "k1")
        #expect([first, second, third].allSatisfy { $0.status == 200 })
        #expect(Set([first.text, second.text, third.text]).count == 1)
        let replayed: [String?] = [first, second, third].map { $0.headers["idempotency-replayed"] }
        #expect(replayed == [nil, "true", "true"])
        #expect(fixture.orders.all.count == 1)
        #expect(try fixture.audit.count == 2, "a replay does nothing that an audit could keep")
    }

    @Test func `after a day a key is free again`() async throws {
        let fixture = try await AdHocFixture()
        let first = try await fixture.post(key: "k1")
        try fixture.endRuns()
        fixture.advance(by: .hours(24))
        let second = try await fixture.post(key: "k1")
        #expect(second.status == 200)
        #expect(first.body != second.body)
    }

    @Test func `a key that was given to another request is refused, and starts nothing`() async throws {
        let fixture = try await AdHocFixture()
        _ = try await fixture.post(["files": ["vip"]], key: "k1")
        for other in [["files": ["lapsed"]], ["files": ["vip", "lapsed"]], ["contacts": ["vip"]]] {
            let answer = try await fixture.post(other, key: "k1")
            #expect((answer.status, try answer.code()) == (422, "key-used-otherwise"))
        }
        #expect(fixture.orders.all.count == 1)
        #expect(try fixture.audit.filter { $0.refusal != nil }.count == 3)
    }

    @Test func `a request is the same however its JSON is spelled`() async throws {
        let fixture = try await AdHocFixture()
        let header = ["Idempotency-Key: k1"]
        let (id, vip, lapsed) = (
            AdHocFixture.dataflow("files"), AdHocFixture.segment("vip"), AdHocFixture.segment("lapsed")
        )
        let first = try await fixture.post(
            #"{"activationInfo":{"\#(id)":["\#(vip)","\#(lapsed)"]}}"#, headers: header)
        let second = try await fixture.post(
            #"{ "x": 1, "activationInfo": { "\#(id)": ["\#(lapsed)", "\#(vip)", "\#(vip)"] } }"#, headers: header)
        #expect(second.status == 200)
        #expect(first.body == second.body)
    }

    @Test func `version 1 and version 2 are different requests`() async throws {
        let fixture = try await AdHocFixture()
        let cycle = try #require(
            try fixture.server.store.beginCycle(
                nominal: ServerFixture.noon, trigger: .scheduled, at: ServerFixture.noon))
        try fixture.server.store.completeCycle(cycle.sequence, snapshot: UUID(), at: ServerFixture.noon)
        let body = try AdHocFixture.body(exportIds: "[1]")
        let key = ["Idempotency-Key: k1"]
        #expect(try await fixture.post(body, headers: key).status == 200)
        #expect(try await fixture.post(body, accept: nil, headers: key).status == 422)
    }

    @Test func `calls with one key at the same time start one job`() async throws {
        let fixture = try await AdHocFixture()
        let answers = try await withThrowingTaskGroup(of: TransferAnswer.self) { group in
            for _ in 0..<12 { group.addTask { try await fixture.post(key: "k1") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.allSatisfy { $0.status == 200 })
        #expect(Set(answers.map(\.text)).count == 1)
        #expect(answers.filter { $0.headers["idempotency-replayed"] == nil }.count == 1)
        #expect(try fixture.server.store.liveRuns().count == 1)
    }

    @Test func `a refused request is not remembered`() async throws {
        let fixture = try await AdHocFixture()
        #expect(try await fixture.post(["files": ["vip"]], key: "k1").status == 200)
        #expect(try await fixture.post(["files": ["vip"]], key: "k2").status == 400)
        try fixture.endRuns()
        let again = try await fixture.post(["files": ["vip"]], key: "k2")
        #expect((again.status, again.headers["idempotency-replayed"]) == (200, nil))
    }

    @Test func `without a key a repeated call is refused while the run goes on`() async throws {
        let fixture = try await AdHocFixture()
        let first = try await fixture.post()
        let second = try await fixture.post()
        let run = try #require(first.records().first?["statusURL"]?.split(separator: "/").last)
        #expect((second.status, try second.code()) == (400, "already-running"))
        #expect(try second.message()?.hasSuffix("with run id \(run)") == true)
    }

    @Test func `without a key it replays the first answer for a minute once the run has ended`() async throws {
        let fixture = try await AdHocFixture()
        let first = try await fixture.post()
        try fixture.endRuns()
        fixture.advance(by: .seconds(59))
        let second = try await fixture.post()
        #expect((second.status, second.headers["idempotency-replayed"]) == (200, "true"))
        #expect(second.body == first.body)
        fixture.advance(by: .seconds(1))
        let third = try await fixture.post()
        #expect((third.status, third.headers["idempotency-replayed"]) == (200, nil))
        #expect(third.body != first.body)
    }

    @Test func `a new key starts a new run of the same, and so does another request`() async throws {
        let fixture = try await AdHocFixture()
        _ = try await fixture.post()
        try fixture.endRuns()
        let forced = try await fixture.post(key: "once more")
        #expect((forced.status, forced.headers["idempotency-replayed"]) == (200, nil))
        let other = try await fixture.post(["files": ["lapsed"]])
        #expect((other.status, other.headers["idempotency-replayed"]) == (200, nil))
        #expect(fixture.orders.all.count == 3)
    }

    // With a semicolon curl sends a header without a value.
    @Test(arguments: [
        "Idempotency-Key;", "Idempotency-Key: " + String(repeating: "k", count: 256), "Idempotency-Key: \u{E4}",
    ])
    func `a key is of one to 255 ASCII characters`(_ header: String) async throws {
        let fixture = try await AdHocFixture()
        let answer = try await fixture.post(AdHocFixture.body(), headers: [header])
        #expect(answer.status == 400)
        #expect(fixture.orders.all == [])
    }
}
