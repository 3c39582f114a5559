import Engine
import Foundation
import Logging
import Profiles
import Reports
import Store
import TidegateModel

/// `tidegate run --ad-hoc`: checks the guardrails, queues the runs, and sees them to their end.
///
/// Beside a running scheduler the work is handed over through the store; without one it is done here.
struct AdHocExport {
    let options: GlobalOptions
    let report: ReportOptions

    func run(dataflow name: String, segments: [String], isForced: Bool) async throws {
        let logger = options.logger(
            level: Terminal.errorIsTerminal ? max(options.logLevel, .warning) : options.logLevel)
        do {
            let (place, lock) = try options.workplace(duty: "tidegate run --ad-hoc", logger: logger)
            defer { withExtendedLifetime(lock) {} }
            try await runHere(place, name, segments, isForced)
        } catch is DataFolderHeld {
            try await handOver(name, segments, isForced)
        }
    }

    private func runHere(_ place: Workplace, _ name: String, _ segments: [String], _ isForced: Bool) async throws {
        let declaration = try options.declaration()
        let scheduler = try await Scheduler.start(
            place, spec: declaration.spec, files: declaration.files, actor: "run --ad-hoc"
        )
        let spec = await scheduler.declared
        let signals = SignalWatch(scheduler: scheduler, logger: place.logger) { Declaration(spec: nil, files: nil) }
        defer { signals.stop() }
        let runs = try await queue(name, segments, isForced, spec, place.store, place.profiles, place.clock)
        let wanted = Set(runs.map(\.id))
        try await ProgressBars(place.progress, clock: place.clock).during { try await scheduler.finish(wanted) }
        try place.store.signOff(place.owner, at: place.clock.now())
        try conclude(runs, place.store)
    }

    private func handOver(_ name: String, _ segments: [String], _ isForced: Bool) async throws {
        let clock = SystemClock()
        let store = try options.guestStore()
        guard let spec = try store.appliedSpec() else { throw NothingApplied() }
        let runs = try await queue(name, segments, isForced, spec, store, try options.profileStore(), clock)
        let ids = runs.map(\.id)
        let follower = RunFollower(store: store, clock: clock, folder: options.folder)
        if case .abandoned = try await follower.follow(ids) {
            // Whoever held the folder is gone without taking the runs up: do the work here.
            let logger = options.logger()
            let (place, lock) = try options.workplace(duty: "tidegate run --ad-hoc", logger: logger)
            defer { withExtendedLifetime(lock) {} }
            let scheduler = try Scheduler(place)
            try await scheduler.finish(Set(ids))
            try place.store.signOff(place.owner, at: clock.now())
        }
        try conclude(runs, store)
    }

    private func queue(
        _ name: String, _ segments: [String], _ isForced: Bool, _ spec: JobSpec, _ store: Store,
        _ profiles: ProfileStore, _ clock: any WallClock
    ) async throws -> [Run] {
        guard let dataflow = spec.dataflow(named: name) else {
            throw unknown("dataflow", name, spec.dataflows.map(\.name))
        }
        return try await CommandAudit(store: store, clock: clock)(.runNow, name) {
            let job = AdHocJob(dataflow: dataflow, segments: segments, isForced: isForced)
            try job.check(in: store, spec: spec, snapshot: try profiles.latestSnapshot(), at: clock.now())
            try await checkDestination(dataflow, spec)
            return try job.queue(
                in: store, spec: spec, snapshot: try profiles.latestSnapshot(), at: clock.now(),
                actor: CommandAudit.actor
            )
        }
    }

    private func checkDestination(_ dataflow: Dataflow, _ spec: JobSpec) async throws {
        guard let destination = spec.destination(named: dataflow.destination) else { return }
        // What the environment lacks is no fault of the destination.
        _ = try destination.resolved()
        let clock = SystemClock()
        let answer = await DestinationCheck(clock: clock)(destination, list: dataflow.push?.list)
        if let failure = answer.failure(of: destination.name, at: clock.now()) { throw failure }
    }

    private func conclude(_ queued: [Run], _ store: Store) throws {
        let runs = try store.runs(queued.map(\.id))
        if report.json { try printJSON(runs.map(RunDocument.init)) } else { print(RunTable.text(runs)) }
        try runs.requireDelivery()
    }
}

extension [Run] {
    /// Ends the command where a run that it was for did not deliver.
    func requireDelivery() throws {
        guard allSatisfy({ [.completed, .partial, .skipped].contains($0.state) }) else { throw ExitStatus.runFailed }
        // Runs that were asked for are skipped by guardrails only.
        guard let refused = first(where: { $0.state == .skipped }) else { return }
        throw Failure(.refused, "run \(refused.id.text) was skipped: \(refused.reason ?? "no reason given")")
    }
}

/// Follows runs that another process works on.
struct RunFollower {
    enum End { case finished, abandoned }

    let store: Store
    let clock: any WallClock
    let folder: DataFolder

    /// Returns when every run is at its end, or when nobody holds the data folder any more.
    func follow(_ ids: [UUID]) async throws -> End {
        var told: [UUID: RunState] = [:]
        while true {
            let runs = try store.runs(ids)
            for run in runs where told[run.id] != run.state {
                told[run.id] = run.state
                let reason = run.reason.map { ": \($0)" } ?? ""
                Terminal.complain(
                    "\(run.dataflowName) / \(run.segments.map(\.name).joined(separator: " ")): \(run.state.title)\(reason)"
                )
            }
            if runs.allSatisfy(\.state.isTerminal) { return .finished }
            if folder.currentHolder() == nil { return .abandoned }
            try await clock.sleep(until: clock.now() + .milliseconds(200))
        }
    }
}

/// A name that the job files do not have, with the nearest one that they do.
func unknown(_ kind: String, _ name: String, _ known: [String]) -> Failure {
    if let nearest = Spelling.nearest(to: name, in: known.sorted()) {
        return Failure(.wrongUsage, "\(kind) '\(name)' is not in the job files; did you mean '\(nearest)'?")
    }
    let list = known.isEmpty ? "there is none" : "there is: \(known.sorted().prefix(20).joined(separator: ", "))"
    return Failure(.wrongUsage, "\(kind) '\(name)' is not in the job files; \(list)")
}
