import TidegateModel

/// Folders are templates: they take the macros of file names, and parts from the environment.
extension ValueKind where Value == String {
    /// A folder on this machine; from the folder of the job file where it is relative.
    static let localFolder = folder(
        refusal: { text, name in
            if text == "~" || text.hasPrefix("~/") { return "'\(name)' does not expand '~', write ${env:HOME}" }
            guard let scheme = scheme(of: text) else { return nil }
            let types = ["s3", "sftp", "ftp"]
            let hint = types.contains(scheme) ? ": write 'type: \(scheme)'" : ""
            return "'\(name)' must be a path on this machine, not \(scheme)://\(hint)"
        },
        written: absolute
    )

    /// A folder of a server, absolute or from where the login lands.
    static let remoteFolder = folder(
        refusal: { text, name in
            if text == "~" || text.hasPrefix("~/") {
                return "'\(name)' is relative to where the login lands, leave '~' out ('.' is that folder itself)"
            }
            return scheme(of: text).map { "'\(name)' must be a folder alone, not \($0)://" }
        },
        written: { text, _ in
            var tidy = withoutSlashAtEnd(text)
            while tidy.hasPrefix("./") { tidy = String(tidy.dropFirst(2)) }
            return tidy.isEmpty ? "." : tidy
        }
    )

    /// What the keys of a bucket begin with; may be empty.
    static let keyPrefix = folder(
        mayBeEmpty: true,
        refusal: { text, name in
            if text.hasPrefix("/") { return "'\(name)' must not begin with a slash: it is what keys begin with" }
            return scheme(of: text).map { "'\(name)' must be what keys begin with alone, not \($0)://" }
        },
        written: { text, _ in withoutSlashAtEnd(text) }
    )

    /// `written` gets the text and the job file's folder.
    private static func folder(
        mayBeEmpty: Bool = false, refusal: @escaping @Sendable (_ text: String, _ name: String) -> String?,
        written: @escaping @Sendable (_ text: String, _ folder: String) -> String
    ) -> ValueKind {
        var schema: JSON = ["type": .text("string")]
        if !mayBeEmpty { schema = schema.adding(["minLength": .integer(1)]) }
        return ValueKind(schema: schema, show: { .text($0) }) { tree, name, context in
            guard let scalar = scalar(of: tree, named: name, expected: "a path", context) else { return nil }
            let problems = context.problems
            if scalar.text.isEmpty, !mayBeEmpty {
                problems.error("'\(name)' has no value", at: scalar.position)
                return nil
            }
            if let refusal = refusal(scalar.text, name) {
                problems.error(refusal, at: scalar.position)
                return nil
            }
            let mistakes = EnvironmentText.mistakes(in: scalar.text)
            for mistake in mistakes {
                problems.error(mistake.message, at: context.position(ofScalar: mistake.offset, in: scalar))
            }
            let template = written(scalar.text, problems.folder(of: scalar.position))
            guard mistakes.isEmpty else { return nil }
            do throws(FileNameError) {
                _ = try FolderPath(template: template)
                return template
            } catch {
                let offset = offset(of: error, in: template, asWritten: scalar.text)
                problems.error(error.message, at: context.position(ofScalar: offset, in: scalar))
                return nil
            }
        }
    }

    /// Where the text has what is wrong in the template made of it: what differs between the two is in front.
    private static func offset(of error: FileNameError, in template: String, asWritten text: String) -> Int {
        guard case .malformed(_, let offset) = error else { return 0 }
        let fromEnd = template.unicodeScalars.count - offset
        let end = withoutSlashAtEnd(text).unicodeScalars.count
        return max(0, end - fromEnd)
    }

    private static func scheme(of text: String) -> String? {
        text.prefixMatch(of: #/([a-z][a-z0-9+.\-]*):\/\//#).map { String($0.1) }
    }

    private static func withoutSlashAtEnd(_ text: String) -> String {
        text.count > 1 && text.hasSuffix("/") ? withoutSlashAtEnd(String(text.dropLast())) : text
    }

    /// Free of `.` and, as far as no reference is in front of it, of `..`.
    ///
    /// What stands in for a reference is not known yet, so what `..` after it means is not either.
    private static func absolute(_ text: String, from folder: String) -> String {
        if text.hasPrefix("${") { return tidy(text) }
        return "/" + tidy(text.hasPrefix("/") ? text : FolderPath.escaped(folder) + "/" + text)
    }

    private static func tidy(_ path: String) -> String {
        var components: [Substring] = []
        for component in path.split(separator: "/") where component != "." {
            if component == "..", !components.contains(where: { $0.contains("${") }) {
                _ = components.popLast()
            } else {
                components.append(component)
            }
        }
        return components.joined(separator: "/")
    }
}
