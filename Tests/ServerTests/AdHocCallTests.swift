import Foundation
import Store
import Testing
import TidegateModel
import Transfer

@testable import Server

/// What the ad-hoc call takes, refuses and answers.
@Suite struct AdHocCallTests {
    @Test func `an answer has one record for each destination and segment, and each leads to its run`() async throws {
        let fixture = try await AdHocFixture()
        let answer = try await fixture.post(["files": ["vip", "lapsed"], "contacts": ["lapsed"]])
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "application/json")
        #expect(try answer.json().keys.sorted() == ["order"])
        let records = try answer.records()
        #expect(records.allSatisfy { $0.keys.sorted() == ["order", "segment", "statusURL"] })
        #expect(
            Set(records.map { "\($0["order"] ?? "") \($0["segment"] ?? "")" })
                == [
                    "\(AdHocFixture.dataflow("files")) \(AdHocFixture.segment("vip"))",
                    "\(AdHocFixture.dataflow("files")) \(AdHocFixture.segment("lapsed"))",
                    "\(AdHocFixture.dataflow("contacts")) \(AdHocFixture.segment("lapsed"))",
                ])
        let prefix = fixture.server.base + "/data/foundation/flowservice/runs/"
        let runs = try fixture.server.store.liveRuns().map { prefix + $0.id.text }
        #expect(Set(records.map { $0["statusURL"] }) == Set(runs))
    }

    @Test func `a push is one run, named for each of its segments`() async throws {
        let fixture = try await AdHocFixture()
        let records = try await fixture.post(["contacts": ["vip", "lapsed"]]).records()
        #expect(records.map { $0["segment"] } == [AdHocFixture.segment("vip"), AdHocFixture.segment("lapsed")])
        #expect(Set(records.map { $0["statusURL"] }).count == 1)
    }

    @Test func `a run that exports more than was asked for is told of for what was asked for`() async throws {
        let fixture = try await AdHocFixture()
        for again in [false, true] {
            let answer = try await fixture.post(["ids": ["lapsed"], "contacts": ["vip"]], key: "one")
            #expect(answer.headers["idempotency-replayed"] == (again ? "true" : nil))
            #expect(
                Set(try answer.records().map { "\($0["order"] ?? "") \($0["segment"] ?? "")" })
                    == [
                        "\(AdHocFixture.dataflow("ids")) \(AdHocFixture.segment("lapsed"))",
                        "\(AdHocFixture.dataflow("contacts")) \(AdHocFixture.segment("vip"))",
                    ])
        }
    }

    @Test func `a segment named twice has one record`() async throws {
        let fixture = try await AdHocFixture()
        #expect(try await fixture.post(["files": ["vip", "vip"]]).records().count == 1)
    }

    @Test func `an id counts in capitals too, and is answered in small letters`() async throws {
        let fixture = try await AdHocFixture()
        let body = try AdHocFixture.body().replacing(
            AdHocFixture.dataflow("files"), with: AdHocFixture.dataflow("files").uppercased())
        #expect(try await fixture.post(body).records().first?["order"] == AdHocFixture.dataflow("files"))
    }

    @Test func `version 2 asks for no snapshot in particular, and never for the delay to be passed`() async throws {
        let fixture = try await AdHocFixture()
        _ = try await fixture.post(AdHocFixture.body(exportIds: "\"nonsense\""))
        #expect(fixture.orders.all.map(\.snapshot) == [nil])
        #expect(fixture.orders.all.map(\.isForced) == [false])
    }

    @Test(arguments: [
        ("", "request body is not a JSON object"), ("{", "request body is not a JSON object"),
        ("[]", "request body is not a JSON object"), ("null", "request body is not a JSON object"),
        ("{}", "activationInfo is missing"), (#"{"activationInfo": {}}"#, "activationInfo names no destination"),
        (#"{"activationInfo": null}"#, "activationInfo is not an object of lists of segment ids"),
        (#"{"activationInfo": []}"#, "activationInfo is not an object of lists of segment ids"),
        (#"{"activationInfo": {"a": "b"}}"#, "activationInfo is not an object of lists of segment ids"),
        (#"{"activationInfo": {"a": [1]}}"#, "activationInfo is not an object of lists of segment ids"),
        (#"{"activationInfo": {"a": [null]}}"#, "activationInfo is not an object of lists of segment ids"),
        (
            #"{"activationInfo": {"00000000-0000-4000-8000-00000000000a": []}}"#,
            "activationInfo names no segment for destination 00000000-0000-4000-8000-00000000000a"
        ),
    ])
    func `a body that is none of this call is refused`(_ body: String, _ message: String) async throws {
        let fixture = try await AdHocFixture()
        let answer = try await fixture.post(body)
        #expect((answer.status, try answer.message()) == (400, message))
        #expect(fixture.orders.all == [])
    }

    @Test func `a destination in two spellings is named twice`() async throws {
        let fixture = try await AdHocFixture()
        let (id, segment) = (AdHocFixture.dataflow("files"), AdHocFixture.segment("vip"))
        let answer = try await fixture.post(
            #"{"activationInfo": {"\#(id)": ["\#(segment)"], "\#(id.uppercased())": ["\#(segment)"]}}"#)
        #expect(try answer.message() == "activationInfo names destination \(id) twice")
    }

    @Test(arguments: ["anna@example.com", "ag-123", ""])
    func `what is no id of ours is not found, and is not told back`(_ text: String) async throws {
        let fixture = try await AdHocFixture()
        let segment = try await fixture.post(
            #"{"activationInfo": {"\#(AdHocFixture.dataflow("files"))": ["\#(text)"]}}"#)
        #expect((segment.status, try segment.code()) == (404, "unknown-segment"))
        let destination = try await fixture.post(
            #"{"activationInfo": {"\#(text)": ["\#(AdHocFixture.segment("vip"))"]}}"#)
        #expect((destination.status, try destination.code()) == (404, "unknown-destination"))
        #expect(!(segment.text + destination.text).contains("anna@"))
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "json", "application/merge-patch+json"])
    func `a body of another type is refused`(_ type: String) async throws {
        let answer = try await AdHocFixture().post(AdHocFixture.body(), type: type)
        #expect((answer.status, try answer.message()) == (400, "Content-Type must be application/json"))
    }

    @Test func `a JSON body may say its character set`() async throws {
        let answer = try await AdHocFixture().post(AdHocFixture.body(), type: "Application/JSON; charset=UTF-8")
        #expect(answer.status == 200)
    }

    @Test func `a body above one megabyte is refused, and the server serves on`() async throws {
        let fixture = try await AdHocFixture()
        let answer = try await fixture.post(String(repeating: " ", count: 1 << 20) + AdHocFixture.body())
        #expect((answer.status, try answer.message()) == (400, "request body is larger than 1 MB"))
        #expect(try await fixture.post().status == 200)
    }

    @Test func `version 1 is what comes without a version, and needs the export jobs`() async throws {
        let fixture = try await AdHocFixture()
        for accept in [nil, "Accept: */*", "Accept: application/json"] {
            let answer = try await fixture.post(AdHocFixture.body(), accept: accept)
            #expect(answer.status == 400)
            #expect(try answer.message()?.hasPrefix("exportIds is missing; version 1 needs it") == true)
        }
    }

    @Test(arguments: [("[]", "malformed"), ("[\"x\"]", "unknown-export-job"), ("[7]", "unknown-export-job")])
    func `version 1 takes only export jobs that there are`(_ ids: String, _ code: String) async throws {
        let answer = try await AdHocFixture().post(AdHocFixture.body(exportIds: ids), accept: nil)
        #expect((answer.status, try answer.code()) == (400, code))
    }

    @Test(arguments: ["null", "{}", "7", "[true]", "[1.5]", "[null]"])
    func `export jobs are a list of numbers or texts`(_ ids: String) async throws {
        let answer = try await AdHocFixture().post(AdHocFixture.body(exportIds: ids), accept: nil)
        #expect((answer.status, try answer.code()) == (400, "malformed"))
    }

    @Test func `version 1 exports the snapshot of the newest export job that it names`() async throws {
        let fixture = try await AdHocFixture()
        let snapshots = [UUID(), UUID()]
        for (nominal, snapshot) in snapshots.enumerated() {
            let at = ServerFixture.noon + .days(Int64(nominal))
            let cycle = try #require(try fixture.server.store.beginCycle(nominal: at, trigger: .scheduled, at: at))
            try fixture.server.store.completeCycle(cycle.sequence, snapshot: snapshot, at: at)
        }
        let answer = try await fixture.post(AdHocFixture.body(exportIds: "[\"2\", 1]"), accept: nil)
        #expect(answer.status == 200)
        _ = try await fixture.post(AdHocFixture.body(["files": ["lapsed"]], exportIds: "[1]"), accept: nil)
        #expect(fixture.orders.all.map(\.snapshot) == [snapshots[1], snapshots[0]])
        let unknown = try await fixture.post(AdHocFixture.body(exportIds: "[1, 3]"), accept: nil)
        #expect((unknown.status, try unknown.code()) == (400, "unknown-export-job"))
    }

    @Test func `an export job that goes on still has nothing to export`() async throws {
        let fixture = try await AdHocFixture()
        _ = try fixture.server.store.beginCycle(
            nominal: ServerFixture.noon, trigger: .scheduled, at: ServerFixture.noon)
        let answer = try await fixture.post(AdHocFixture.body(exportIds: "[1]"), accept: nil)
        #expect((answer.status, try answer.code()) == (400, "unknown-export-job"))
    }

    @Test func `an unknown version is not acceptable`() async throws {
        let answer = try await AdHocFixture().post(
            AdHocFixture.body(), accept: "Accept: application/vnd.adobe.adhoc.activation+json; version=4")
        #expect(answer.status == 406)
        #expect(try answer.message()?.hasPrefix("version is not known") == true)
    }

    @Test func `the run's address is the one that was called`() async throws {
        let fixture = try await AdHocFixture()
        let answer = try await fixture.post(
            AdHocFixture.body(), headers: ["Host: gate.example:8443", "X-Forwarded-Proto: https"])
        let prefix = "https://gate.example:8443/data/foundation/flowservice/runs/"
        #expect(try answer.records().first?["statusURL"]?.hasPrefix(prefix) == true)
    }

    @Test func `a host that belongs in no address starts nothing`() async throws {
        let fixture = try await AdHocFixture()
        let answer = try await fixture.post(AdHocFixture.body(), headers: ["Host: gate.example/evil?"])
        #expect((answer.status, try answer.message()) == (400, "Host header is malformed"))
        #expect(fixture.orders.all == [])
    }
}
