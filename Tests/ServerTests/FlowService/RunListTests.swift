import Foundation
import Store
import Testing
import TidegateModel
import TidegateTesting
import Transfer

@testable import Server

@Suite struct RunListTests {
    /// Runs 1 and 2 of flow 1, run 3 of flow 2; the second failed, the third waits.
    private func fixture() async throws -> FlowFixture {
        let fixture = try await FlowFixture([
            FlowFixture.flow(1), FlowFixture.flow(2, destination: "hook", segments: ["lapsed"]),
        ])
        let delivered = fixture.run(1)
        try fixture.record([delivered])
        try fixture.end(delivered, .delivered, counts: RunCounts(selected: 1, exported: 1))
        let hour = ServerFixture.noon + .hours(1)
        try fixture.record([
            fixture.run(2, state: .missed, reason: "past-deadline", at: hour),
            fixture.run(3, flow: 1, segments: [FlowFixture.lapsed], at: hour + .hours(1)),
        ])
        return fixture
    }

    private func numbers(_ items: [[String: Any]]) -> [Int] {
        items.compactMap { $0.text("id").flatMap { Int($0.suffix(4)) }.map { $0 - 5000 } }
    }

    @Test func `runs are listed from the newest on`() async throws {
        let fixture = try await fixture()
        let (items, answer) = try await fixture.list("/runs?count=True")
        #expect(numbers(items) == [3, 2, 1])
        #expect(answer.number("count") == 3)
    }

    @Test func `pages have each run once while new ones come`() async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        try fixture.record((1...11).map { fixture.run($0, state: .missed) })
        var newest = 100
        let pages = try await fixture.pages("/runs?limit=3") {
            newest += 1
            try fixture.record([fixture.run(newest, state: .missed)])
        }
        #expect(pages.map(\.count) == [3, 3, 3, 2])
        #expect(numbers(pages.flatMap { $0 }) == (1...11).reversed())
    }

    @Test(arguments: [
        "createdAt", "-createdAt", "updatedAt", "-updatedAt", "id", "-id", "metrics.durationSummary.startedAtUTC",
        "-metrics.durationSummary.completedAtUTC",
    ])
    func `pages in any order have each run once`(_ order: String) async throws {
        let fixture = try await fixture()
        let pages = try await fixture.pages("/runs?limit=1&orderby=\(order)")
        #expect(pages.map(\.count) == [1, 1, 1])
        let ascending = order.hasPrefix("-") ? [3, 2, 1] : [1, 2, 3]
        #expect(numbers(pages.flatMap { $0 }) == ascending)
    }

    @Test(arguments: [
        ("property=flowId==\(FlowFixture.id(1001).text)", [2, 1]),
        ("property=flowId!=\(FlowFixture.id(1001).text.uppercased())", [3]),
        ("property=flowId==\(FlowFixture.id(1001).text),\(FlowFixture.id(1002).text)", [3, 2, 1]),
        ("property=id==\(FlowFixture.id(5002).text),\(FlowFixture.id(5003).text)", [3, 2]),
        ("property=createdAt>1795262400000", [3, 2]), ("property=createdAt<=1795262400000", [1]),
        ("property=createdAt>=2026-11-21T13:00:00Z,createdAt<2026-11-21T14:00:00Z", [2]),
        ("property=updatedAt>=1795266000000", [3, 2]),
        ("property=metrics.statusSummary.status==success", [1]),
        ("property=metrics.statusSummary.status==Failed,WAITING", [3, 2]),
        ("property=metrics.statusSummary.status!=failed", [3, 1]),
        ("property=metrics.statusSummary.status==inProgress", []),
        ("property=metrics.statusSummary.extensions.state==missed", [2]),
        ("property=metrics.durationSummary.startedAtUTC>=1795262401000", [2, 1]),
        ("property=metrics.durationSummary.completedAtUTC<=1795262461000", [1]),
        ("property=metrics.durationSummary.completedAtUTC!=1795262461000", [3, 2]),
        ("property=metrics.recordSummary.sourceSummaries[].id==\(FlowFixture.lapsed.id.text)", [3]),
        ("property=metrics.recordSummary.sourceSummaries[].id!=\(FlowFixture.lapsed.id.text)", [2, 1]),
        ("property=metrics.recordSummary.sourceSummaries[].id==\(FlowSurroundings.sourceConnection)", [3, 2, 1]),
        ("property=metrics.recordSummary.sourceSummaries[].id!=\(FlowSurroundings.sourceConnection)", []),
        (
            "property=metrics.recordSummary.sourceSummaries[].entitySummaries[].id==segment:\(FlowFixture.vip.id.text)",
            [2, 1]
        ),
        ("property=metrics.recordSummary.targetSummaries[].id==\(FlowFixture.hook.id.text)", [3]),
        ("property=metrics.recordSummary.targetSummaries[].id!=\(FlowFixture.hook.id.text)", [2, 1]),
        (
            "property=metrics.recordSummary.sourceSummaries[].id==\(FlowFixture.vip.id.text)&metrics.statusSummary.status==success",
            [1]
        ),
        (
            "property=metrics.recordSummary.sourceSummaries%5B%5D.id%3D%3D\(FlowFixture.vip.id.text)%26metrics.statusSummary.status%3D%3Dfailed",
            [2]
        ),
        ("property=createdAt>=1795262400000&metrics.durationSummary.startedAtUTC>=1795266000000", [2]),
    ])
    func `a filter lets through what it describes and nothing else`(_ filter: String, _ expected: [Int]) async throws {
        let fixture = try await fixture()
        let (items, answer) = try await fixture.list("/runs?count=true&\(filter)")
        #expect(numbers(items) == expected)
        #expect(answer.number("count") == expected.count)
        #expect(numbers(try await fixture.pages("/runs?limit=1&\(filter)").flatMap { $0 }) == expected)
    }

    @Test(arguments: [
        "property=name==x", "property=flowId<x", "property=createdAt==x", "property=createdAt=5",
        "property=flowId==';DROP TABLE run;--&limit=0", "orderby=name", "orderby=flowId;DROP",
        "limit=99999999999999999999",
    ])
    func `what makes no list of runs is refused`(_ query: String) async throws {
        let fixture = try await fixture()
        let query = query.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed) ?? ""
        #expect(try await fixture.get("/runs?\(query)").status == 400)
    }

    @Test func `values are never taken for SQL`() async throws {
        let fixture = try await fixture()
        let value = "'%20OR%20'1'='1".replacing("=", with: "%3D")
        #expect(try await fixture.list("/runs?property=id==\(value)").items.isEmpty)
        #expect(try await fixture.list("/runs?property=flowId!=\(value)").items.count == 3)
    }

    @Test func `a run is tried again once, under a new id, and only by who may`() async throws {
        let access = Access(tokens: [(ServerFixture.token, .trigger), ("r", .read)])
        let fixture = try await FlowFixture([FlowFixture.flow(1)], access: access) { store in
            var controls = Controls.nothing
            controls.retry = { parent, actor in
                guard parent.state == .failed else { throw RetryRefusal.state(parent.id, parent.state) }
                var again = parent
                again.id = FlowFixture.id(6000)
                again.state = .queued
                again.finishedAt = nil
                again.parent = parent.id
                again.trigger = .retry
                try store.queueAdHoc([again], at: ServerFixture.noon, actor: actor)
                return again
            }
            return controls
        }
        let run = fixture.run(1)
        try fixture.record([run, fixture.run(2, state: .missed)])
        try fixture.end(run, .gaveUp, reason: "no")
        let path = "\(FlowFixture.base)/runs/\(run.id.text)/action"
        #expect(try await fixture.server.call("\(path)?op=RE_TRIGGER", method: "POST", token: "r").status == 403)
        let answer = try await fixture.server.call("\(path)?op=RE_TRIGGER", method: "POST")
        #expect(answer.status == 200)
        #expect(try answer.json().text("id") == FlowFixture.id(6000).text)
        let again = try await fixture.list("/runs/\(FlowFixture.id(6000).text)").items[0]
        #expect(again.text("metrics/statusSummary/extensions/parentRunId") == run.id.text)
        #expect(again.text("createdBy") == "api:trigger")

        let repeated = try await fixture.server.call("\(path)?op=RE_TRIGGER", method: "POST")
        #expect(repeated.status == 400)
        #expect(try repeated.json().text("errorMessage")?.contains(FlowFixture.id(6000).text) == true)
        let missed = "\(FlowFixture.base)/runs/\(FlowFixture.id(5002).text)/action"
        #expect(try await fixture.server.call("\(missed)?op=RE_TRIGGER", method: "POST").status == 400)
        #expect(try await fixture.server.call("\(path)?op=CANCEL", method: "POST").status == 400)
        let entries = try fixture.store.audit(limit: 10).map(\.entry)
        #expect(entries.map { $0.refusal == nil } == [false, false, true, false])
        #expect(entries.allSatisfy { $0.action == .retry })
    }
}
