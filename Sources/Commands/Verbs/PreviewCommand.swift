import ArgumentParser
import Engine
import Foundation
import Profiles
import Store
import TidegateModel

/// `tidegate preview`
struct PreviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview", abstract: "The first rows a run would export, and the counts, without exporting."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var report: ReportOptions

    @Argument(help: "The dataflow.")
    var dataflow: String

    @Option(name: .long, help: "At most so many rows of each run.")
    var limit = 10

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
        let segments = found.segments.compactMap(spec.segment(named:))
        if spec.goesToConnector(found) {
            let cap = spec.segmentation.guardrails.connectorProfiles
            let preview = try previewer.preview(found, segments, limit: limit)
            let names = segments.map(\.name)
            if report.json { return try printJSON([PushPreviewDocument(names, preview, cap: cap)]) }
            return print(PreviewText.text(names, preview, cap: cap))
        }
        if let layout = found.file.audienceManager {
            let preview = try previewer.previewIdentities(
                found, as: layout, segments, of: spec, at: SystemClock().now().flooredToSecond, limit: limit
            )
            let names = segments.map(\.name)
            if report.json { return try printJSON([IdentityPreviewDocument(names, preview)]) }
            return print(PreviewText.text(names.joined(separator: ", "), preview))
        }
        let previews = try segments.map { ($0.name, try previewer.preview(found, $0, limit: limit)) }
        if report.json { return try printJSON(previews.map(PreviewDocument.init)) }
        for (name, preview) in previews { print(PreviewText.text(name, preview)) }
    }
}

/// What one run to a destination that takes files would export, as `preview --json` prints it.
struct PreviewDocument: Encodable {
    let segment: String
    let header: [String]
    let rows: [[String?]]
    let counts: RunCounts

    init(_ segment: String, _ preview: ExportPreview) {
        self.segment = segment
        header = preview.header
        rows = preview.rows
        counts = preview.counts
    }
}

/// What one run would export as rows of ids, as `preview --json` prints it.
struct IdentityPreviewDocument: Encodable {
    let segments: [String]
    let header: [String]
    let rows: [[String?]]
    /// Of profiles; rows are of ids.
    let counts: RunCounts

    init(_ segments: [String], _ preview: ExportPreview) {
        self.segments = segments
        header = preview.header
        rows = preview.rows
        counts = preview.counts
    }
}

/// What one run to a connector would push, as `preview --json` prints it.
struct PushPreviewDocument: Encodable {
    let segments: [String]
    let header: [String]
    let rows: [[String?]]
    /// Who is in two segments counts once.
    let counts: RunCounts
    /// Who is in two segments counts twice.
    let memberships: Int
    let distinct: Int
    let cap: Int
    let aboveCap: Bool

    init(_ segments: [String], _ preview: PushPreview, cap: Int) {
        self.segments = segments
        header = preview.export.header
        rows = preview.export.rows
        counts = preview.export.counts
        memberships = preview.memberships
        distinct = preview.distinct
        self.cap = cap
        aboveCap = preview.distinct > cap
    }
}

/// A preview for people.
enum PreviewText {
    static func text(_ segment: String, _ preview: ExportPreview) -> String {
        let counts = preview.counts
        return "\(segment): \(counts.selected) selected, \(counts.exported) would be exported\(skipped(counts))\n"
            + table(preview)
    }

    static func text(_ segments: [String], _ preview: PushPreview, cap: Int) -> String {
        let counts = preview.export.counts
        let verdict =
            preview.distinct > cap
            ? "nothing would be pushed: \(preview.distinct) is above the cap of \(cap) (guardrails.connectorProfiles)"
            : "\(counts.exported) would be pushed"
        return "\(segments.joined(separator: ", ")): \(preview.memberships) selected, \(preview.distinct) distinct, "
            + "\(verdict)\(skipped(counts))\n\(receiversChecks)\n\(table(preview.export))"
    }

    /// What no preview can count, because only the connection encodes contacts.
    private static let receiversChecks =
        "the receiver's own checks come on top: addresses that are twice or not valid, values that it does not take"

    private static func table(_ preview: ExportPreview) -> String {
        var table = Table(preview.header.map { ($0, .left) })
        for row in preview.rows { table.add(row.map { $0.map(printable) ?? "∅" }) }
        return table.text
    }

    private static func skipped(_ counts: RunCounts) -> String {
        counts.skipped.sorted { $0.key < $1.key }.map { ", \($0.value) skipped (\($0.key))" }.joined()
    }

    /// Line breaks and other control characters would break the table.
    private static func printable(_ value: String) -> String {
        String(String.UnicodeScalarView(value.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "·" : $0 }))
    }
}
