import Foundation
import Testing
import TidegateModel

/// A server of `scripts/servers`, started for the tests of this process and stopped when it ends.
///
/// A script prints one line of JSON once it is ready, such as `{"url": "http://127.0.0.1:4711"}`, and stops, leaving
/// nothing behind, when its standard input ends: so it goes with the process that started it, however that ends.
package final class LocalServer: Sendable {
    /// What the script said about itself; all values are texts.
    package let facts: [String: String]
    private let process: Process
    private let input: Pipe

    /// Starts `scripts/servers/<name>` and waits until it is ready.
    package init(_ name: String, _ arguments: [String] = []) throws {
        let script = Self.root.appending(path: "scripts/servers/\(name)")
        process = Process()
        process.executableURL = script
        process.arguments = arguments
        input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while !line.contains(UInt8(ascii: "\n")) {
            let read = output.fileHandleForReading.availableData
            guard !read.isEmpty else { throw ServerFailure("\(name) ended before it was ready") }
            line += read
        }
        facts = try JSONDecoder().decode([String: String].self, from: line)
    }

    deinit {
        stop()
    }

    package func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    package subscript(_ fact: String) -> String { facts[fact] ?? "" }

    /// Waits until the port that a fact names has said something, such as `faultproxy`'s `reached`.
    package func wait(for fact: String) async throws {
        let port = try #require(UInt16(self[fact]))
        try await withCheckedThrowingContinuation { continuation in
            // A thread of its own, because it blocks.
            Thread.detachNewThread { continuation.resume(with: Result { try Self.readLine(port) }) }
        }
    }

    /// The same for a test that blocks its thread anyway: nothing then waits for a turn among other such tests.
    package func block(until fact: String) throws {
        try Self.readLine(try #require(UInt16(self[fact])))
    }

    private static func readLine(_ port: UInt16) throws {
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(connection) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let isConnected = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        var byte: UInt8 = 0
        guard isConnected, read(connection, &byte, 1) == 1 else { throw ServerFailure("port \(port) said nothing") }
    }

    private static let running = Locked<[String: Result<LocalServer, ServerFailure>]>([:])

    /// The one server of that name and those arguments that all tests of this process share.
    package static func shared(_ name: String, _ arguments: [String] = []) throws -> LocalServer {
        try running.withLock { running in
            let key = ([name] + arguments).joined(separator: " ")
            if let started = running[key] { return try started.get() }
            let started = Result { try LocalServer(name, arguments) }.mapError { ServerFailure("\(name): \($0)") }
            running[key] = started
            return try started.get()
        }
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
}

/// A server that did not start: a failure, never a skip.
package struct ServerFailure: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
