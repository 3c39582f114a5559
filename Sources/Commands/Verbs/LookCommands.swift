import ArgumentParser
import Engine
import Foundation
import Profiles
import Reports
import Store
import TidegateModel

/// `tidegate status`
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "The cycle, what runs now, what is next, the last run of each dataflow."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let overview = try StatusOverview(options)
        if report.json { try printJSON(overview) } else { print(overview.text) }
    }
}

/// `tidegate runs`
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "runs", abstract: "The run history, newest first.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var report: ReportOptions

    @Option(name: .long, help: "Only runs of this dataflow.")
    var dataflow: String?

    @Option(name: .long, help: "Only runs in this state: \(RunState.allCases.map(\.rawValue).joined(separator: ", ")).")
    var state: RunState?

    @Option(name: .long, help: "At most so many.")
    var limit = 50

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be at least 1.") }
    }

    func run() throws {
        let store = try options.guestStore()
        let id = try dataflow.map { name in
            // One that left the job files still has its history.
            guard let found = try store.dataflowID(named: name) else {
                throw unknown("dataflow", name, try store.appliedSpec()?.dataflows.map(\.name) ?? [])
            }
            return found
        }
        let runs = try store.runs(dataflow: id, state: state, limit: limit)
        if report.json { try printJSON(runs.map(RunDocument.init)) } else { print(RunTable.text(runs), terminator: "") }
    }
}

extension RunState: ExpressibleByArgument {}

/// `tidegate show`
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One run with its transitions, attempts, files and counts."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var report: ReportOptions

    @Argument(help: ArgumentHelp("The run's id, or enough of its beginning.", valueName: "run"))
    var id: String

    @Flag(name: .long, help: "The profiles that the receiver refused, as CSV; with --json as one array.")
    var rejected = false

    func run() throws {
        let store = try options.guestStore()
        if rejected { return try showRejected(store) }
        let details = try RunDetails(try find(id, in: store), store)
        if report.json { try printJSON(details) } else { print(details.text, terminator: "") }
    }

    private func showRejected(_ store: Store) throws {
        let profiles = try store.rejectedProfiles(of: try find(id, in: store).id)
        let rejected = RejectedList(profiles, schema: try store.appliedSpec()?.profile)
        if report.json { try printJSON(rejected.documents) } else { print(rejected.csv, terminator: "") }
    }
}

/// The run that an id, or the beginning of one, means.
func find(_ id: String, in store: Store) throws -> Run {
    guard !id.isEmpty else { throw Failure(.wrongUsage, "run has no name; give its id, or enough of its beginning") }
    let found = try store.runs(withPrefix: id)
    guard let run = found.first else { throw Failure(.wrongUsage, "run '\(id)' is not known") }
    guard found.count == 1 else { throw Failure(.wrongUsage, "run '\(id)' could be several; give more of the id") }
    return run
}

/// `tidegate next`
struct NextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next", abstract: "The coming occurrences of a dataflow, clock changes flagged."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var report: ReportOptions

    @Argument(help: "The dataflow.")
    var dataflow: String

    @Option(name: .long, help: ArgumentHelp("Count from this instant, as 2026-11-21T02:00:00Z.", valueName: "t"))
    var from: Instant?

    @Option(name: .long, help: "So many.")
    var count = 10

    func validate() throws {
        if !(1...100_000 ~= count) { throw ValidationError("--count must be between 1 and 100000.") }
    }

    func run() throws {
        let spec = try options.spec()
        guard let found = spec.dataflow(named: dataflow) else {
            throw unknown("dataflow", dataflow, spec.dataflows.map(\.name))
        }
        let occurrences = try UpcomingOccurrences(found, spec: spec, store: try options.presentStore())
        // An occurrence at the very instant counts.
        let lines = occurrences.after((from ?? SystemClock().now()) - .milliseconds(1), count: count)
        if report.json { return try printJSON(lines.map(OccurrenceDocument.init)) }
        print(lines.isEmpty ? "no occurrence is coming" : lines.map(\.text).joined(separator: "\n"))
    }
}

extension Instant: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(iso: argument)
    }
}

/// `tidegate segments`
struct SegmentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segments", abstract: "Members, joined and left, per segment and snapshot."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var report: ReportOptions

    @Argument(help: "One segment, with its history; without a name, all in the latest snapshot.")
    var name: String?

    func run() throws {
        guard FileManager.default.fileExists(atPath: options.folder.profilesPath) else {
            throw Failure(.badInput, "data folder '\(options.data)' holds no snapshot yet")
        }
        let profiles = try options.profileStore()
        let snapshots = try profiles.snapshots(limit: name == nil ? 1 : 100)
        let sizes = snapshots.flatMap { snapshot in
            snapshot.segments.filter { name == nil || $0.segment.name == name }.map { (snapshot, $0) }
        }
        if let name, sizes.isEmpty {
            throw unknown("segment", name, snapshots.first?.segments.map(\.segment.name) ?? [])
        }
        if report.json { return try printJSON(sizes.map { SegmentDocument($0.1, in: $0.0) }) }
        print(SegmentTable.text(sizes), terminator: "")
    }
}

/// Segments' sizes as a table for people.
enum SegmentTable {
    static func text(_ snapshot: Snapshot) -> String {
        text(snapshot.segments.map { (snapshot, $0) })
    }

    static func text(_ sizes: [(Snapshot, SnapshotSegment)]) -> String {
        var table = Table([
            ("SEGMENT", .left), ("SNAPSHOT OF", .left), ("MEMBERS", .right), ("JOINED", .right), ("LEFT", .right),
        ])
        for (snapshot, size) in sizes {
            table.add([
                size.segment.name, "\(snapshot.nominal)", "\(size.members)", "\(size.joined)", "\(size.left)",
            ])
        }
        return table.text
    }
}
