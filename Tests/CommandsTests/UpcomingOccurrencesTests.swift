import Foundation
import Store
import Testing
import TidegateModel
import TidegateTesting

@testable import Commands

@Suite struct UpcomingOccurrencesTests {
    private let noon = Instant(milliseconds: 1_795_262_400_000)

    private func spec(_ frequency: Frequency, _ trigger: ScheduleTrigger) -> JobSpec {
        let at = trigger == .scheduled ? LocalTime(iso: "06:00") : nil
        let dataflow = Dataflow(
            id: UUID(), name: "nightly", destination: "drop", segments: [],
            schedule: Schedule(frequency: frequency, trigger: trigger, at: at), mapping: []
        )
        return JobSpec(profile: ProfileSchema(key: "id", attributes: []), dataflows: [dataflow])
    }

    @Test func `the first fixed step behind a clock change is flagged, and no other`() throws {
        var spec = spec(.every3Hours, .scheduled)
        spec.dataflows[0].schedule.timeZone = "Europe/Stockholm"
        spec.dataflows[0].schedule.start = LocalDate(iso: "2027-03-27")
        let from = try #require(Instant(iso: "2027-03-27T22:00:00Z"))
        let lines = try UpcomingOccurrences(spec.dataflows[0], spec: spec, store: nil).after(from, count: 3)
        #expect(
            lines.map(\.text) == [
                "2027-03-28 00:00 +01:00 Europe/Stockholm  2027-03-27T23:00:00Z",
                "2027-03-28 04:00 +02:00 Europe/Stockholm  2027-03-28T02:00:00Z"
                    + "  (clocks changed since the one before, from +01:00)",
                "2027-03-28 07:00 +02:00 Europe/Stockholm  2027-03-28T05:00:00Z",
            ]
        )
    }

    @Test func `a document has a null note where there is none`() throws {
        let lines = try UpcomingOccurrences(
            spec(.daily, .scheduled).dataflows[0], spec: spec(.daily, .scheduled), store: nil
        )
        .after(noon, count: 1).map(OccurrenceDocument.init)
        let text = String(decoding: try JSONEncoder().encode(lines), as: UTF8.self)
        #expect(text.contains("\"note\":null"))
    }

    @Test func `what comes of a paused dataflow says that it will be skipped`() throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.path("tidegate.sqlite"), role: .owner)
        let spec = spec(.daily, .afterSegmentation)
        try store.apply(spec, from: ScheduleCursor(instant: noon, snapshot: nil), actor: "test")
        let dataflow = spec.dataflows[0]
        func notes() throws -> [String?] {
            try UpcomingOccurrences(dataflow, spec: spec, store: store).after(noon, count: 1).map(\.note)
        }
        #expect(try store.setPaused(true, dataflow.id, at: noon, actor: "test"))
        #expect(try notes() == ["after segmentation, paused, will be skipped"])
        #expect(try store.setPaused(false, dataflow.id, at: noon, actor: "test"))
        #expect(try notes() == ["after segmentation"])
    }

    @Test func `a detached dataflow has nothing coming`() throws {
        var spec = spec(.daily, .scheduled)
        spec.dataflows[0].isDetached = true
        #expect(try UpcomingOccurrences(spec.dataflows[0], spec: spec, store: nil).after(noon, count: 3).isEmpty)
    }

    @Test func `an export that comes once is coming once`() throws {
        let spec = spec(.once, .afterSegmentation)
        #expect(try UpcomingOccurrences(spec.dataflows[0], spec: spec, store: nil).after(noon, count: 10).count == 1)
    }

    @Test func `an export that came once is not coming any more`() throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.path("tidegate.sqlite"), role: .owner)
        let spec = spec(.once, .afterSegmentation)
        try store.apply(spec, from: ScheduleCursor(instant: noon, snapshot: nil), actor: "test")
        let dataflow = spec.dataflows[0]
        let run = Run(
            id: UUID(), dataflow: dataflow.id, dataflowName: "nightly", revision: 1,
            segments: [SegmentReference(id: UUID(), name: "vip")], trigger: .afterSegmentation, state: .queued,
            snapshot: UUID(), scheduledFor: noon, queuedAt: noon
        )
        let occurrence = Occurrence(
            dataflow: dataflow.id, segment: run.segments[0].id, scheduledFor: noon, snapshot: run.snapshot)
        let decision = LedgerDecision(
            occurrence: occurrence, outcome: .fired, reason: nil, run: run, yieldsToLiveRun: true)
        try store.record([decision], plannedThrough: [:], at: noon, actor: "test")
        #expect(try UpcomingOccurrences(dataflow, spec: spec, store: store).after(noon, count: 10).isEmpty)
    }
}
