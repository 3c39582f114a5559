import Foundation
import Store
import Testing
import TidegateModel
import Transfer

@testable import Server

@Suite struct SegmentJobStartTests {
    @Test func `a POST starts a cycle of all segments, whichever it names`() async throws {
        let fixture = try await SegmentationFixture()
        let answer = try await fixture.post(#"[{"segmentId":"\#(fixture.segments[0].id.text)"}]"#)
        #expect(answer.status == 200)
        let job = try AnsweredJSON(answer)
        #expect(job["id"]?.text == CycleID(1).description)
        #expect(job["status"]?.text == "PROCESSING")
        #expect(job["source"]?.text == "api")
        let evaluated = job["segments"]?.array.map { $0["segmentId"]?.text }
        #expect(evaluated == fixture.segments.map(\.id.text))
        #expect(try fixture.store.cycles(limit: 9).map(\.trigger) == [.onDemand])
        #expect(try fixture.store.audit(limit: 9).map(\.entry.action) == [.startCycle])
        #expect(try fixture.store.audit(limit: 1).first?.entry.refusal == nil)
    }

    @Test(arguments: [Cycle.State.processing, .retrying])
    func `while a cycle goes on a POST gives its job and starts none`(_ state: Cycle.State) async throws {
        let fixture = try await SegmentationFixture()
        let going = try fixture.cycle(state)
        for _ in 0..<2 {
            let job = try AnsweredJSON(try await fixture.post(#"[{"segmentId":"*"}]"#))
            #expect(job["id"]?.text == CycleID(going.sequence).description)
        }
        #expect(try fixture.store.cycles(limit: 9).count == 1)
        #expect(try fixture.store.audit(limit: 9).isEmpty)
    }

    @Test(arguments: ["", "{}", "[]", "[1]", #"[{"id":"x"}]"#, #"{"segmentId":"*"}"#, #"[{"segmentId":7}]"#, "[\u{0}"])
    func `a body that is not understood starts nothing`(_ body: String) async throws {
        let fixture = try await SegmentationFixture()
        let answer = try await fixture.post(body)
        #expect(answer.status == 400)
        #expect(try AnsweredJSON(answer)["errors.400"]?.array.count == 1)
        #expect(try fixture.store.cycles(limit: 1).isEmpty)
        #expect(try fixture.store.audit(limit: 1).first?.entry.refusal != nil)
    }

    @Test func `a body that is too large starts nothing`() async throws {
        let fixture = try await SegmentationFixture()
        let answer = try await fixture.post("[" + String(repeating: " ", count: 1 << 20) + "]")
        #expect(answer.status == 400)
        #expect(try fixture.store.audit(limit: 1).first?.entry.refusal == "body is larger than 1048576 bytes")
    }

    @Test func `a segment that is not known is not found, and nothing starts`() async throws {
        let fixture = try await SegmentationFixture()
        let known = fixture.segments[0].id.text
        for unknown in [UUID().text, "nobody"] {
            let answer = try await fixture.post(#"[{"segmentId":"\#(known)"},{"segmentId":"\#(unknown)"}]"#)
            #expect(answer.status == 404)
        }
        #expect(try fixture.store.cycles(limit: 1).isEmpty)
    }

    @Test func `who may only look starts and cancels nothing`() async throws {
        let fixture = try await SegmentationFixture(access: Access(tokens: [(ServerFixture.token, .read)]))
        #expect(try await fixture.get("segment/jobs").status == 200)
        #expect(try await fixture.post(#"[{"segmentId":"*"}]"#).status == 403)
        #expect(try fixture.store.cycles(limit: 1).isEmpty)
        let entry = try #require(try fixture.store.audit(limit: 1).first?.entry)
        #expect((entry.actor, entry.action) == ("api:read", .startCycle))
        let path = "/data/core/ups/segment/jobs/\(CycleID(1))"
        #expect(try await fixture.server.call(path, method: "DELETE").status == 403)
    }

    @Test(arguments: Cycle.State.allCases)
    func `a job cannot be cancelled, and says why`(_ state: Cycle.State) async throws {
        let fixture = try await SegmentationFixture()
        let cycle = try fixture.cycle(state)
        let path = "/data/core/ups/segment/jobs/\(CycleID(cycle.sequence))"
        let answer = try await fixture.server.call(path, method: "DELETE")
        #expect(answer.status == 409)
        let message = try AnsweredJSON(answer)["errors.409.0.message"]?.text ?? ""
        #expect(message.hasPrefix("segment job cannot be cancelled: "))
        let entry = try #require(try fixture.store.audit(limit: 1).first?.entry)
        #expect((entry.action, entry.subject, entry.refusal) == (.cancel, "\(CycleID(cycle.sequence))", message))
        #expect(try fixture.store.cycle(cycle.sequence) == cycle)
        let nothing = "/data/core/ups/segment/jobs/\(CycleID(99))"
        #expect(try await fixture.server.call(nothing, method: "DELETE").status == 404)
    }

    private let everything = #"[{"segmentId":"*"}]"#

    private func complete(_ fixture: SegmentationFixture) throws {
        for cycle in try fixture.store.openCycles() {
            try fixture.store.completeCycle(cycle.sequence, snapshot: UUID(), at: fixture.server.clock.now())
        }
    }

    private func ids(_ fixture: SegmentationFixture, _ bodies: String..., headers: [String] = []) async throws
        -> [String?]
    {
        var ids: [String?] = []
        for body in bodies { ids.append(try AnsweredJSON(try await fixture.post(body, headers: headers))["id"]?.text) }
        return ids
    }

    @Test func `the same request within a minute of the first gives its job, also where that has ended`() async throws {
        let fixture = try await SegmentationFixture()
        let first = try await ids(fixture, everything, everything)
        #expect(first == [CycleID(1).description, CycleID(1).description])
        try complete(fixture)
        fixture.advance(by: .seconds(59))
        #expect(try await ids(fixture, everything, #" [ {"segmentId" : "*"} ] "#) == first)
        fixture.advance(by: .seconds(2))
        #expect(try await ids(fixture, everything) == [CycleID(2).description])
    }

    @Test func `another request is another job once the first has ended`() async throws {
        let fixture = try await SegmentationFixture()
        let one = #"[{"segmentId":"\#(fixture.segments[0].id.text)"}]"#
        #expect(try await ids(fixture, everything, one) == [CycleID(1).description, CycleID(1).description])
        try complete(fixture)
        // It was answered with the first job while that went on.
        #expect(try await ids(fixture, one) == [CycleID(1).description])
        let two = #"[{"segmentId":"\#(fixture.segments[1].id.text)"}]"#
        #expect(try await ids(fixture, two) == [CycleID(2).description])
    }

    @Test func `a request with a key is known for a day, and its key is nobody else's`() async throws {
        let fixture = try await SegmentationFixture()
        let key = ["Idempotency-Key: night-1"]
        #expect(try await ids(fixture, everything, headers: key) == [CycleID(1).description])
        try complete(fixture)
        fixture.advance(by: .hours(23))
        #expect(try await ids(fixture, everything, headers: key) == [CycleID(1).description])
        #expect(try await ids(fixture, everything) == [CycleID(2).description])
        try complete(fixture)
        #expect(try await ids(fixture, everything, headers: ["Idempotency-Key: night-2"]) == [CycleID(3).description])
        let other = #"[{"segmentId":"\#(fixture.segments[0].id.text)"}]"#
        let refused = try await fixture.post(other, headers: key)
        #expect(refused.status == 422)
        #expect(try fixture.store.audit(limit: 1).first?.entry.refusal == Fault.keyUsedOtherwise.sentence)
        let odd = try await fixture.post(
            everything, headers: ["Idempotency-Key: \(String(repeating: "x", count: 256))"])
        #expect(odd.status == 400)
    }

    @Test func `a start that is refused for now says when to come again`() async throws {
        for (refusal, status) in [(CycleRefusal.notNow, 429), (.goingDown, 503)] {
            let server = try await ServerFixture(JobSpec(profile: ProfileSchema(key: "id", attributes: []))) { _ in
                var controls = Controls.nothing
                controls.startCycleFor = { _ in throw refusal }
                return controls
            }
            let answer = try await server.call("/data/core/ups/segment/jobs", method: "POST", body: everything)
            #expect(answer.status == status)
            #expect(answer.headers["retry-after"] != nil)
            #expect(try AnsweredJSON(answer)["errors"]?["\(status)"]?["0.message"]?.text == refusal.description)
        }
    }
}
