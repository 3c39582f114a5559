import ArgumentParser
import Engine
import Foundation
import Reports
import Store
import TidegateModel

/// `tidegate backup`
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write a consistent copy of the state to a file, and read it back."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The file to make; never overwritten.")
    var file: String

    func run() throws {
        try options.guestStore().backup(to: file)
        print("state is in '\(file)'; profiles are not, they come from the sources again")
    }
}

/// `tidegate health`
struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Exit 0 while a scheduler works in the data folder; for container health checks."
    )

    @OptionGroup var options: GlobalOptions

    func run() throws {
        let store = try options.guestStore()
        guard options.folder.currentHolder() != nil, let instance = try store.instance(), instance.stoppedAt == nil,
            instance.duty.hasPrefix("tidegate run")
        else {
            throw Failure(.runFailed, "no scheduler works in '\(options.data)'")
        }
        let now = SystemClock().now()
        if let silence = instance.silence(at: now) {
            throw Failure(.runFailed, "scheduler gave no sign of life for \(Figures.span(silence))")
        }
        print("scheduler is alive, last sign of life \(Figures.span(now - instance.heartbeatAt)) ago")
    }
}
