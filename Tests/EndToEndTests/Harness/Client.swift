import Foundation

/// A program of `scripts/clients`, run against a called server to its end.
struct Client {
    /// What it printed on standard output, as JSON.
    let answer: Any
    /// What it said besides.
    let said: String

    /// - Throws: ``Unexpected`` where it fails.
    init(_ name: String, _ server: CalledServer, _ arguments: String...) throws {
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "client-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files, because nobody would empty two pipes at once.
        let (output, complaints) = (folder.appending(path: "output"), folder.appending(path: "complaints"))
        for file in [output, complaints] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = Self.root.appending(path: "scripts/clients/\(name)")
        process.arguments = [server.url] + arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment
            .merging(["TIDEGATE_API_TOKEN": CalledServer.token]) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: complaints)
        try process.run()
        process.waitUntilExit()
        said = String(decoding: try Data(contentsOf: complaints), as: UTF8.self)
        guard process.terminationStatus == 0 else { throw Unexpected(text: said) }
        answer = try JSONSerialization.jsonObject(with: try Data(contentsOf: output))
    }

    /// Of the package.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
}
