import ArgumentParser
import Engine
import Foundation
import Reports
import Store
import TidegateModel

/// `tidegate cancel`
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Stop a run that is not at its end.")

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The run's id, or enough of its beginning.", valueName: "run"))
    var id: String

    func run() async throws {
        let store = try options.guestStore()
        let clock = SystemClock()
        let found = try find(id, in: store)
        let state = try await CommandAudit(store: store, clock: clock)(.cancel, found.id.text) {
            guard !found.state.isTerminal else {
                throw Failure(.refused, "run \(found.id.text) is \(found.state.title) already, and that is final")
            }
            return try store.requestCancel(of: found.id, at: clock.now(), actor: CommandAudit.actor)
        }
        print("run \(found.id.text) is \(state.title)")
    }
}

/// `tidegate retry`
struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Make a new run from one that failed; the scheduler, or else this command, exports it."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var report: ReportOptions

    @Argument(help: ArgumentHelp("The run's id, or enough of its beginning.", valueName: "run"))
    var id: String

    func run() async throws {
        do {
            let (place, lock) = try options.workplace(duty: "tidegate retry", logger: options.logger())
            defer { withExtendedLifetime(lock) {} }
            let scheduler = try Scheduler(place)
            let queued = try await queue(in: place.store)
            try await ProgressBars(place.progress, clock: place.clock).during {
                try await scheduler.finish([queued.id])
            }
            try place.store.signOff(place.owner, at: place.clock.now())
            try conclude(queued.id, place.store)
        } catch is DataFolderHeld {
            let store = try options.guestStore()
            let queued = try await queue(in: store)
            _ = try await RunFollower(store: store, clock: SystemClock(), folder: options.folder).follow([queued.id])
            try conclude(queued.id, store)
        }
    }

    private func queue(in store: Store) async throws -> Run {
        let clock = SystemClock()
        let parent = try find(id, in: store)
        return try await CommandAudit(store: store, clock: clock)(.retry, parent.id.text) {
            try RetryJob(parent).queue(in: store, at: clock.now(), actor: CommandAudit.actor)
        }
    }

    private func conclude(_ id: UUID, _ store: Store) throws {
        let runs = try store.runs([id])
        if report.json { try printJSON(runs.map(RunDocument.init)) } else { print(RunTable.text(runs)) }
        try runs.requireDelivery()
    }
}
