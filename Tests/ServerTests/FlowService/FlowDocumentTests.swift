import Foundation
import Store
import Testing
import TidegateModel
import TidegateTesting
import Transfer

@testable import Server

@Suite struct FlowDocumentTests {
    @Test func `a flow by its id is a list of one`() async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        let (items, _) = try await fixture.list("/flows/\(FlowFixture.id(1001).text)")
        let flow = try #require(items.first)
        #expect(items.count == 1)
        #expect(flow.text("id") == FlowFixture.id(1001).text)
        #expect(flow.text("state") == "enabled")
        #expect(flow.number("createdAt") == Int(ServerFixture.noon.milliseconds))
        #expect(flow.number("updatedAt") == Int(ServerFixture.noon.milliseconds))
        #expect(flow.text("createdBy") == "test")
        #expect(flow.text("targetConnectionIds/0") == FlowFixture.id(3).text)
        #expect(flow.text("lastOperation/operation") == "create")
        #expect(flow.at("lastRunDetails") == nil)
        #expect(flow.text("etag")?.first == "\"" && flow.text("etag")?.last == "\"")
    }

    @Test func `a selector has the schedule, the file name, and its times as texts of seconds`() async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1, segments: ["vip", "lapsed"])])
        let (items, _) = try await fixture.list("/flows")
        let selectors = "transformations/0/params/segmentSelectors/selectors"
        let value = try #require(items[0].at("\(selectors)/1/value") as? [String: Any])
        #expect(items[0].text("\(selectors)/0/type") == "PLATFORM_SEGMENT")
        #expect(value.text("id") == FlowFixture.lapsed.id.text)
        #expect(value.text("filenameTemplate") == FileLayout.defaultName)
        #expect(value.text("exportMode") == "DAILY_FULL_EXPORT")
        #expect(value.text("createTime") == "1795262400")
        #expect(value.text("updateTime") == "1795262400")
        #expect(value.text("schedule/frequency") == "DAILY")
        #expect(value.text("schedule/triggerType") == "SCHEDULED")
        #expect(value.text("schedule/startTime") == "06:00")
        #expect(value.text("schedule/startDate") == "2026-11-22")
        #expect(value.at("schedule/endDate") == nil)
    }

    @Test func `a connector's selector names no file`() async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1, destination: "hook")])
        let (items, _) = try await fixture.list("/flows")
        #expect(items[0].at("transformations/0/params/segmentSelectors/selectors/0/value/filenameTemplate") == nil)
    }

    @Test func `names that would break JSON arrive as they are`() async throws {
        let name = "a\"b\\c\u{1}d\n</script>ü🌊"
        let fixture = try await FlowFixture([FlowFixture.flow(1, name: name)])
        let (items, _) = try await fixture.list("/flows")
        #expect(items[0].text("name") == name)
    }

    @Test func `a flow tells of its newest run`() async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        let run = fixture.run(1)
        try fixture.record([run])
        try fixture.end(run, .delivered, counts: RunCounts(selected: 2, exported: 2))
        try fixture.record([fixture.run(2, state: .missed, reason: "past-deadline")])
        let (items, _) = try await fixture.list("/flows")
        #expect(items[0].text("lastRunDetails/id") == FlowFixture.id(5002).text)
        #expect(items[0].text("lastRunDetails/state") == "failed")
        #expect(items[0].number("lastRunDetails/completedAtUTC") == Int(ServerFixture.noon.milliseconds))
    }

    @Test(arguments: [
        (FlowFixture.flow(1, enabled: false), "switched-off"), (FlowFixture.flow(1, detached: true), "detached"),
    ])
    func `a flow that its job file holds back is disabled`(_ flow: Dataflow, _ reason: String) async throws {
        let fixture = try await FlowFixture([flow])
        let (items, _) = try await fixture.list("/flows")
        #expect(items[0].text("state") == "disabled")
        #expect(items[0].text("extensions/disabledBecause") == reason)
    }

    @Test func `a new job file changes the etag and the time, and a run changes neither`() async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        let first = try await fixture.list("/flows").items[0]
        try fixture.record([fixture.run(1)])
        #expect(try await fixture.list("/flows").items[0].text("etag") == first.text("etag"))

        let changed = FlowFixture.flow(1, segments: ["vip", "lapsed"])
        let later = ServerFixture.noon + .hours(1)
        try fixture.store.apply(
            FlowFixture.spec([changed]), from: ScheduleCursor(instant: later, snapshot: nil), actor: "cli")
        let second = try await fixture.list("/flows").items[0]
        #expect(second.text("etag") != first.text("etag"))
        #expect(second.number("updatedAt") == Int(later.milliseconds))
        #expect(second.number("createdAt") == Int(ServerFixture.noon.milliseconds))
        #expect(second.text("updatedBy") == "cli" && second.text("createdBy") == "test")
        #expect(second.text("lastOperation/operation") == "update")
    }

    @Test func `a flow that nobody declares is not found`() async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        let answer = try await fixture.get("/flows/\(FlowFixture.id(77).text)")
        #expect(answer.status == 404)
        #expect(try answer.json().text("errorMessage") == "flows not found with id = [\(FlowFixture.id(77).text)]")
        #expect(try answer.json().text("errorDetails") != nil)
    }

    @Test(arguments: ["1", "..%2f..%2fetc", "00000000-0000-4000-8000-00000000000g", "%00", "'%20OR%201=1"])
    func `what is no UUID is refused`(_ id: String) async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        for list in ["flows", "runs"] {
            #expect(try await fixture.get("/\(list)/\(id)").status == 400, "\(list) \(id)")
        }
    }

    @Test func `the organization and the sandbox are told where they are configured`() async throws {
        let access = Access(tokens: [(ServerFixture.token, .read)], organization: "o@org", sandbox: "prod")
        let fixture = try await FlowFixture([FlowFixture.flow(1)], access: access)
        let answer = try await fixture.get("/flows", headers: ["x-gw-ims-org-id: o@org", "x-sandbox-name: prod"])
        #expect(try answer.json().text("items/0/imsOrgId") == "o@org")
        #expect(try answer.json().text("items/0/sandboxName") == "prod")
        let refused = try await fixture.get("/flows")
        #expect(refused.status == 400)
        #expect(try refused.json().text("error_code") == "400003")
    }

    @Test func `a call without a token has the gateway's answer`() async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        let answer = try await fixture.get("/flows", token: nil)
        #expect(answer.status == 403)
        #expect(try answer.json().text("error_code") == "403010")
    }
}
