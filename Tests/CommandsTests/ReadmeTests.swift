import Commands
import Foundation
import Testing

/// Holds the README against the command line.
@Suite struct ReadmeTests {
    static let readme = (try? String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)) ?? ""
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A command as it describes itself.
    struct Described: Decodable, Sendable, CustomTestStringConvertible {
        struct Argument: Decodable, Sendable {
            struct Name: Decodable, Sendable {
                let kind: String
                let name: String
            }
            let names: [Name]?
        }

        struct Tool: Decodable, Sendable {
            let command: Described
        }

        let commandName: String
        let subcommands: [Described]?
        let arguments: [Argument]?

        var testDescription: String { commandName }

        /// As they are typed: `--ad-hoc`.
        var options: [String] {
            (arguments ?? []).flatMap { $0.names ?? [] }.filter { $0.kind == "long" }.map { "--\($0.name)" }
        }
    }

    static func commands() throws -> [Described] {
        let tool = try JSONDecoder().decode(Described.Tool.self, from: Data(TidegateCommand._dumpHelp().utf8))
        return (tool.command.subcommands ?? []).filter { $0.commandName != "help" }
    }

    @Test func `every command has a row in the table of commands`() throws {
        let commands = try Self.commands()
        #expect(commands.count >= 18)
        for command in commands {
            #expect(Self.readme.contains("| `tidegate \(command.commandName)"), "\(command.commandName) is missing")
        }
    }

    @Test func `the table of commands names no command that is not there`() throws {
        let known = Set(try Self.commands().map(\.commandName))
        let named = Set(Self.readme.matches(of: /\btidegate (?<name>[a-z]+)\b/).map { String($0.name) })
        // Where tidegate is the name of a container, a volume or an image, `docker` stands in the line.
        let docker = Self.readme.split(separator: "\n").filter { $0.contains("docker") }.joined(separator: "\n")
        for name in named.subtracting(known) {
            #expect(docker.contains("tidegate \(name)"), "'tidegate \(name)' is no command")
        }
    }

    @Test func `every option of every command is in the README`() throws {
        for command in try Self.commands() {
            for option in command.options {
                #expect(
                    Self.readme.contains("`\(option)") || Self.readme.contains(" \(option)"),
                    "\(command.commandName) \(option)")
            }
        }
    }

    @Test func `the table of exit codes is the one of the program`() {
        let rows = Self.readme.matches(of: /(?m)^\| (?<code>\d+) \| (?<meaning>.*) \|$/)
        #expect(rows.map { "\($0.code) \($0.meaning)" } == ExitStatus.allCases.map { "\($0.rawValue) \($0.meaning)" })
    }
}
