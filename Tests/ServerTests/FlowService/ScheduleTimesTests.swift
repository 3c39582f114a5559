import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Server

@Suite struct ScheduleTimesTests {
    private func selector(_ schedule: Schedule, at now: String) throws -> [String: Any] {
        let now = try #require(Instant(iso: now))
        let value = ScheduleTimes(schedule, since: now, at: now).selector
        return try #require(JSONSerialization.jsonObject(with: Data(value.bytes)) as? [String: Any])
    }

    private func schedule(_ frequency: Frequency, at: String?, start: String? = nil, end: String? = nil, _ zone: String)
        -> Schedule
    {
        Schedule(
            frequency: frequency, trigger: at == nil ? .afterSegmentation : .scheduled,
            at: at.flatMap { LocalTime(iso: $0) },
            start: start.flatMap { LocalDate(iso: $0) }, end: end.flatMap { LocalDate(iso: $0) }, timeZone: zone
        )
    }

    @Test func `a local time is told as UTC shows it next`() throws {
        let berlin = schedule(.daily, at: "02:30", "Europe/Berlin")
        #expect(try selector(berlin, at: "2026-07-01T12:00:00Z").text("startTime") == "00:30")
        #expect(try selector(berlin, at: "2026-12-01T12:00:00Z").text("startTime") == "01:30")
    }

    @Test func `the window's dates move with the time where UTC has another day`() throws {
        let tokyo = schedule(.daily, at: "03:00", start: "2026-12-01", end: "2026-12-11", "Asia/Tokyo")
        let value = try selector(tokyo, at: "2026-11-21T12:00:00Z")
        #expect(value.text("startTime") == "18:00")
        #expect(value.text("startDate") == "2026-11-30")
        #expect(value.text("endDate") == "2026-12-10")
        #expect(value.text("timeZone") == "Asia/Tokyo")
    }

    @Test func `a schedule that has ended keeps the time it had`() throws {
        let once = schedule(.once, at: "23:00", start: "2026-01-05", "UTC")
        let value = try selector(once, at: "2026-11-21T12:00:00Z")
        #expect(value.text("frequency") == "ONCE")
        #expect(value.text("startDate") == "2026-01-05" && value.text("startTime") == "23:00")
    }

    @Test func `fixed steps count from their first, whatever the hour`() throws {
        let steps = schedule(.every3Hours, at: "01:00", start: "2026-11-01", "UTC")
        for now in ["2026-11-21T12:00:00Z", "2026-11-21T15:00:00Z"] {
            let value = try selector(steps, at: now)
            #expect(value.text("frequency") == "EVERY_3_HOURS" && value.text("startTime") == "01:00")
        }
    }

    @Test func `what follows the segmentation has no time`() throws {
        let after = schedule(.daily, at: nil, start: "2026-12-01", "Europe/Berlin")
        let value = try selector(after, at: "2026-11-21T12:00:00Z")
        #expect(value.text("triggerType") == "AFTER_SEGMENT_EVAL")
        #expect(value.at("startTime") == nil && value.text("startDate") == "2026-12-01")
    }
}
