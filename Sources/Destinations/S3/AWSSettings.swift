import Foundation
import TidegateModel

/// What AWS's own programs read: variables of the environment, and two files.
///
/// Roles to take, single sign-on and the metadata of cloud machines are not read.
package struct AWSSettings: Sendable {
    private let variables: [String: String]
    private let contents: @Sendable (_ path: String) -> String?

    /// - Parameter contents: the text of a file, nil where there is none.
    package init(variables: [String: String], contents: @escaping @Sendable (_ path: String) -> String?) {
        self.variables = variables.filter { !$0.value.isEmpty }
        self.contents = contents
    }

    /// This process's environment and the user's files.
    package static func ofThisProcess() -> AWSSettings {
        AWSSettings(variables: ProcessInfo.processInfo.environment) { path in
            try? String(contentsOfFile: path, encoding: .utf8)
        }
    }

    package struct Credentials: Hashable, Sendable {
        package var accessKey: String
        package var secretKey: String
        package var sessionToken: String?

        package init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
            self.accessKey = accessKey
            self.secretKey = secretKey
            self.sessionToken = sessionToken
        }
    }

    /// The environment comes before the files, but for a profile that was asked for by name.
    ///
    /// - Parameter profile: the section of the files; nil for `AWS_PROFILE`, else `default`.
    package func credentials(profile: String?) throws(DeliveryError) -> Credentials {
        if profile == nil, let key = variables["AWS_ACCESS_KEY_ID"] {
            guard let secret = variables["AWS_SECRET_ACCESS_KEY"] else {
                throw .rejected("AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not")
            }
            return Credentials(accessKey: key, secretKey: secret, sessionToken: variables["AWS_SESSION_TOKEN"])
        }
        let section = section(profile)
        for values in [credentialsFile[section], configFile[section]] {
            guard let values, let key = values["aws_access_key_id"] else { continue }
            guard let secret = values["aws_secret_access_key"] else {
                throw .rejected("profile '\(section)' of AWS's files has no aws_secret_access_key")
            }
            return Credentials(accessKey: key, secretKey: secret, sessionToken: values["aws_session_token"])
        }
        guard profile == nil, variables["AWS_PROFILE"] == nil else {
            throw .rejected("profile '\(section)' is not in AWS's files, or has no aws_access_key_id")
        }
        throw .rejected(
            "no credentials: give accessKey and secretKey, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write "
                + "'\(credentialsPath ?? "~/.aws/credentials")'"
        )
    }

    /// Nil where nothing says it.
    package func region(profile: String?) -> String? {
        variables["AWS_REGION"] ?? variables["AWS_DEFAULT_REGION"] ?? configFile[section(profile)]?["region"]
            ?? credentialsFile[section(profile)]?["region"]
    }

    private func section(_ profile: String?) -> String { profile ?? variables["AWS_PROFILE"] ?? "default" }

    private var credentialsPath: String? { path("AWS_SHARED_CREDENTIALS_FILE", "credentials") }

    private var credentialsFile: [String: [String: String]] { sections(credentialsPath) }

    /// Sections but the default one are named `[profile NAME]` there.
    private var configFile: [String: [String: String]] {
        let named = sections(path("AWS_CONFIG_FILE", "config")).map { name, values in
            (name.hasPrefix("profile ") ? name.dropFirst(8).trimmingCharacters(in: .whitespaces) : name, values)
        }
        return Dictionary(named) { first, _ in first }
    }

    private func path(_ variable: String, _ name: String) -> String? {
        let home = variables["HOME"]
        guard let path = variables[variable] else { return home.map { "\($0)/.aws/\(name)" } }
        return path.hasPrefix("~/") ? home.map { $0 + path.dropFirst(1) } : path
    }

    private func sections(_ path: String?) -> [String: [String: String]] {
        guard let path, let text = contents(path) else { return [:] }
        var sections: [String: [String: String]] = [:]
        var name: String?
        for line in text.split(whereSeparator: \.isNewline) {
            let plain = line.trimmingCharacters(in: .whitespaces)
            if plain.hasPrefix("["), let end = plain.firstIndex(of: "]") {
                name = plain[..<end].dropFirst().trimmingCharacters(in: .whitespaces)
            } else if let name, let equals = plain.firstIndex(of: "="), !plain.hasPrefix("#"), !plain.hasPrefix(";"),
                // Indented lines belong to a key of another service.
                line.first?.isWhitespace == false
            {
                let key = plain[..<equals].trimmingCharacters(in: .whitespaces).lowercased()
                sections[name, default: [:]][key] = plain[equals...].dropFirst().trimmingCharacters(in: .whitespaces)
            }
        }
        return sections
    }
}
