import ArgumentParser
import Engine
import Foundation
import Server

extension ListenAddress: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(argument)
    }
}

extension ListenAddress {
    /// What `TIDEGATE_LISTEN` says; the standard address where it says nothing.
    static var fromEnvironment: ListenAddress {
        ProcessInfo.processInfo.environment["TIDEGATE_LISTEN"].flatMap { ListenAddress($0) } ?? .standard
    }
}

extension Access {
    /// The tokens that the environment gives, else the one that is kept in the data folder; made where there is none.
    init(tokensIn folder: DataFolder) throws {
        let given = ProcessInfo.processInfo.environment["TIDEGATE_API_TOKEN"]
        self.init(tokens: [(try given ?? Self.keptToken(folder), .admin)])
    }

    private static func keptToken(_ folder: DataFolder) throws -> String {
        let path = folder.apiTokenPath
        if let kept = try? String(contentsOfFile: path, encoding: .utf8) {
            return kept.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let token = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let made = FileManager.default.createFile(
            atPath: path, contents: Data((token + "\n").utf8), attributes: [.posixPermissions: 0o600]
        )
        guard made else { throw Failure(.badInput, "token file '\(path)' cannot be written") }
        return token
    }
}
