import Foundation
import Store
import Testing
import TidegateModel
import TidegateTesting
import Transfer

@testable import Server

@Suite struct FlowListTests {
    private func many(_ count: Int) -> [Dataflow] { (1...count).map { FlowFixture.flow($0) } }

    private func names(_ pages: [[[String: Any]]]) -> [String] { pages.flatMap { $0.compactMap { $0.text("name") } } }

    @Test func `a list has twenty flows unless another number is asked for, and never more than a hundred`()
        async throws
    {
        let fixture = try await FlowFixture(many(105))
        #expect(try await fixture.list("/flows").items.count == 20)
        #expect(try await fixture.list("/flows?limit=7").items.count == 7)
        #expect(try await fixture.list("/flows?limit=1000").items.count == 100)
        #expect(try await fixture.list("/flows?limit=105&count=true").answer.number("count") == 105)
        #expect(try await fixture.list("/flows").answer.at("count") == nil)
    }

    @Test(arguments: ["limit=0", "limit=-1", "limit=x", "limit=1e3", "orderby=colour", "orderby=-", "orderby=--name"])
    func `what makes no list is refused`(_ query: String) async throws {
        let fixture = try await FlowFixture(many(1))
        let answer = try await fixture.get("/flows?\(query)")
        #expect(answer.status == 400)
        #expect(try answer.json().text("errorMessage") != nil)
    }

    @Test(arguments: ["name", "-name", "createdAt", "-createdAt", "updatedAt", "id", "-id", "state"])
    func `pages in any order have each flow once`(_ order: String) async throws {
        let fixture = try await FlowFixture(many(23))
        let pages = try await fixture.pages("/flows?limit=5&orderby=\(order)")
        #expect(pages.map(\.count) == [5, 5, 5, 5, 3])
        #expect(Set(names(pages)).count == 23)
        if order == "name" { #expect(names(pages) == names(pages).sorted()) }
        if order == "-name" { #expect(names(pages) == names(pages).sorted(by: >)) }
    }

    @Test func `the newest flow comes first, and one that comes between pages shuffles none`() async throws {
        let fixture = try await FlowFixture(many(6))
        var later = ServerFixture.noon
        var flows = fixture.flows
        let pages = try await fixture.pages("/flows?limit=2") {
            later = later + .hours(1)
            flows.append(FlowFixture.flow(flows.count + 100))
            try fixture.store.apply(
                FlowFixture.spec(flows), from: ScheduleCursor(instant: later, snapshot: nil), actor: "cli")
        }
        #expect(names(pages) == (1...6).map { "flow-\($0)" })
        #expect(try await fixture.list("/flows?limit=1").items[0].text("name") == flows.last?.name)
    }

    @Test func `a link's token is its first parameter, says everything, and holds no equals sign`() async throws {
        let fixture = try await FlowFixture(many(6))
        let path = "/flows?property=name!=flow-2&orderby=-name&limit=2"
        let (_, answer) = try await fixture.list(path)
        let link = try #require(answer.text("_links/next/href"))
        #expect(link.hasPrefix("/flows?continuationToken="))
        #expect(link.split(separator: "=").count == 2)
        #expect(names(try await fixture.pages(path)) == ["flow-6", "flow-5", "flow-4", "flow-3", "flow-1"])
        let token = link.split(separator: "=")[1]
        let repeated = try await fixture.list("\(path)&continuationToken=\(token)")
        #expect(names([repeated.items]) == ["flow-4", "flow-3"])
    }

    @Test func `the last page has links, and none of them to a next one`() async throws {
        let fixture = try await FlowFixture(many(2))
        let (_, answer) = try await fixture.list("/flows?limit=2")
        #expect((answer.at("_links") as? [String: Any])?.isEmpty == true)
    }

    @Test(arguments: [
        "property=state==enabled", "property=name==flow-1", "property=id==\(FlowFixture.id(1001).text.uppercased())",
        "property=id==\(FlowFixture.id(77).text),\(FlowFixture.id(1001).text)",
        "property=createdAt==1795262400000", "property=createdAt<=2026-11-21T12:00:00Z",
        "property=createdAt<1795262400001,createdAt>1795262399999", "property=updatedAt==1795262400000",
        "property=targetConnectionIds[]==\(FlowFixture.id(3).text)",
        "property=inheritedAttributes.targetConnections[].id==\(FlowFixture.id(3).text)",
        "property=transformations[].params.segmentSelectors.selectors[].value.id==\(FlowFixture.vip.id.text)",
        "property=lastRunDetails.startedAtUTC>=1795262400000", "property=lastRunDetails.state==failed",
        "property=lastRunDetails.id==\(FlowFixture.id(5001).text)",
        "property=lastRunDetails.completedAtUTC!=5", "property=state%3D%3Denabled%26name%3D%3Dflow-1",
        "property=state==enabled&name==flow-1", "property=state==enabled&property=name==flow-1",
        "property=state!=disabled&cachebuster==1&unknown=2",
    ])
    func `a filter lets through what it describes and nothing else`(_ filter: String) async throws {
        let other = FlowFixture.flow(
            2, destination: "hook", segments: ["lapsed"], enabled: false)
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        try fixture.store.apply(
            FlowFixture.spec([FlowFixture.flow(1), other]),
            from: ScheduleCursor(instant: ServerFixture.noon + .hours(1), snapshot: nil), actor: "cli")
        try fixture.record([fixture.run(1, state: .missed)])
        let (items, answer) = try await fixture.list("/flows?count=true&\(filter)")
        let isNegated = filter.contains("completedAtUTC!=")
        #expect(names([items]) == (isNegated ? ["flow-2", "flow-1"] : ["flow-1"]))
        #expect(answer.number("count") == items.count)
    }

    @Test(arguments: [
        "property=colour==red", "property===x", "property=state=enabled", "property=state~enabled==",
        "property=state<enabled",
        "property=createdAt==yesterday", "property=createdAt=!5",
        "property=name==\(String(repeating: "x", count: 4001))",
    ])
    func `a filter that means nothing is refused`(_ filter: String) async throws {
        let fixture = try await FlowFixture(many(1))
        let answer = try await fixture.get("/flows?\(filter)")
        #expect(answer.status == 400)
        if filter.contains("colour") { #expect(answer.text.contains("lastRunDetails.startedAtUTC")) }
    }

    @Test func `names in the property parameter cut the items down to them`() async throws {
        let fixture = try await FlowFixture(many(3))
        let (items, _) = try await fixture.list("/flows?property=id,name,state==enabled")
        #expect(items.count == 3 && items.allSatisfy { Set($0.keys) == ["id", "name"] })
        let pages = try await fixture.pages("/flows?limit=2&property=state==enabled&property=id,name")
        #expect(pages.flatMap { $0 }.allSatisfy { Set($0.keys) == ["id", "name"] })
        #expect(pages.map(\.count) == [2, 1])
    }

    @Test(arguments: [
        "x", "%00", "====", "e30", "W10", String(repeating: "A", count: 8000), "..%2f", "eyJsIjoicnVucyJ9",
        "eyJmIjpbXSwibCI6ImZsb3dzIiwibiI6MiwibyI6ImNvbG91ciIsInAiOnsia2V5IjoiMSIsInRpZSI6IjEifX0",
    ])
    func `a token that was never given out is refused`(_ token: String) async throws {
        let fixture = try await FlowFixture(many(3))
        for list in ["flows", "runs"] {
            #expect(try await fixture.get("/\(list)?continuationToken=\(token)").status == 400)
        }
    }

    @Test func `a token goes on with its own list only`() async throws {
        let fixture = try await FlowFixture(many(3))
        let (_, answer) = try await fixture.list("/flows?limit=1")
        let token = try #require(answer.text("_links/next/href")?.split(separator: "=").last)
        #expect(try await fixture.get("/runs?continuationToken=\(token)").status == 400)
        #expect(try await fixture.get("/flows?continuationToken=\(token)&property=state==enabled").status == 400)
        #expect(try await fixture.get("/flows?continuationToken=\(token)&orderby=name").status == 400)
        #expect(try await fixture.get("/flows?continuationToken=\(token)&limit=2").status == 200)
    }

    @Test func `flows are listed before any job file was applied, and after the last one is gone`() async throws {
        let fixture = try await FlowFixture([])
        #expect(try await fixture.list("/flows").items.isEmpty)
    }
}
