import Digests
import Foundation
import Store
import Testing
import TidegateModel

@Suite struct SegmentDefinitionTests {
    @Test func `a definition is what the job file says, with its rule named for what it is`() async throws {
        let fixture = try await SegmentationFixture()
        let id = fixture.segments[0].id.text
        let one = try await fixture.json("segment/definitions/\(id)")
        #expect(one["id"]?.text == id)
        #expect(one["name"]?.text == "buyers")
        #expect(one["description"]?.text == "all buyers")
        #expect(one["expression.value"]?.text == "orders > 1")
        #expect(one["expression.language"]?.text == "tidegate-rule")
        #expect(one["schema.name"]?.text == "_xdm.context.profile")
        #expect(one["evaluationInfo.batch.enabled"] == .flag(true))
        #expect(one["evaluationInfo.continuous.enabled"] == .flag(false))
        #expect(one["evaluationInfo.synchronous.enabled"] == .flag(false))
        #expect(try await fixture.json("segment/definitions/\(id.uppercased())") == one)
    }

    @Test func `times are in milliseconds and epochs in seconds, and a new text moves only the update`() async throws {
        let fixture = try await SegmentationFixture()
        var spec = try #require(try fixture.store.appliedSpec())
        spec.segments[0].rule = "orders > 2"
        let later = fixture.noon + .milliseconds(5_500)
        try fixture.store.apply(spec, from: ScheduleCursor(instant: later, snapshot: nil), actor: "test")
        let one = try await fixture.json("segment/definitions/\(fixture.segments[0].id.text)")
        #expect(one["creationTime"]?.number == Int(fixture.noon.milliseconds))
        #expect(one["updateTime"]?.number == Int(later.milliseconds))
        #expect(one["updateEpoch"]?.number == Int(later.milliseconds / 1000))
        #expect(one["version"]?.number == 2)
        let other = try await fixture.json("segment/definitions/\(fixture.segments[1].id.text)")
        #expect(other["updateTime"] == other["creationTime"])
        #expect(other["etag"] != one["etag"])
    }

    @Test func `pages are numbered from zero, and the one behind the last is empty`() async throws {
        let fixture = try await SegmentationFixture((0..<5).map { "s\($0)" })
        func names(_ query: String) async throws -> [String?] {
            try await fixture.json("segment/definitions?" + query)["segments"]?.array.map { $0["name"]?.text } ?? []
        }
        #expect(try await names("limit=2&sort=name:asc") == ["s0", "s1"])
        #expect(try await names("limit=2&sort=name:asc&page=2") == ["s4"])
        #expect(try await names("limit=2&sort=name:asc&page=3") == [])
        #expect(try await names("limit=2&sort=name:desc&start=1") == ["s3", "s2"])
        #expect(try await names("sort=sort=name:desc,internalId:desc&limit=1") == ["s4"])
        #expect(try await names("sort=internalId:desc&limit=1") == ["s4"])
        let first = try await fixture.json("segment/definitions?limit=2&sort=name:asc")
        #expect(
            first["page"]?.object == [
                "totalCount": .number(5), "totalPages": .number(3), "sortField": .text("name"), "sort": .text("asc"),
                "pageSize": .number(2), "limit": .number(2),
            ])
        #expect(first["link.next"]?.text == "/segment/definitions?page=1&limit=2&sort=name:asc")
        let last = try await fixture.json("segment/definitions?limit=2&page=2")
        #expect(last["link"] == .object([:]))
        #expect(last["page.sortField"]?.text == "creationTime")
        #expect(last["page.sort"]?.text == "desc")
    }

    @Test func `asking for what is evaluated as it streams in finds nothing`() async throws {
        let fixture = try await SegmentationFixture()
        // As Python writes it.
        let streaming = try await fixture.json("segment/definitions?evaluationInfo.continuous.enabled=True")
        #expect(streaming["segments"]?.array == [])
        #expect(streaming["page.totalCount"]?.number == 0)
        let batch = try await fixture.json("segment/definitions?evaluationInfo.batch.enabled=true")
        #expect(batch["segments"]?.array.count == 2)
    }

    @Test(arguments: [
        "limit=0", "limit=x", "page=-1", "start=99999999999999999999", "sort=name", "sort=name:up", "sort=age:asc",
        "evaluationInfo.batch.enabled=maybe",
    ])
    func `what makes no sense as a parameter is refused`(_ query: String) async throws {
        let fixture = try await SegmentationFixture()
        #expect(try await fixture.get("segment/definitions?" + query).status == 400)
    }

    @Test func `a segment that was removed is no definition any more`() async throws {
        let fixture = try await SegmentationFixture()
        var spec = try #require(try fixture.store.appliedSpec())
        let gone = spec.segments.removeFirst()
        try fixture.store.apply(spec, from: ScheduleCursor(instant: fixture.noon, snapshot: nil), actor: "test")
        #expect(try await fixture.get("segment/definitions/\(gone.id.text)").status == 404)
        #expect(try await fixture.get("segment/definitions/not-an-id").status == 404)
        #expect(try await fixture.json("segment/definitions")["page.totalCount"]?.number == 1)
    }

    @Test func `pages of thousands of segments have each of them once`() async throws {
        let fixture = try await SegmentationFixture((0..<2500).map { "s\($0)" })
        var seen: [String] = []
        for page in 0..<3 {
            let answer = try await fixture.json("segment/definitions?limit=1000&page=\(page)")
            seen += answer["segments"]?.array.compactMap { $0["id"]?.text } ?? []
        }
        #expect(seen.count == 2500)
        #expect(Set(seen) == Set(fixture.segments.map(\.id.text)))
    }
}
