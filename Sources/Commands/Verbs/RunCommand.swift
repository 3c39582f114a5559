import ArgumentParser
import Engine
import Foundation
import Logging
import Profiles
import Reports
import Server
import Store
import TidegateModel

/// `tidegate run`: the scheduler, one cycle, or one export now.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the scheduler; with --once one cycle; with --ad-hoc one dataflow now."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var report: ReportOptions

    @Flag(name: .long, help: "One whole cycle (ingest, segmentation, every dataflow that is due), then exit.")
    var once = false

    @Option(
        name: .long,
        help: ArgumentHelp("Export this dataflow's full files now, from the latest snapshot.", valueName: "dataflow")
    )
    var adHoc: String?

    @Option(name: .customLong("segment"), help: "With --ad-hoc: only this segment; may be repeated.")
    var segments: [String] = []

    @Flag(name: .long, help: "With --ad-hoc: pass the one-time delay after a segment's first activation.")
    var force = false

    @Option(
        name: .long,
        help: ArgumentHelp("Serve the API and the page on this address; also TIDEGATE_LISTEN.", valueName: "host:port")
    )
    var listen: ListenAddress?

    func validate() throws {
        if adHoc == nil, !segments.isEmpty || force {
            throw ValidationError("--segment and --force go with --ad-hoc.")
        }
        if adHoc != nil, once { throw ValidationError("--once and --ad-hoc are two different runs.") }
    }

    func run() async throws {
        if let adHoc {
            let export = AdHocExport(options: options, report: report)
            return try await export.run(dataflow: adHoc, segments: segments, isForced: force)
        }
        if once { return try await runOnce() }
        try await serve()
    }

    private func serve() async throws {
        let address = try listen ?? .fromEnvironment()
        let settings = try AccessSettings()
        let declaration = try options.declaration()
        let logger = options.logger()
        let (place, lock) = try options.workplace(duty: "tidegate run", logger: logger)
        defer { withExtendedLifetime(lock) {} }
        let (access, token) = try Access.configured(by: settings, in: options.folder)
        let scheduler = try await Scheduler.start(place, spec: declaration.spec, files: declaration.files, actor: "run")
        let signals = SignalWatch(scheduler: scheduler, logger: logger) { try options.declaration() }
        defer { signals.stop() }
        let serving = Serving(
            server: HTTPServer(Desk(place, scheduler), access: access, address: address), token: token,
            scheduler: scheduler, logger: logger
        )
        let dataflows = await scheduler.declared.dataflows.count
        logger.info("scheduler ready", metadata: ["data": "\(options.data)", "dataflows": "\(dataflows)"])
        do {
            try await serving.during {
                try await ProgressBars(place.progress, clock: place.clock).during { try await scheduler.serve() }
            }
        } catch {
            try? place.store.signOff(place.owner, at: place.clock.now())
            throw error
        }
        try place.store.signOff(place.owner, at: place.clock.now())
        logger.info("scheduler stopped")
    }

    private func runOnce() async throws {
        let declaration = try options.declaration()
        let logger = options.logger(
            level: Terminal.errorIsTerminal ? max(options.logLevel, .warning) : options.logLevel)
        let (place, lock) = try options.workplace(duty: "tidegate run --once", logger: logger)
        defer { withExtendedLifetime(lock) {} }
        let before = try place.store.lastRunSequence()
        let left = try place.store.liveRuns().map(\.id)
        let scheduler = try await Scheduler.start(
            place, spec: declaration.spec, files: declaration.files, actor: "run --once"
        )
        let signals = SignalWatch(scheduler: scheduler, logger: logger) { try options.declaration() }
        defer { signals.stop() }
        let published = try await ProgressBars(place.progress, clock: place.clock).during { try await scheduler.once() }
        try place.store.signOff(place.owner, at: place.clock.now())
        // Those that an earlier process left count as this one's, once it has brought them to their end.
        let runs = try place.store.runs(madeAfter: before) + place.store.runs(left).filter(\.state.isTerminal)
        try show(runs, in: place)
        try end(published: published, runs, place)
    }

    private func show(_ runs: [Run], in place: Workplace) throws {
        if report.json { return try printJSON(runs.map(RunDocument.init)) }
        if let snapshot = try place.profiles.latestSnapshot() { print(SegmentTable.text(snapshot)) }
        print(RunTable.text(runs))
        for path in try Set(runs.map { RunTable.path(try place.store.transitions(of: $0.id)) }).sorted() {
            print("runs went \(path)")
        }
    }

    private func end(published: Bool, _ runs: [Run], _ place: Workplace) throws {
        guard published else {
            let cycle = try place.store.cycles(limit: 1).first
            let status: ExitStatus = cycle?.state == .failed ? .badInput : .runFailed
            throw Failure(status, "cycle did not publish a snapshot: \(cycle?.reason ?? "process was stopped")")
        }
        let failed = runs.filter { $0.state == .failed || $0.state == .cancelled }
        if !failed.isEmpty {
            throw Failure(.runFailed, "\(failed.count) of \(Words.count(runs.count, "run")) did not deliver")
        }
        let parked = runs.filter { !$0.state.isTerminal }
        if !parked.isEmpty {
            throw Failure(
                .runFailed,
                "\(parked.count) of \(Words.count(runs.count, "run")) \(parked.count == 1 ? "waits" : "wait") for the next process"
            )
        }
    }
}
