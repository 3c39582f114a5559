import ArgumentParser
import Engine
import Foundation
import JobFiles
import Logging
import Profiles
import Store
import TidegateModel

/// Options that every command takes.
struct GlobalOptions: ParsableArguments {
    private static let environment = ProcessInfo.processInfo.environment

    @Option(name: .long, help: ArgumentHelp("The folder of the job files; also TIDEGATE_JOBS.", valueName: "dir"))
    var jobs = environment["TIDEGATE_JOBS"] ?? "jobs"

    @Option(name: .long, help: ArgumentHelp("The folder of Tidegate's state; also TIDEGATE_DATA.", valueName: "dir"))
    var data = environment["TIDEGATE_DATA"] ?? "data"

    @Option(name: .long, help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = Logger.Level.info

    @Option(name: .long, help: "text or json.")
    var logFormat = LogFormat.text

    var folder: DataFolder { DataFolder(path: data) }

    /// The arguments with global options that stand in front of the command moved behind it, where they are read.
    static func behindTheCommand(_ arguments: [String]) -> [String] {
        var front: [String] = []
        var rest = arguments[...]
        while let first = rest.first, first.hasPrefix("--") {
            let name = first.prefix { $0 != "=" }
            guard ["--jobs", "--data", "--log-level", "--log-format", "--json"].contains(name) else { break }
            front.append(rest.removeFirst())
            if name != "--json", !first.contains("="), let value = rest.popFirst() { front.append(value) }
        }
        guard let command = rest.popFirst() else { return arguments }
        return [command] + front + rest
    }

    func logger(level: Logger.Level? = nil) -> Logger {
        let format = logFormat
        let chosen = level ?? logLevel
        return Logger(label: "tidegate") { _ in LineLogHandler(format: format, logLevel: chosen) }
    }
}

/// What the job files say.
struct Declaration {
    /// Nil where it is what was applied last.
    let spec: JobSpec?
    /// The digest of the files, nil where the next start is to read them again.
    let files: String?
}

/// `--json`, for the commands that report.
struct ReportOptions: ParsableArguments {
    @Flag(name: .long, help: "Print one JSON document on standard output.")
    var json = false
}

extension Logger.Level: @retroactive ExpressibleByArgument {}

/// How log lines look.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

extension GlobalOptions {
    /// The job files, checked.
    ///
    /// - Throws: ``Failure`` with status 65 after every problem was printed.
    func spec() throws -> JobSpec {
        try checked(try JobFolder(path: jobs).read())
    }

    /// The job files, checked; unread where the store's objects came from the very same ones.
    ///
    /// - Throws: ``Failure`` with status 65 after every problem was printed.
    func declaration() throws -> Declaration {
        let files = try JobFolder(path: jobs).files()
        let digest = JobFolder.digest(of: files)
        if Store.appliedFiles(at: folder.storePath) == digest { return Declaration(spec: nil, files: digest) }
        let reading = JobFileReader.read(files, jobsPath: jobs)
        let spec = try checked(reading)
        // Warnings are to be seen at every start.
        return Declaration(spec: spec, files: reading.findings.isEmpty ? digest : nil)
    }

    private func checked(_ reading: JobFileReading) throws -> JobSpec {
        guard let spec = reading.spec else {
            Terminal.complain(reading.text)
            // What is wrong with the files is said in any case, also beside a state that cannot be read.
            let applied = try? presentStore()?.appliedSpec()
            let removed = RemovedDestination.found(among: reading.unresolvedDestinations, since: applied)
            for destination in removed { Terminal.complain("error: \(destination)") }
            let count = reading.errors.count
            throw Failure(.badInput, "job files in '\(jobs)' have \(count) \(count == 1 ? "problem" : "problems")")
        }
        if !reading.findings.isEmpty { Terminal.complain(reading.text) }
        return spec
    }

    /// Opens the state to look at it, beside whoever works in the data folder.
    func guestStore() throws -> Store {
        guard FileManager.default.fileExists(atPath: folder.storePath) else {
            throw Failure(.badInput, "data folder '\(data)' holds no state yet; 'tidegate run --once' makes it")
        }
        return try Store(path: folder.storePath, role: .guest)
    }

    /// The state, where there is any yet.
    func presentStore() throws -> Store? {
        FileManager.default.fileExists(atPath: folder.storePath) ? try guestStore() : nil
    }

    func profileStore() throws -> ProfileStore {
        // Large sorts spill into files: into the data folder, the one place that is surely writable and large enough.
        setenv("SQLITE_TMPDIR", folder.stagingPath, 0)
        return try ProfileStore(path: folder.profilesPath)
    }

    /// Takes the data folder and opens everything in it.
    ///
    /// - Throws: ``DataFolderHeld`` where another process has it.
    func workplace(duty: String, logger: Logger) throws -> (place: Workplace, lock: DataFolderLock) {
        let clock = SystemClock()
        try folder.create()
        let lock = try folder.lock(duty: duty, at: clock.now())
        let place = Workplace(
            folder: folder, store: try Store(path: folder.storePath, role: .owner), profiles: try profileStore(),
            clock: clock, logger: logger
        )
        let now = clock.now()
        try place.store.sign(
            Instance(
                id: place.owner, process: Int(getpid()), host: ProcessInfo.processInfo.hostName, duty: duty,
                startedAt: now, heartbeatAt: now
            )
        )
        return (place, lock)
    }
}
