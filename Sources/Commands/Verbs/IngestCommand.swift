import ArgumentParser
import AudienceManager
import Engine
import Foundation
import Profiles
import Store
import TidegateModel

/// `tidegate ingest`
struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest", abstract: "Read one source, or all of them, into the profile store now.",
        discussion: """
            A drop-off's new files are taken, each with a receipt beside it. With --report the receipts are printed, newest \
            first, those of earlier cycles too, and before them what was refused or waits just now; beside a running \
            scheduler nothing is read then, and only what was taken or rejected is told.
            """
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var output: ReportOptions

    @Flag(name: .long, help: "Print the receipts of the files of drop-offs, newest first.")
    var report = false

    @Option(name: .long, help: ArgumentHelp("How many receipts of each source to print.", valueName: "n"))
    var limit = 20

    @Argument(help: "The source; all where none is named.")
    var source: String?

    func validate() throws {
        guard limit > 0 else { throw ValidationError("'--limit' needs a number greater than 0") }
    }

    func run() async throws {
        let spec = try options.spec()
        if let source, spec.source(named: source) == nil { throw unknown("source", source, spec.sources.map(\.name)) }
        let sources = spec.sources.filter { source == nil || $0.name == source }
        guard report else { return try present(try await ingest(sources, spec)) }
        var readings: [SourceReading] = []
        do {
            readings = try await ingest(sources, spec)
        } catch let held as DataFolderHeld {
            Terminal.complain("nothing is read now: \(held)")
        }
        try present(readings.flatMap(\.untaken), before: try receipts(of: sources))
    }

    /// In the order of a cycle.
    private func ingest(_ sources: [Source], _ spec: JobSpec) async throws -> [SourceReading] {
        let (place, lock) = try options.workplace(duty: "tidegate ingest", logger: options.logger())
        defer { withExtendedLifetime(lock) {} }
        try place.folder.emptyStaging()
        let stage = Stage(place: place, spec: spec)
        var readings: [SourceReading] = []
        try await ProgressBars(place.progress, clock: place.clock).during {
            for source in sources.inReadingOrder { readings.append(try await stage.ingest(source)) }
        }
        try place.store.signOff(place.owner, at: place.clock.now())
        return readings
    }

    private func present(_ readings: [SourceReading]) throws {
        if output.json { return try printJSON(readings.map(ReadingDocument.init)) }
        for reading in readings { print(IngestText.text(reading)) }
    }

    private func receipts(of sources: [Source]) throws -> [FileReceipt] {
        let profiles = try options.profileStore()
        return try sources.filter { $0.dropOff != nil }
            .flatMap { try profiles.receipts(of: $0.id, limit: limit) }.newestFirst
    }

    /// `untaken` are this look's alone: nobody keeps them.
    private func present(_ untaken: [FileReceipt], before kept: [FileReceipt]) throws {
        let receipts = untaken + kept
        if output.json { return try printJSON(receipts) }
        if receipts.isEmpty { print("no file was taken yet") }
        for receipt in receipts { print(IngestText.details(receipt)) }
    }
}

extension SourceReading {
    /// The files that are still where they were: refused, or waiting.
    fileprivate var untaken: [FileReceipt] {
        guard case .files(let report) = self else { return [] }
        return report.files.filter { $0.outcome == .refused || $0.outcome == .waiting }
    }
}

extension [FileReceipt] {
    /// By when they were done with, however many sources they are of; of one second, those of one source stay in order.
    var newestFirst: [FileReceipt] {
        func second(_ receipt: FileReceipt) -> Int64 { receipt.finishedAt?.flooredToSecond.milliseconds ?? .min }
        return enumerated().sorted {
            let (one, other) = (second($0.element), second($1.element))
            return one == other ? $0.offset < $1.offset : one > other
        }.map(\.element)
    }
}

/// One element of what `ingest --json` prints: the report of a source of rows, or of a drop-off.
private struct ReadingDocument: Encodable {
    let reading: SourceReading

    func encode(to encoder: any Encoder) throws {
        switch reading {
        case .rows(let report): try report.encode(to: encoder)
        case .files(let report): try report.encode(to: encoder)
        }
    }
}
