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
