import Foundation
import Store
import Testing
import TidegateModel

@testable import Server

@Suite struct ScheduleTests {
    @Test func `the Segmentation document is two schedules, which say the next UTC time and their zone`() async throws {
        let fixture = try await SegmentationFixture(at: "02:30", timeZone: "Europe/Stockholm")
        let page = try await fixture.json("config/schedules")
        #expect(page["_page"]?.object == ["totalCount": .number(2), "pageSize": .number(2)])
        #expect(page["_links"] == .object(["next": .object([:])]))
        let schedules = page["children"]?.array ?? []
        #expect(schedules.map { $0["type"]?.text } == ["batch_segmentation", "export"])
        for schedule in schedules {
            // Stockholm is one hour ahead in November.
            #expect(schedule["schedule"]?.text == "0 30 1 * * ?")
            #expect(schedule["properties.segments"] == .array([.text("*")]))
            #expect(schedule["properties.timeZone"]?.text == "Europe/Stockholm")
            #expect(schedule["properties.at"]?.text == "02:30")
            #expect(schedule["properties.next"]?.text == "2026-11-22T01:30:00Z")
            #expect(schedule["state"]?.text == "active")
            #expect(schedule["createEpoch"]?.number == Int(fixture.noon.milliseconds / 1000))
            #expect(schedule["updateEpoch"]?.number == Int(fixture.noon.milliseconds / 1000))
            let id = try #require(schedule["id"]?.text)
            #expect(try await fixture.json("config/schedules/\(id)") == schedule)
        }
        #expect(Set(schedules.map { $0["id"]?.text }).count == 2)
    }

    @Test func `the cron follows the clocks of the zone`() async throws {
        let fixture = try await SegmentationFixture(at: "02:30", timeZone: "Europe/Stockholm")
        let id = ProfileStoreNames.segmentationSchedule
        fixture.server.clock.set(to: try #require(Instant(iso: "2027-07-01T12:00:00Z")))
        #expect(try await fixture.json("config/schedules/\(id)")["schedule"]?.text == "0 30 0 * * ?")
        // 02:30 does not exist on 28 March 2027: the cycle is due when the clocks have jumped to 03:00.
        fixture.server.clock.set(to: try #require(Instant(iso: "2027-03-27T12:00:00Z")))
        #expect(try await fixture.json("config/schedules/\(id)")["schedule"]?.text == "0 0 1 * * ?")
    }

    @Test func `new guardrails move only the update`() async throws {
        let fixture = try await SegmentationFixture()
        var spec = try #require(try fixture.store.appliedSpec())
        spec.segmentation.guardrails.connectorProfiles = 7
        let later = fixture.noon + .hours(1)
        try fixture.store.apply(spec, from: ScheduleCursor(instant: later, snapshot: nil), actor: "test")
        let schedule = try await fixture.json("config/schedules")["children.0"]
        #expect(schedule?["createEpoch"]?.number == Int(fixture.noon.milliseconds / 1000))
        #expect(schedule?["updateEpoch"]?.number == Int(later.milliseconds / 1000))
    }

    @Test func `schedules are paged too`() async throws {
        let fixture = try await SegmentationFixture()
        let first = try await fixture.json("config/schedules?limit=1")
        #expect(first["children"]?.array.count == 1)
        #expect(first["_page.next"]?.text == "1")
        #expect(first["_links.next.href"]?.text == "@/config/schedules?start=1&limit=1&totalCount=2")
        let second = try await fixture.json("config/schedules?start=1&limit=1")
        #expect(second["children.0.type"]?.text == "export")
        #expect(second["_page.next"] == nil)
        #expect(try await fixture.json("config/schedules?start=9")["children"]?.array == [])
        #expect(try await fixture.get("config/schedules/x").status == 404)
    }

    @Test(arguments: [
        ("POST", "config/schedules"), ("PATCH", "config/schedules/x"), ("DELETE", "config/schedules/x"),
        ("POST", "export/jobs"), ("DELETE", "export/jobs/1"), ("POST", "segment/definitions"),
        ("PATCH", "segment/definitions/x"), ("DELETE", "segment/definitions/x"),
    ])
    func `what the job files declare is changed there, and somebody who tried is in the audit`(
        _ method: String, _ path: String
    ) async throws {
        let fixture = try await SegmentationFixture()
        let answer = try await fixture.server.call("/data/core/ups/" + path, method: method, body: "{}")
        #expect(answer.status == 403)
        let message = try AnsweredJSON(answer)["errors.403.0.message"]?.text ?? ""
        #expect(message.contains("job files"), "\(message)")
        let entry = try #require(try fixture.store.audit(limit: 1).first?.entry)
        #expect(entry.action == .change)
        #expect(entry.actor == "api:admin")
        #expect(entry.refusal == message)
    }
}
