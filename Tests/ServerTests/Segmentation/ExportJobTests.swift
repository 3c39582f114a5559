import Foundation
import Store
import Testing
import TidegateModel

@testable import Server

@Suite struct ExportJobTests {
    @Test(
        arguments: zip(Cycle.State.allCases, ["PROCESSING", "NEW", "SUCCEEDED", "FAILED"])
    )
    func `every state of a cycle has the vendor's word`(_ state: Cycle.State, _ word: String) async throws {
        let fixture = try await SegmentationFixture()
        let cycle = try fixture.cycle(state)
        let job = try await fixture.json("export/jobs/\(cycle.sequence)")
        #expect(job["id"]?.number == cycle.sequence)
        #expect(job["status"]?.text == word)
        #expect(job["schema.name"]?.text == "_xdm.context.profile")
        #expect(job["errors"]?.array.map { $0["msg"]?.text } == (cycle.reason.map { [$0] } ?? []))
        for error in job["errors"]?.array ?? [] { #expect(error.object.keys.sorted() == ["callStack", "code", "msg"]) }
        #expect(try await fixture.json("export/jobs?status=\(word)")["records"]?.array == [job])
        for other in ["NEW", "SUCCEEDED", "FAILED", "PROCESSING"] where other != word {
            #expect(try await fixture.json("export/jobs?status=\(other)")["records"]?.array == [])
        }
    }

    @Test(arguments: ["", "?limit=1", "?limit=10"])
    func `the first job can be exported, also while newer cycles go on or have failed`(_ query: String) async throws {
        let fixture = try await SegmentationFixture()
        try fixture.cycle()
        let published = try fixture.cycle()
        try fixture.cycle(.failed)
        try fixture.cycle(.processing, .onDemand)
        let list = try await fixture.json("export/jobs" + query)
        let first = list["records"]?.array.first { $0["schema.name"]?.text == "_xdm.context.profile" }
        #expect(first?["id"]?.number == published.sequence)
        #expect(first?["destination.batchId"]?.text == published.snapshot?.text)
    }

    @Test(arguments: [1, 2, 3, 4, 5])
    func `following the links meets every job once, the newest that was published first`(_ limit: Int) async throws {
        let fixture = try await SegmentationFixture()
        for state in [Cycle.State.completed, .failed, .completed, .failed, .retrying] { try fixture.cycle(state) }
        var query = "?limit=\(limit)"
        var seen: [Int?] = []
        while true {
            let page = try await fixture.json("export/jobs" + query)
            let records = page["records"]?.array ?? []
            seen += records.map { $0["id"]?.number }
            #expect(page["page.pageSize"]?.number == records.count)
            #expect(page["page.sortField"]?.text == "createdTime")
            #expect(page["page.sort"]?.text == "desc")
            let last = try #require(records.last)
            let offset = "\(last["creationTime"]?.number ?? 0)_\(last["id"]?.number ?? 0)"
            #expect(page["page.pageOffset"]?.text == offset)
            let next = try #require(page["link.next"]?.text)
            guard !next.isEmpty else { break }
            #expect(next == "/export/jobs/?limit=\(limit)&offset=\(offset)")
            query = String(next.dropFirst("/export/jobs".count))
        }
        #expect(seen == [3, 5, 4, 2, 1])
    }

    @Test func `with nothing published the list is still whole, newest first`() async throws {
        let fixture = try await SegmentationFixture()
        for _ in 0..<3 { try fixture.cycle(.failed) }
        let page = try await fixture.json("export/jobs?limit=2")
        #expect(page["records"]?.array.map { $0["id"]?.number } == [3, 2])
        let offset = try #require(page["page.pageOffset"]?.text)
        let rest = try await fixture.json("export/jobs?limit=2&offset=\(offset)")
        #expect(rest["records"]?.array.map { $0["id"]?.number } == [1])
    }

    @Test func `an empty place has an empty list`() async throws {
        let list = try await SegmentationFixture().json("export/jobs?offset=0")
        #expect(list["records"]?.array == [])
        #expect(list["link.next"]?.text == "")
        #expect(list["page.pageSize"]?.number == 0)
    }

    @Test func `times are in milliseconds, as the vendor's values are`() async throws {
        let fixture = try await SegmentationFixture()
        let cycle = try fixture.cycle()
        let job = try await fixture.json("export/jobs/1")
        #expect(job["creationTime"]?.number == Int(cycle.startedAt.milliseconds))
        #expect(job["updateTime"]?.number == Int(cycle.startedAt.milliseconds) + 1500)
        #expect(job["metrics.totalTime.totalTimeInMs"]?.number == 1500)
        #expect(job["metrics.profileExportTime"] == .object([:]))
    }

    @Test(arguments: ["status=DONE", "offset=x", "offset=1_2_3", "offset=1", "limit=0"])
    func `what makes no sense as a parameter is refused`(_ query: String) async throws {
        let fixture = try await SegmentationFixture()
        #expect(try await fixture.get("export/jobs?" + query).status == 400)
    }

    @Test(arguments: ["1", "x", "99999999999999999999", "-1"])
    func `an id of nothing is not found`(_ id: String) async throws {
        #expect(try await SegmentationFixture().get("export/jobs/\(id)").status == 404)
    }
}
