import ArgumentParser
import Engine
import Foundation
import Profiles
import Store

/// The root of the command line.
package struct TidegateCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "tidegate",
        abstract: "Exports customer profiles on schedule: job files in, files and pushes out.",
        discussion: """
            Every 24 hours Tidegate evaluates the segments into a snapshot and exports it, as the job files say. \
            'tidegate run --once' does one cycle now; 'tidegate run' does it every day.

            Exit codes: \(ExitStatus.allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: "; ")).
            """,
        version: Version.current,
        groupedSubcommands: [
            CommandGroup(name: "Run", subcommands: [RunCommand.self, IngestCommand.self, SegmentCommand.self]),
            CommandGroup(
                name: "Job files",
                subcommands: [ValidateCommand.self, PlanCommand.self, ApplyCommand.self, SchemaCommand.self]
            ),
            CommandGroup(
                name: "Look",
                subcommands: [
                    StatusCommand.self, RunsCommand.self, ShowCommand.self, NextCommand.self, SegmentsCommand.self,
                    PreviewCommand.self,
                ]
            ),
            CommandGroup(name: "Act", subcommands: [CancelCommand.self, RetryCommand.self]),
            CommandGroup(name: "Operate", subcommands: [DoctorCommand.self, HealthCommand.self, BackupCommand.self]),
        ]
    )

    package init() {}

    /// Parses, runs, and ends the process with the documented status.
    package static func start() async -> Never {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            Foundation.exit(ExitStatus.done.rawValue)
        } catch {
            finish(error)
        }
    }

    private static func finish(_ error: any Error) -> Never {
        switch error {
        case let status as ExitStatus:
            Foundation.exit(status.rawValue)
        case let failure as Failure:
            Terminal.complain("error: \(failure.description)")
            Foundation.exit(failure.status.rawValue)
        case let refusal as AdHocRefusal:
            Terminal.complain("refused: \(refusal)")
            Foundation.exit(ExitStatus.refused.rawValue)
        case let held as DataFolderHeld:
            Terminal.complain("error: \(held)")
            Foundation.exit(ExitStatus.refused.rawValue)
        case let error as ProfileError:
            Terminal.complain("error: \(error)")
            if case .transient = error { Foundation.exit(ExitStatus.refused.rawValue) }
            Foundation.exit(ExitStatus.badInput.rawValue)
        case let refusal as RetryRefusal:
            Terminal.complain("refused: \(refusal)")
            Foundation.exit(ExitStatus.refused.rawValue)
        case let error as StoreError:
            Terminal.complain("error: \(error)")
            if case .fault(.damaged, _) = error { Foundation.exit(ExitStatus.badInput.rawValue) }
            Foundation.exit(ExitStatus.runFailed.rawValue)
        case let error as DataFolderUnusable:
            Terminal.complain("error: \(error)")
            Foundation.exit(ExitStatus.runFailed.rawValue)
        case let error as UnresolvedText:
            Terminal.complain("error: \(error)")
            Foundation.exit(ExitStatus.badInput.rawValue)
        case let error as NothingApplied:
            Terminal.complain("error: \(error)")
            Foundation.exit(ExitStatus.badInput.rawValue)
        default:
            if let fault = StoreFault(error) {
                Terminal.complain("error: store cannot be used: \(fault)")
                if case .damaged = fault { Foundation.exit(ExitStatus.badInput.rawValue) }
                Foundation.exit(ExitStatus.runFailed.rawValue)
            }
            let code = exitCode(for: error)
            let text = fullMessage(for: error)
            if code.isSuccess {
                print(text)
                Foundation.exit(ExitStatus.done.rawValue)
            }
            Terminal.complain(text)
            Foundation.exit(code == .validationFailure ? ExitStatus.wrongUsage.rawValue : ExitStatus.runFailed.rawValue)
        }
    }
}

/// The version of this program.
package enum Version {
    package static let current = "0.1.0"
}
