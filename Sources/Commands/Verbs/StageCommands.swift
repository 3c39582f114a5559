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

/// `tidegate preview`
struct PreviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview", abstract: "The first rows a run would export, and the counts, without exporting."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var report: ReportOptions

    @Argument(help: "The dataflow.")
    var dataflow: String

    @Option(name: .long, help: "At most so many rows of each segment.")
    var limit = 10

    private struct Document: Encodable {
        let segment: String
        let header: [String]
        let rows: [[String?]]
        let counts: RunCounts
    }

    func validate() throws {
        if !(0...10_000 ~= limit) { throw ValidationError("--limit must be between 0 and 10000.") }
    }

    func run() throws {
        let spec = try options.spec()
        guard let found = spec.dataflow(named: dataflow) else {
            throw unknown("dataflow", dataflow, spec.dataflows.map(\.name))
        }
        guard FileManager.default.fileExists(atPath: options.folder.profilesPath) else { throw AdHocRefusal.noSnapshot }
        let previewer = Previewer(
            store: try options.guestStore(), profiles: try options.profileStore(), schema: spec.profile
        )
        let previews = try found.segments.compactMap(spec.segment(named:)).map { segment in
            (segment.name, try previewer.preview(found, segment, limit: limit))
        }
        if report.json {
            return try printJSON(
                previews.map { Document(segment: $0.0, header: $0.1.header, rows: $0.1.rows, counts: $0.1.counts) }
            )
        }
        for (name, preview) in previews { print(PreviewText.text(name, preview)) }
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

/// A preview for people.
enum PreviewText {
    static func text(_ segment: String, _ preview: ExportPreview) -> String {
        var table = Table(preview.header.map { ($0, .left) })
        for row in preview.rows { table.add(row.map { $0.map(printable) ?? "∅" }) }
        let counts = preview.counts
        let skipped = counts.skipped.sorted { $0.key < $1.key }.map { ", \($0.value) skipped (\($0.key))" }.joined()
        return "\(segment): \(counts.selected) selected, \(counts.exported) would be exported\(skipped)\n\(table.text)"
    }

    /// Line breaks and other control characters would break the table.
    private static func printable(_ value: String) -> String {
        String(String.UnicodeScalarView(value.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "·" : $0 }))
    }
}
