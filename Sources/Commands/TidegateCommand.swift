import ArgumentParser
import Foundation

/// The root of the command line.
package struct TidegateCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "tidegate",
        abstract: "Exports customer profiles on schedule: job files in, files and pushes out.",
        discussion: """
            Every 24 hours Tidegate evaluates the segments into a snapshot and exports it, as the job files say. \
            'tidegate run --once' does one cycle now; 'tidegate run' does it every day.

            Every command takes --jobs DIR (default jobs, or TIDEGATE_JOBS), --data DIR (default data, or TIDEGATE_DATA), \
            --log-level and --log-format text|json, before or behind its name; those that report take --json. \
            'tidegate help COMMAND' tells the rest.

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
            var command = try parseAsRoot(GlobalOptions.behindTheCommand(Array(CommandLine.arguments.dropFirst())))
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
        if let ending = Ending(of: error) {
            if let sentence = ending.sentence { Terminal.complain(sentence) }
            Foundation.exit(ending.status.rawValue)
        }
        // What is left is the command line's own: help that was asked for, or words it does not know.
        let code = exitCode(for: error)
        if code.isSuccess {
            print(fullMessage(for: error))
            Foundation.exit(ExitStatus.done.rawValue)
        }
        Terminal.complain(fullMessage(for: error))
        Foundation.exit(code == .validationFailure ? ExitStatus.wrongUsage.rawValue : ExitStatus.runFailed.rawValue)
    }
}

/// The version of this program.
package enum Version {
    package static let current = "0.1.0"
}
