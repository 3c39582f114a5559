import ArgumentParser
import Engine
import Foundation
import Profiles
import Reports
import Store
import TidegateModel

/// `tidegate backup`
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write a consistent copy of the state to a file, and of the profiles beside it, and read them back."
    )

    @OptionGroup var options: GlobalOptions

    @Flag(
        name: .long,
        help:
            "Leave the profiles out, which are large; ids and traits of drop-off files that are gone cannot be made anew."
    )
    var stateOnly = false

    @Argument(help: "The file to make; never overwritten. The profiles go to the same name with '.profiles' behind it.")
    var file: String

    func run() throws {
        let state = try options.guestStore()
        let profiles = try stateOnly ? nil : presentProfiles()
        let besides = file + ".profiles"
        for path in [file] + (profiles == nil ? [] : [besides]) where FileManager.default.fileExists(atPath: path) {
            throw StoreError.backupExists(path)
        }
        // As the data folder, for its owner alone.
        umask(0o077)
        // The state first: a copy of the profiles that is older would lack snapshots that the state counts from.
        try state.backup(to: file)
        guard let profiles else { return print("state is in '\(file)', without profiles") }
        do {
            try profiles.backup(to: besides)
        } catch {
            try? FileManager.default.removeItem(atPath: file)
            throw error
        }
        print("state is in '\(file)', profiles are in '\(besides)'")
    }

    /// Nil before the first cycle.
    private func presentProfiles() throws -> ProfileStore? {
        guard FileManager.default.fileExists(atPath: options.folder.profilesPath) else { return nil }
        return try options.profileStore()
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
