import Foundation
import TidegateModel

@testable import Server
@testable import Store

/// Places to show: with any number of dataflows, and a history that is the same each time.
enum PageSamples {
    static let noon = ServerFixture.noon
    static let hostile = #"<script>alert("1")</script> & 'so on' </svg>"#

    static func id(_ number: Int) -> UUID {
        UUID(
            uuid: (
                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, UInt8(number >> 16 & 255), UInt8(number >> 8 & 255),
                UInt8(number & 255)
            ))
    }

    static func spec(_ dataflows: Int, zone: String = "Europe/Stockholm") -> JobSpec {
        let places = ["nightly-drop", "partner-sftp", "mail"]
        return JobSpec(
            profile: ProfileSchema(key: "id", attributes: []),
            segmentation: Segmentation(at: LocalTime(hour: 2, minute: 0) ?? .midnight, timeZone: zone),
            segments: [Segment(id: id(900_000), name: "vip", rule: "true")],
            destinations: places.enumerated().map { number, name in
                Destination(id: id(800_000 + number), name: name, place: .directory(DirectoryPlace(path: "/tmp")))
            },
            dataflows: (0..<dataflows).map { number in dataflow(number, to: places[number % 3], zone: zone) }
        )
    }

    private static func dataflow(_ number: Int, to place: String, zone: String) -> Dataflow {
        let isAfter = number.isMultiple(of: 3)
        return Dataflow(
            id: id(number), name: "flow-\(number)", destination: place, segments: ["vip"],
            export: number % 5 == 1 ? .incremental : .full,
            schedule: Schedule(
                frequency: .daily, trigger: isAfter ? .afterSegmentation : .scheduled,
                at: isAfter ? nil : LocalTime(hour: number % 24, minute: number * 7 % 60), timeZone: zone
            ),
            mapping: []
        )
    }

    /// `count` runs, one a day until today, in every state in turn.
    static func runs(of dataflow: UUID, _ count: Int, until now: Instant = noon) -> [RunMark] {
        (0..<count).map { number in
            let back = count - number
            let started = now - .days(Int64(back - 1)) - .hours(3)
            let state = RunState.allCases[(number * 7 + 4) % RunState.allCases.count]
            let hasStarted = state != .queued && state != .missed && state != .skipped
            return RunMark(
                sequence: number + 1, id: id(700_000 + number), dataflow: dataflow, state: state,
                trigger: Run.Trigger.allCases[number % 4], scheduledFor: started, queuedAt: started,
                startedAt: hasStarted ? started : nil,
                finishedAt: state.isTerminal ? started + .seconds(Int64(number % 9 + 1) * 40) : nil
            )
        }
    }

    static func reading(_ dataflows: Int, runs: Int = 50, now: Instant = noon) -> Overview.Reading {
        let spec = spec(dataflows)
        return Overview.Reading(
            now: now, spec: spec,
            dataflows: spec.dataflows.enumerated().map { number, dataflow in
                DataflowLine(
                    dataflow: dataflow, isPush: number % 3 == 2, isPaused: number % 10 == 9,
                    past: RunGrid.Line(runs: Self.runs(of: dataflow.id, runs), lastDelivery: runs > 0 ? now : nil),
                    next: UpcomingOccurrences(dataflow, spec: spec, hasFired: false).next(after: now)
                )
            }
        )
    }

    static func times(_ reading: Overview.Reading) -> Times { Times(zone: reading.zone, now: reading.now) }

    static func run(_ number: Int, _ state: RunState, reason: String? = nil, name: String = "flow-0") -> Run {
        Run(
            id: id(600_000 + number), dataflow: id(0), dataflowName: name, revision: 1,
            segments: [SegmentReference(id: id(900_000), name: "vip")], trigger: .scheduled, state: state,
            reason: reason, snapshot: nil, scheduledFor: noon - .hours(2), queuedAt: noon - .hours(2),
            startedAt: state == .queued ? nil : noon - .hours(1),
            finishedAt: state.isTerminal ? noon - .minutes(5) : nil
        )
    }

    /// A day with everything in it.
    static func today(_ dataflows: Int, reason: String = "receiver did not answer") -> Today {
        let reading = reading(dataflows)
        let cycle = Cycle(
            sequence: 1, nominal: noon - .hours(9), trigger: .scheduled, state: .completed, attempts: 1,
            startedAt: noon - .hours(9), finishedAt: noon - .hours(9) + .minutes(6), retryAt: nil,
            snapshot: id(500_000),
            reason: nil
        )
        let recent = reading.dataflows.map { line in (line.dataflow.id, Array(line.past.runs.suffix(3))) }
        return Today(
            reading: reading, window: TimeWindow(around: noon), runs: Dictionary(uniqueKeysWithValues: recent),
            live: [run(1, .processing), run(2, .retrying, reason: reason), run(3, .queued)],
            work: [
                WorkProgress(title: "ingest \(reason)", done: 5, total: nil, unit: "rows"),
                WorkProgress(title: "flow-0 / vip", done: 400, total: 1000, unit: "rows", run: run(1, .processing).id),
            ],
            failed: [run(4, .failed, reason: reason)], furtherFailed: 3,
            counts: [.completed: 1200, .failed: 4, .skipped: 1],
            late: [
                Today.Lateness(what: .cycle, since: noon - .hours(1)),
                Today.Lateness(what: .occurrence(dataflow: "flow-0"), since: noon - .minutes(20)),
                Today.Lateness(what: .run(id(1), dataflow: "flow-1", deadline: .hours(6)), since: noon - .minutes(4)),
            ],
            snapshot: Snapshot(
                id: id(500_000), sequence: 1, nominal: noon - .hours(9), publishedAt: noon - .hours(8),
                profiles: 123_456,
                segments: []
            ),
            cycles: [cycle], nextCycles: [noon + .hours(10)]
        )
    }
}
