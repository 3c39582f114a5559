import Foundation
import Store
import Testing
import TidegateModel

@testable import Server

@Suite struct SegmentJobTests {
    @Test func `a job's id is its cycle's, both ways`() {
        #expect(CycleID(1).description == "00000000-0000-8000-8000-000000000001")
        #expect(CycleID(0xABCDEF).description == "00000000-0000-8000-8000-000000abcdef")
        #expect(CycleID("00000000-0000-8000-8000-000000ABCDEF")?.sequence == 0xABCDEF)
        for text in [
            "", "1", "00000000-0000-8000-8000-00000000000g", "00000000-0000-4000-8000-000000000001",
            "00000000-0000-8000-8000-0000000000001", "00000000-0000-8000-8000-+00000000001",
        ] {
            #expect(CycleID(text) == nil, "\(text)")
        }
    }

    @Test(
        arguments: zip(Cycle.State.allCases, ["PROCESSING", "QUEUED", "SUCCEEDED", "FAILED"])
    )
    func `every state of a cycle has the vendor's word`(_ state: Cycle.State, _ word: String) async throws {
        let fixture = try await SegmentationFixture()
        let cycle = try fixture.cycle(state)
        let job = try await fixture.json("segment/jobs/\(CycleID(cycle.sequence))")
        #expect(job["status"]?.text == word)
        #expect(try await fixture.json("segment/jobs?status=\(word)")["children"]?.array.count == 1)
        #expect(try await fixture.json("segment/jobs?status=CANCELLED")["children"]?.array == [])
        let hasEnded = state == .completed || state == .failed
        #expect((job["metrics.totalTime.endTimeInMs"] != nil) == hasEnded)
        #expect((job["errors"] != nil) == (cycle.reason != nil))
        #expect(job["errors.0.msg"]?.text == cycle.reason)
    }

    @Test func `realized and existing are the members, and nothing is counted that is not known`() async throws {
        let fixture = try await SegmentationFixture()
        let cycle = try fixture.cycle(counts: [(10, 3, 2), (7, 7, 0)])
        let job = try await fixture.json("segment/jobs/\(CycleID(cycle.sequence))")
        let metrics = try #require(job["metrics"])
        for (segment, wanted) in zip(fixture.segments, [(10, 3, 7, 2), (7, 7, 0, 0)]) {
            let id = segment.id.text
            #expect(metrics["segmentedProfileCounter"]?[id]?.number == wanted.0)
            #expect(metrics["segmentedProfileByNamespaceCounter"]?[id]?["id"]?.number == wanted.0)
            let byStatus = try #require(metrics["segmentedProfileByStatusCounter"]?[id])
            #expect(byStatus["realized"]?.number == wanted.1)
            #expect(byStatus["existing"]?.number == wanted.2)
            #expect(byStatus["exited"]?.number == wanted.3)
        }
        #expect(metrics["totalProfiles"]?.number == 1000)
        #expect(metrics["totalProfilesByMergePolicy"]?.object.values.map(\.number) == [1000])
        #expect(metrics["totalTime.totalTimeInMs"]?.number == 1500)
        #expect(metrics["totalTime.startTimeInMs"]?.number == Int(cycle.startedAt.milliseconds))
        // The end of segmentation is known, its beginning is not.
        #expect(metrics["profileSegmentationTime"]?.object.keys.sorted() == ["endTimeInMs"])
        #expect(job["creationTime"]?.number == Int(cycle.startedAt.milliseconds))
        #expect(job["updateTime"]?.number == Int(cycle.startedAt.milliseconds) + 1500)
        #expect(job["updateEpoch"]?.number == Int(cycle.startedAt.milliseconds + 1500) / 1000)
    }

    @Test func `a job of a snapshot that is not kept has no counts, and all segments`() async throws {
        let fixture = try await SegmentationFixture()
        let cycle = try fixture.cycle(counts: [(10, 3, 2), (7, 7, 0)])
        fixture.snapshots.forget(cycle.snapshot)
        let job = try await fixture.json("segment/jobs/\(CycleID(cycle.sequence))")
        #expect(job["status"]?.text == "SUCCEEDED")
        #expect(job["segments"]?.array.map { $0["segmentId"]?.text } == ["*"])
        #expect(job["metrics"]?.object.keys.sorted() == ["profileSegmentationTime", "totalTime"])
    }

    @Test func `a job shows the rules that it evaluated, not the ones of today`() async throws {
        let fixture = try await SegmentationFixture()
        let cycle = try fixture.cycle(counts: [(10, 3, 2), (7, 7, 0)])
        var spec = try #require(try fixture.store.appliedSpec())
        spec.segments[0].rule = "orders > 99"
        try fixture.store.apply(
            spec, from: ScheduleCursor(instant: fixture.noon + .hours(1), snapshot: nil), actor: "test")
        let job = try await fixture.json("segment/jobs/\(CycleID(cycle.sequence))")
        #expect(job["segments.0.segment.name"]?.text == "buyers")
        #expect(job["segments.0.segment.expression.value"]?.text == "orders > 1")
        #expect(job["segments.0.segment.version"]?.number == 1)
        try fixture.cycle(.processing, .onDemand)
        let going = try await fixture.json("segment/jobs?status=PROCESSING")
        #expect(going["children.0.segments.0.segment.expression.value"]?.text == "orders > 99")
    }

    @Test func `with more than 1,500 segments the list is a star, and counts are given by id`() async throws {
        let fixture = try await SegmentationFixture((0...1500).map { "s\($0)" })
        let cycle = try fixture.cycle(counts: fixture.segments.map { _ in (4, 1, 1) })
        let job = try await fixture.json("segment/jobs/\(CycleID(cycle.sequence))")
        #expect(job["segments"] == .array([.object(["segmentId": .text("*")])]))
        #expect(job["metrics.segmentedProfileCounter"]?.object.count == 1501)
        let listed = try #require(try await fixture.json("segment/jobs")["children.0"])
        #expect(listed["metrics.segmentedProfileCounter"] == nil)
        #expect(listed["metrics.totalProfiles"]?.number == 1000)
        try fixture.cycle(.processing)
        let going = try await fixture.json("segment/jobs?status=PROCESSING")
        #expect(going["children.0.segments"] == .array([.object(["segmentId": .text("*")])]))
    }

    @Test func `a job names its schedule only where the schedule made it`() async throws {
        let fixture = try await SegmentationFixture()
        try fixture.cycle(.completed, .scheduled)
        try fixture.cycle(.completed, .onDemand)
        let jobs = try await fixture.json("segment/jobs")
        #expect(jobs["children"]?.array.map { $0["source"]?.text } == ["api", "scheduler"])
        #expect(jobs["children.0.properties.scheduleId"] == nil)
        let schedule = try #require(jobs["children.1.properties.scheduleId"]?.text)
        #expect(try await fixture.json("config/schedules/\(schedule)")["type"]?.text == "batch_segmentation")
        #expect(jobs["children.1.properties.attempts"]?.number == 1)
    }

    @Test func `lists are newest first, and following the links meets every job once`() async throws {
        let fixture = try await SegmentationFixture()
        for _ in 0..<7 { try fixture.cycle() }
        var path: String? = "segment/jobs?limit=3"
        var seen: [Int?] = []
        while let next = path {
            let page = try await fixture.json(next)
            #expect(page["_page.totalCount"]?.number == 7)
            #expect(page["_page.pageSize"]?.number == page["children"]?.array.count)
            seen += page["children"]?.array.map { $0["computeJobId"]?.number } ?? []
            let href = page["_links.next.href"]?.text
            #expect((page["_page.next"] == nil) == (href == nil))
            path = href.map { String($0.dropFirst("@/".count)) }
        }
        #expect(seen == [7, 6, 5, 4, 3, 2, 1])
        let oldest = try await fixture.json("segment/jobs?sort=creationTime:asc&limit=1&start=1")
        #expect(oldest["children.0.computeJobId"]?.number == 2)
        #expect(try await fixture.json("segment/jobs?start=70")["children"]?.array == [])
    }

    @Test func `a page reads only the snapshots that it shows`() async throws {
        let fixture = try await SegmentationFixture()
        for _ in 0..<30 { try fixture.cycle() }
        _ = try await fixture.json("segment/jobs?limit=5")
        #expect(fixture.snapshots.looked.count == 5)
    }

    @Test func `jobs are found by what property and snapshot name`() async throws {
        let fixture = try await SegmentationFixture()
        let both = try fixture.cycle(.completed, .scheduled, counts: [(10, 3, 2), (7, 7, 0)])
        let first = try fixture.cycle(.completed, .onDemand, counts: [(10, 3, 2)])
        let forgotten = try fixture.cycle(.completed, .scheduled, counts: [(10, 3, 2), (7, 7, 0)])
        fixture.snapshots.forget(forgotten.snapshot)
        let failed = try fixture.cycle(.failed)
        let going = try fixture.cycle(.processing, .onDemand)
        func found(_ query: String) async throws -> [Int?] {
            try await fixture.json("segment/jobs?" + query)["children"]?.array.map { $0["computeJobId"]?.number } ?? []
        }
        let (buyers, vip) = (fixture.segments[0].id.text, fixture.segments[1].id.text)
        #expect(try await found("property=segments~segmentId==\(buyers)") == [going, first, both].map(\.sequence))
        #expect(try await found("property=segments~segmentId%3D%3D\(vip)") == [going, both].map(\.sequence))
        #expect(try await found("property=segments~segmentId==\(UUID())") == [])
        #expect(try await found("property=segments~segmentId==workInCanada") == [])
        #expect(try await found("property=source==api") == [going, first].map(\.sequence))
        #expect(try await found("property=source==api&status=SUCCEEDED") == [first.sequence])
        #expect(try await found("property=status==FAILED") == [failed.sequence])
        #expect(try await found("property=id==\(CycleID(first.sequence))") == [first.sequence])
        #expect(try await found("property=id==7") == [])
        let snapshot = try #require(both.snapshot).text
        #expect(try await found("snapshot.name=\(snapshot)") == [both.sequence])
        #expect(try await found("snapshot.name=inUS") == [])
        #expect(try await found("snapshot.name=\(snapshot)&property=segments~segmentId==\(vip)") == [both.sequence])
    }

    @Test(arguments: ["status=DONE", "property=status", "property=colour==red", "sort=name:asc", "limit=-1", "start=x"])
    func `what makes no sense as a parameter is refused`(_ query: String) async throws {
        let fixture = try await SegmentationFixture()
        #expect(try await fixture.get("segment/jobs?" + query).status == 400)
    }

    @Test func `an id of nothing is not found`() async throws {
        let fixture = try await SegmentationFixture()
        #expect(try await fixture.get("segment/jobs/\(CycleID(1))").status == 404)
        #expect(try await fixture.get("segment/jobs/1").status == 404)
    }
}
