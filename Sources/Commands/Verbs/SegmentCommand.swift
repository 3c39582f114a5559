import ArgumentParser
import Engine
import Foundation
import Store
import TidegateModel

/// `tidegate segment`
struct SegmentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segment", abstract: "Evaluate every segment and publish a snapshot now."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var report: ReportOptions

    func run() async throws {
        let spec = try options.spec()
        let (place, lock) = try options.workplace(duty: "tidegate segment", logger: options.logger())
        defer { withExtendedLifetime(lock) {} }
        let stage = Stage(place: place, spec: spec)
        let snapshot = try await ProgressBars(place.progress, clock: place.clock).during {
            try await stage.segment(nominal: place.clock.now().flooredToSecond)
        }
        try place.store.signOff(place.owner, at: place.clock.now())
        if report.json { return try printJSON(snapshot.segments.map { SegmentDocument($0, in: snapshot) }) }
        print(SegmentTable.text(snapshot), terminator: "")
    }
}
