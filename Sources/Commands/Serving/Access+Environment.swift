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
    /// What `TIDEGATE_LISTEN` says; the standard address where it is not set.
    static func fromEnvironment(
        _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(Failure) -> ListenAddress {
        guard let text = environment["TIDEGATE_LISTEN"] else { return .standard }
        guard let address = ListenAddress(text) else {
            throw Failure(.wrongUsage, "TIDEGATE_LISTEN '\(text)' is no address with a port, such as 127.0.0.1:8080")
        }
        return address
    }
}

/// What the environment says about who may call.
struct AccessSettings {
    private static let tokenNames: [(name: String, scope: Scope)] = [
        ("TIDEGATE_API_TOKEN", .admin), ("TIDEGATE_API_TOKEN_TRIGGER", .trigger), ("TIDEGATE_API_TOKEN_READ", .read),
    ]
    /// In characters; what is shorter can be guessed.
    static let shortest = 16

    let tokens: [(token: String, scope: Scope)]
    let apiKey: String?
    let organization: String?
    let sandbox: String?

    /// - Throws: what never holds a token.
    init(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws(Failure) {
        var tokens: [(token: String, scope: Scope)] = []
        for (name, scope) in Self.tokenNames {
            guard let token = try Self.secret(name, environment) else { continue }
            if let flaw = Self.flaw(of: token) { throw Failure(.wrongUsage, "\(name) \(flaw)") }
            if let other = tokens.first(where: { $0.token == token }) {
                throw Failure(
                    .wrongUsage, "the tokens of '\(other.scope.rawValue)' and '\(scope.rawValue)' must not be the same"
                )
            }
            tokens.append((token, scope))
        }
        self.tokens = tokens
        apiKey = try Self.secret("TIDEGATE_API_KEY", environment)
        organization = try Self.text("TIDEGATE_ORG_ID", environment)
        sandbox = try Self.text("TIDEGATE_SANDBOX", environment)
    }

    /// Why `token` is not to be used.
    static func flaw(of token: String) -> String? {
        if token.isEmpty { return "is empty" }
        guard token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return "holds characters that a token cannot have, such as blanks"
        }
        return token.utf8.count < shortest ? "is shorter than \(shortest) characters" : nil
    }

    /// From the variable, or from the file that `…_FILE` names.
    private static func secret(_ name: String, _ environment: [String: String]) throws(Failure) -> String? {
        guard let path = environment[name + "_FILE"] else { return try text(name, environment) }
        guard environment[name] == nil else {
            throw Failure(.wrongUsage, "\(name) and \(name)_FILE are both set; one of them is to be")
        }
        guard let content = FileManager.default.contents(atPath: path) else {
            throw Failure(.wrongUsage, "\(name)_FILE '\(path)' cannot be read")
        }
        let secret = String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !secret.isEmpty else { throw Failure(.wrongUsage, "\(name)_FILE '\(path)' is empty") }
        return secret
    }

    private static func text(_ name: String, _ environment: [String: String]) throws(Failure) -> String? {
        guard let text = environment[name]?.trimmingCharacters(in: .whitespacesAndNewlines) else { return nil }
        // A variable that is set to nothing is a deployment's mistake, and must not open a door.
        guard !text.isEmpty else { throw Failure(.wrongUsage, "\(name) is empty") }
        return text
    }
}

extension Access {
    /// As the environment says, with the token that is kept in the data folder where it gives none that allows everything.
    ///
    /// - Returns: also where that token is kept; nil where none is.
    static func configured(
        by settings: AccessSettings, in folder: DataFolder
    ) throws(Failure) -> (access: Access, kept: KeptToken?) {
        var tokens = settings.tokens
        var kept: KeptToken?
        if !tokens.contains(where: { $0.scope == .admin }) {
            let token = try KeptToken(path: folder.apiTokenPath)
            tokens.append((token.text, .admin))
            kept = token
        }
        let access = Access(
            tokens: tokens, apiKey: settings.apiKey, organization: settings.organization, sandbox: settings.sandbox
        )
        return (access, kept)
    }
}
