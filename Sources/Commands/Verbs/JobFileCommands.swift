import ArgumentParser
import Engine
import Foundation
import JobFiles
import Profiles
import Reports
import Store
import TidegateModel

/// `tidegate validate`
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "validate", abstract: "Check the job files.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let reading = try JobFolder(path: options.jobs).read()
        if report.json {
            try printJSON(reading.findings.map(\.diagnostic))
        } else if !reading.findings.isEmpty {
            Terminal.complain(reading.text)
        }
        guard let spec = reading.spec else { throw ExitStatus.badInput }
        if !report.json {
            print(
                "job files are valid: \(Words.count(spec.sources.count, "source")), \(Words.count(spec.segments.count, "segment")), "
                    + "\(Words.count(spec.destinations.count, "destination")), \(Words.count(spec.dataflows.count, "dataflow"))"
            )
        }
    }
}

/// `tidegate schema`
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of the job files, for editors."
    )

    @OptionGroup var options: GlobalOptions

    func run() throws {
        print(JobFileSchema.text, terminator: "")
    }
}

/// `tidegate plan`
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what applying the job files would change, and the next occurrences."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var report: ReportOptions

    private struct Document: Encodable {
        struct Change: Encodable {
            let change: String
            let kind: String
            let name: String
            let keys: [String]
        }
        struct Upcoming: Encodable {
            let dataflow: String
            let scheduledFor: Instant
            let local: String
            @Nullable var note: String?
        }
        let changes: [Change]
        let next: [Upcoming]
    }

    func run() throws {
        let spec = try options.spec()
        let changes = try changes(to: spec)
        let now = SystemClock().now()
        let store = try options.presentStore()
        let next = try spec.dataflows.flatMap { dataflow in
            try UpcomingOccurrences(dataflow, spec: spec, store: store).after(now, count: 3).map { (dataflow.name, $0) }
        }
        if report.json {
            return try printJSON(
                Document(
                    changes: changes.map {
                        .init(change: $0.verb.rawValue, kind: $0.kind.rawValue, name: $0.name, keys: SpecDiff($0).keys)
                    },
                    next: next.map {
                        .init(dataflow: $0.0, scheduledFor: $0.1.scheduledFor, local: $0.1.local, note: $0.1.note)
                    }
                )
            )
        }
        print(changes.isEmpty ? "no changes" : changes.map { SpecDiff($0).text }.joined(separator: "\n"))
        print("\nnext occurrences:")
        for (name, occurrence) in next { print("  \(name)  \(occurrence.text)") }
    }

    private func changes(to spec: JobSpec) throws -> [ObjectChange] {
        guard FileManager.default.fileExists(atPath: options.folder.storePath) else {
            return try ObjectChange.additions(of: spec)
        }
        return try options.guestStore().changes(to: spec)
    }
}

/// `tidegate apply`
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Put the job files in force without starting; a running scheduler takes them up at once."
    )

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let declaration = try options.declaration()
        guard let spec = declaration.spec else { return print("no changes") }
        let changes = try await apply(spec, from: declaration.files)
        print(changes.isEmpty ? "no changes" : changes.map { SpecDiff($0).text }.joined(separator: "\n"))
    }

    private func apply(_ spec: JobSpec, from files: String?) async throws -> [ObjectChange] {
        do {
            let (place, lock) = try options.workplace(duty: "tidegate apply", logger: options.logger())
            defer { withExtendedLifetime(lock) {} }
            let changes = try place.store.changes(to: spec)
            _ = try await Scheduler.start(place, spec: spec, files: files, actor: "apply")
            try place.store.signOff(place.owner, at: place.clock.now())
            return changes
        } catch is DataFolderHeld {
            let cursor = ScheduleCursor(
                instant: SystemClock().now(), snapshot: try options.profileStore().latestSnapshot()?.id
            )
            return try options.guestStore().apply(spec, from: cursor, actor: "apply", files: files)
        }
    }
}
