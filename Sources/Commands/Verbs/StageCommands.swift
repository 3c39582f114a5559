import ArgumentParser
import Engine
import Foundation
import Profiles
import Store
import TidegateModel

/// `tidegate ingest`
struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest", abstract: "Read one source, or all of them, into the profile store now."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var report: ReportOptions

    @Argument(help: "The source; all where none is named.")
    var source: String?

    func run() async throws {
        let spec = try options.spec()
        if let source, spec.source(named: source) == nil { throw unknown("source", source, spec.sources.map(\.name)) }
        let sources = spec.sources.filter { source == nil || $0.name == source }
        let (place, lock) = try options.workplace(duty: "tidegate ingest", logger: options.logger())
        defer { withExtendedLifetime(lock) {} }
        let stage = Stage(place: place, spec: spec)
        var reports: [IngestReport] = []
        try await ProgressBars(place.progress, clock: place.clock).during {
            for source in sources { reports.append(try await stage.ingest(source)) }
        }
        try place.store.signOff(place.owner, at: place.clock.now())
        if report.json { return try printJSON(reports) }
        for report in reports { print(IngestText.text(report)) }
    }
}

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

/// Ingest reports for people.
enum IngestText {
    static func text(_ report: IngestReport) -> String {
        let rejected = report.rejectedRows
        var text =
            "\(report.source): \(report.rowsRead) rows read, \(report.inserted) inserted, \(report.updated) updated, "
            + "\(report.unchanged) unchanged, \(report.removed) removed, \(rejected) rejected"
        for (code, count) in report.rejected.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            text += "\n  \(code.rawValue): \(count)"
        }
        if rejected > 0, let file = report.rejectsFile { text += "\n  see \(file)" }
        return text
    }
}
