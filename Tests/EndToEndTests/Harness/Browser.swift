import Foundation

/// A person at a browser: `scripts/browser/look`, over the Chromium of this machine.
enum Browser {
    /// Everything that is wrong with these pages of a server; empty where nothing is.
    ///
    /// A path may begin with the status that it is to answer with, as in `404:/nowhere`.
    static func complaints(about server: CalledServer, _ paths: [String], _ options: String...) throws -> [String] {
        let said = try script("look", [server.url] + paths + options)
        return try JSONDecoder().decode([String].self, from: said)
    }

    /// Gives the data of a site a past.
    ///
    /// - Returns: runs of the first dataflow by their state, `completed` and `failed` among them.
    static func addHistory(of dataflow: String, to site: Site, runs: Int) throws -> [String: String] {
        let said = try script("history", [site.folder.path("data"), "--runs", "\(runs)"])
        return try JSONDecoder().decode([String: [String: String]].self, from: said)[dataflow] ?? [:]
    }

    private static func script(_ name: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = root.appending(path: "scripts/browser/\(name)")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
            .merging(["TIDEGATE_API_TOKEN": CalledServer.token]) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Unexpected(text: "\(name) ended with \(process.terminationStatus)")
        }
        return said
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
}
