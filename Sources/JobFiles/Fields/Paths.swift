import TidegateModel

/// A path as it was written, and absolute.
struct ResolvedPath: Hashable, Sendable {
    /// Absolute and free of `.` and `..`, or text with `${…}` that is resolved when used.
    var path: String
}

extension ValueKind where Value == ResolvedPath {
    /// A path on this machine; `from` the folder of the job file where it is relative.
    static let path = ValueKind(schema: ["type": .text("string"), "minLength": .integer(1)], show: { _ in nil }) {
        tree, name, context in
        guard let scalar = scalar(of: tree, named: name, expected: "a path", context) else { return nil }
        if let refusal = refusal(of: scalar.text, named: name) {
            context.problems.error(refusal, at: scalar.position)
            return nil
        }
        let mistakes = EnvironmentText.mistakes(in: scalar.text)
        for mistake in mistakes {
            context.problems.error(mistake.message, at: context.position(ofScalar: mistake.offset, in: scalar))
        }
        guard mistakes.isEmpty else { return nil }
        return ResolvedPath(path: absolute(scalar.text, from: context.problems.folder(of: scalar.position)))
    }

    private static func refusal(of text: String, named name: String) -> String? {
        if text.isEmpty { return "'\(name)' has no value" }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "'\(name)' must not contain control characters"
        }
        if text == "~" || text.hasPrefix("~/") { return "'\(name)' does not expand '~', write ${env:HOME}" }
        if let scheme = text.prefixMatch(of: #/([a-z][a-z0-9+.\-]*):\/\//#) {
            return "'\(name)' must be a path on this machine in this version, not \(scheme.1)://"
        }
        return nil
    }

    private static func absolute(_ text: String, from folder: String) -> String {
        if text.hasPrefix("${") { return text }
        let joined = text.hasPrefix("/") ? text : folder + "/" + text
        // What stands in for the reference is not known yet, so what `..` after it means is not either.
        return joined.contains("${") ? joined : standardized(joined)
    }

    /// By the text alone: whether a component is a link is for the machine that uses the path.
    private static func standardized(_ path: String) -> String {
        var components: [Substring] = []
        for component in path.split(separator: "/") where component != "." {
            if component == ".." { _ = components.popLast() } else { components.append(component) }
        }
        return "/" + components.joined(separator: "/")
    }
}

/// Text that may take parts from the environment: `${env:NAME}` and `${file:/path}`.
enum EnvironmentText {
    /// What is wrong with the references in a text; offsets count Unicode scalars.
    static func mistakes(in text: String) -> [(offset: Int, message: String)] {
        var mistakes: [(Int, String)] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            let offset = text.unicodeScalars.distance(from: text.startIndex, to: start.lowerBound)
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "}") else {
                mistakes.append((offset, "'${' is never closed"))
                break
            }
            let reference = rest[..<end]
            if !isReference(reference) {
                mistakes.append((offset, "unknown reference '${\(reference)}', write ${env:NAME} or ${file:/path}"))
            }
            rest = rest[end...].dropFirst()
        }
        return mistakes
    }

    /// Whether the whole text is one well-formed reference, so that nothing of it is a value.
    static func isOneReference(_ text: String) -> Bool {
        guard text.hasPrefix("${"), text.hasSuffix("}") else { return false }
        return isReference(text.dropFirst(2).dropLast())
    }

    private static func isReference(_ text: Substring) -> Bool {
        text.wholeMatch(of: #/env:[A-Za-z_][A-Za-z0-9_]*|file:\/[^}]+/#) != nil
    }
}

extension ValueKind where Value == Secret {
    /// A password or a key.
    ///
    /// Job files are kept in Git, so only where it is found may be written.
    static let secret: ValueKind = {
        var kind = ValueKind(
            schema: ["type": .text("string"), "pattern": .text(#"^\$\{(env:[A-Za-z_][A-Za-z0-9_]*|file:/[^}]+)\}$"#)],
            show: { _ in nil },
            read: { tree, name, context in
                guard case .scalar(let scalar) = tree, EnvironmentText.isOneReference(scalar.text) else {
                    context.problems.error(
                        "'\(name)' is a secret and must not be written here, write ${env:NAME} or ${file:/path}",
                        at: tree.position
                    )
                    return nil
                }
                return Secret(scalar.text)
            }
        )
        kind.isSecret = true
        return kind
    }()
}
