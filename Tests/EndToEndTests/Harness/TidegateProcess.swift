import Foundation
import TidegateModel

/// The program as a user starts it: the executable that was built beside these tests.
///
/// Its output is read as it comes, by threads of their own, so that it never waits for a reader.
final class TidegateProcess: @unchecked Sendable {
    /// Longest wait for anything; a test that gets here fails.
    static let patience: TimeInterval = 120

    private let process = Process()
    private let output = StreamText()
    private let complaints = StreamText()
    private let end = Locked<Finished?>(nil)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts the program with `arguments` in `folder`.
    ///
    /// - Parameter wrapper: a command and its arguments that start the program in its turn.
    init(_ arguments: [String], in folder: String, environment: [String: String] = [:], wrapper: [String] = []) throws {
        let command = wrapper + [Self.executable] + arguments
        process.executableURL = URL(filePath: command[0].hasPrefix("/") ? command[0] : "/usr/bin/env")
        process.arguments = command[0].hasPrefix("/") ? Array(command.dropFirst()) : command
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TIDEGATE_") }
            // Schedulers of several tests run side by side.
            .merging(["TIDEGATE_LISTEN": "127.0.0.1:0"]) { _, new in new }
            .merging(environment) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        let (out, err) = (Pipe(), Pipe())
        process.standardOutput = out
        process.standardError = err
        try process.run()
        output.read(out.fileHandleForReading)
        complaints.read(err.fileHandleForReading)
        Thread { [self] in
            process.waitUntilExit()
            let (text, complaint) = (output.whole(), complaints.whole())
            let isSignal = process.terminationReason == .uncaughtSignal
            end.withLock {
                $0 = Finished(
                    status: isSignal ? 0 : process.terminationStatus,
                    signal: isSignal ? process.terminationStatus : 0,
                    output: text,
                    complaints: complaint
                )
            }
            ended.signal()
        }.start()
    }

    private static let executable: String = {
        // On Linux the first argument is the test bundle itself.
        let bundle = URL(filePath: CommandLine.arguments[0]).standardizedFileURL
        return bundle.deletingLastPathComponent().appending(path: "tidegate").path(percentEncoded: false)
    }()

    /// Waits for the end and tells how it was.
    func finish() throws -> Finished {
        guard ended.wait(timeout: .now() + Self.patience) == .success else {
            signal(SIGKILL)
            throw Overdue(what: "process did not end", said: complaints.soFar)
        }
        ended.signal()
        guard let finished = end.withLock({ $0 }) else { throw Overdue(what: "process has no end", said: "") }
        return finished
    }

    /// Waits until a line of standard error contains one of `texts`, and returns the line.
    @discardableResult
    func waitForLine(_ texts: String...) throws -> String {
        guard let line = complaints.line(containing: texts, timeout: Self.patience) else {
            throw Overdue(what: "no line says \(texts)", said: complaints.soFar)
        }
        return line
    }

    /// What everybody on this machine can see of it; empty once it has ended.
    var visibleArguments: String {
        let line = FileManager.default.contents(atPath: "/proc/\(process.processIdentifier)/cmdline")
        return line.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    var isRunning: Bool { process.isRunning }

    /// What came on standard error until now.
    var said: String { complaints.soFar }

    func signal(_ number: Int32) {
        // Asking first keeps the signal from a process that took the number over.
        if process.isRunning { kill(process.processIdentifier, number) }
    }
}

/// How a process ended and everything it said.
struct Finished: Sendable {
    /// 0 where a signal ended it.
    let status: Int32
    /// 0 where it ended by itself.
    let signal: Int32
    let output: String
    let complaints: String

    /// The document on standard output.
    func json() throws -> Any {
        try JSONSerialization.jsonObject(with: Data(output.utf8), options: [.fragmentsAllowed])
    }

    func objects() throws -> [[String: Any]] {
        guard let objects = try json() as? [[String: Any]] else { throw Unexpected(text: output) }
        return objects
    }

    func object() throws -> [String: Any] {
        guard let object = try json() as? [String: Any] else { throw Unexpected(text: output) }
        return object
    }

    /// The lines of standard error that are no log lines.
    var sentences: [String] {
        complaints.split(separator: "\n").map(String.init).filter {
            $0.wholeMatch(of: #/\d{4}-\d\d-\d\dT[^ ]* [A-Z]+ .*/#) == nil
        }
    }
}

/// Waited in vain.
struct Overdue: Error {
    let what: String
    let said: String
}

/// Printed what nobody expected.
struct Unexpected: Error {
    let text: String
}
