import Foundation
import Store
import Testing
import TidegateModel
import TidegateTesting
import Transfer

@testable import Server

@Suite struct RunDocumentTests {
    private let file = DeliveredFile(path: "/outbox", name: "vip.csv", rows: 7, size: 4096, sha256: "ab12")

    private func fixture() async throws -> FlowFixture { try await FlowFixture([FlowFixture.flow(1)]) }

    func item(_ fixture: FlowFixture, _ run: Run) async throws -> [String: Any] {
        let (items, answer) = try await fixture.list("/runs/\(run.id.text)")
        #expect(items.count == 1 && Set(answer.keys) == ["items"])
        return try #require(items.first)
    }

    @Test func `a delivered run tells when, how much, what of, and what was left out`() async throws {
        let fixture = try await fixture()
        let run = fixture.run(1)
        try fixture.record([run])
        let counts = RunCounts(selected: 10, exported: 7, skipped: ["missing-email": 3])
        try fixture.end(run, .delivered, counts: counts, files: [file])
        let json = try await item(fixture, run)
        let start = Int(ServerFixture.noon.milliseconds) + 1000
        #expect(json.text("flowId") == FlowFixture.id(1001).text)
        #expect(json.text("providerRefId") == FlowFixture.id(9).text)
        #expect(json.number("createdAt") == start - 1000 && json.number("updatedAt") == start + 60000)
        #expect(json.text("createdBy") == "planner" && json.text("updatedBy") == "me")
        #expect(json.number("metrics/durationSummary/startedAtUTC") == start)
        #expect(json.number("metrics/durationSummary/completedAtUTC") == start + 60000)
        #expect(json.number("metrics/sizeSummary/outputBytes") == 4096)
        #expect(json.number("metrics/recordSummary/inputRecordCount") == 10)
        #expect(json.number("metrics/recordSummary/createdRecordCount") == 7)
        #expect(json.number("metrics/recordSummary/skippedRecordCount") == 3)
        #expect(json.text("metrics/recordSummary/skippedInfo/0/code") == "missing-email")
        #expect(json.text("metrics/recordSummary/skippedInfo/0/message") == "required attribute 'email' has no value")
        let source = "metrics/recordSummary/sourceSummaries/0/entitySummaries/0"
        #expect(json.text("\(source)/id") == "segment:\(FlowFixture.vip.id.text)")
        #expect(json.number("\(source)/inputRecordCount") == 10)
        #expect(json.text("metrics/recordSummary/targetSummaries/0/id") == FlowFixture.id(3).text)
        #expect(json.number("metrics/fileSummary/outputFileCount") == 1)
        #expect(json.text("metrics/fileSummary/manifest/fileInfo/0/path") == "/outbox/vip.csv")
        #expect(json.text("metrics/statusSummary/status") == "success")
        #expect(json.at("metrics/statusSummary/errors") == nil)
    }

    @Test func `a run has two activities, which it refers to`() async throws {
        let fixture = try await fixture()
        let run = fixture.run(1)
        try fixture.record([run])
        try fixture.end(run, .delivered, counts: RunCounts(selected: 7, exported: 7), files: [file])
        let json = try await item(fixture, run)
        let activities = try #require(json.at("activities") as? [[String: Any]])
        #expect(activities.count == 2)
        #expect(activities.compactMap { $0.text("id") } == json.at("metrics/statusSummary/activityRefs") as? [String])
        #expect(activities.allSatisfy { $0.text("statusSummary/status") == "success" })
        #expect(
            (json.at("activites") as? [[String: Any]])?.compactMap { $0.text("id") }
                == activities.compactMap { $0.text("id") })
        #expect(json.text("etag") == json.text("eTag"))
    }

    @Test(arguments: RunState.allCases)
    func `a run has an end in its times exactly where it has ended`(_ state: RunState) async throws {
        let fixture = try await fixture()
        let run = fixture.run(
            1, state: state.isTerminal ? state : .queued, reason: state == .skipped ? "over-cap: 5 of 4" : nil)
        try fixture.record([run])
        switch state {
        case .processing, .cancelling:
            _ = try fixture.store.claim(owner: "me", lease: .seconds(60), at: ServerFixture.noon)
            if state == .cancelling {
                _ = try fixture.store.requestCancel(of: run.id, at: ServerFixture.noon, actor: "cli")
            }
        case .retrying: try fixture.end(run, .deferred, reason: "connection was lost")
        default: break
        }
        let json = try await item(fixture, run)
        #expect((json.at("metrics/durationSummary/completedAtUTC") != nil) == state.isTerminal)
        #expect((json.at("metrics/durationSummary/startedAtUTC") != nil) == (state != .queued))
        #expect(json.text("metrics/statusSummary/extensions/state") == state.rawValue)
        let expected =
            switch state {
            case .queued: "waiting"
            case .processing, .retrying, .cancelling: "processing"
            case .completed, .partial: "success"
            case .failed, .cancelled, .skipped, .missed: "failed"
            }
        #expect(json.text("metrics/statusSummary/status") == expected)
        #expect((json.at("metrics/statusSummary/errors") != nil) == (expected == "failed"))
        if state == .skipped {
            #expect(json.text("metrics/statusSummary/errors/0/code") == "over-cap")
            #expect(json.text("metrics/statusSummary/errors/0/message") == "5 of 4")
        }
    }

    @Test func `a run that failed says why and counts nothing`() async throws {
        let fixture = try await fixture()
        let run = fixture.run(1)
        try fixture.record([run])
        try fixture.end(run, .gaveUp, reason: "host 'a' refused the connection")
        let json = try await item(fixture, run)
        #expect(json.text("metrics/statusSummary/errors/0/message") == "host 'a' refused the connection")
        #expect(json.text("metrics/statusSummary/errors/0/code") == "failed")
        #expect(json.number("metrics/recordSummary/inputRecordCount") == 0)
        #expect(json.text("activities/0/statusSummary/status") == "failed")
    }

    @Test func `a run of several segments names them and counts them together`() async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1, destination: "hook", segments: ["vip", "lapsed"])])
        let run = fixture.run(1, segments: [FlowFixture.vip, FlowFixture.lapsed])
        try fixture.record([run])
        try fixture.end(run, .deliveredInPart, counts: RunCounts(selected: 9, exported: 8, rejected: ["bounced": 1]))
        let json = try await item(fixture, run)
        let entities = "metrics/recordSummary/sourceSummaries/0/entitySummaries"
        #expect(json.text("\(entities)/1/id") == "segment:\(FlowFixture.lapsed.id.text)")
        #expect(json.at("\(entities)/0/inputRecordCount") == nil)
        #expect(json.number("metrics/recordSummary/failedRecordCount") == 1)
        #expect(json.text("metrics/recordSummary/failedInfo/0/type") == "Error")
        #expect(json.text("metrics/statusSummary/extensions/state") == "partial")
    }

    @Test func `a run of a dataflow that is gone is still there`() async throws {
        let fixture = try await fixture()
        try fixture.record([fixture.run(1)])
        try fixture.store.apply(
            FlowFixture.spec([FlowFixture.flow(2)]), from: ScheduleCursor(instant: ServerFixture.noon, snapshot: nil),
            actor: "cli")
        let json = try await item(fixture, fixture.run(1))
        #expect(json.text("metrics/recordSummary/targetSummaries/0/id") == FlowFixture.id(1001).text)
        #expect(json.text("metrics/statusSummary/status") == "failed")
    }

    @Test func `a run that was read and has not changed is not sent again`() async throws {
        let fixture = try await fixture()
        let run = fixture.run(1)
        try fixture.record([run])
        let path = "/runs/\(run.id.text)"
        let first = try await fixture.get(path)
        let etag = try #require(try first.json().text("items/0/etag"))
        #expect(first.headers["etag"] == etag)
        let again = try await fixture.get(path, headers: ["If-None-Match: \"x\", \(etag)"])
        #expect(again.status == 304 && again.body.isEmpty)
        try fixture.end(run, .delivered)
        let changed = try await fixture.get(path, headers: ["If-None-Match: \(etag)"])
        #expect(changed.status == 200)
        #expect(try changed.json().text("items/0/etag") != etag)
    }

    @Test func `a run that never was is not found`() async throws {
        let fixture = try await fixture()
        let answer = try await fixture.get("/runs/\(FlowFixture.id(77).text)")
        #expect(answer.status == 404)
        #expect(try answer.json().text("errorMessage") == "runs not found with id = [\(FlowFixture.id(77).text)]")
    }
}

extension RunDocumentTests {
    @Test func `a run that is being sent counts what the receiver has answered to`() async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1, destination: "hook")])
        let run = fixture.run(1)
        try fixture.record([run])
        let claimed = try fixture.store.claim(owner: "me", lease: .seconds(60), at: ServerFixture.noon)
        let claim = Claim(run: run.id, owner: "me", attempt: try #require(claimed).attempts)
        let batch = PlannedBatch(
            number: 1, page: 1, through: [1], contacts: 5, bytes: 640, digest: "d", skipped: ["duplicate": 2])
        #expect(try fixture.store.plan([batch], claim, at: ServerFixture.noon))
        #expect(try fixture.store.advance(settling: [], sending: [1], claim, at: ServerFixture.noon))
        let rejection = BatchSettlement.Rejection(key: "7", profile: 7, code: "bounced", message: "no")
        let settled = BatchSettlement(1, .confirmedInPart, rejections: [rejection])
        #expect(try fixture.store.advance(settling: [settled], claim, at: ServerFixture.noon))
        let json = try await item(fixture, run)
        #expect(json.number("metrics/recordSummary/inputRecordCount") == 7)
        #expect(json.number("metrics/recordSummary/outputRecordCount") == 4)
        #expect(json.number("metrics/recordSummary/skippedRecordCount") == 2)
        #expect(json.number("metrics/recordSummary/failedRecordCount") == 1)
        #expect(json.number("metrics/sizeSummary/outputBytes") == 640)
        #expect(json.at("metrics/durationSummary/completedAtUTC") == nil)
    }
}
