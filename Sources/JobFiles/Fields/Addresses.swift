import TidegateModel

extension ValueKind where Value == String {
    /// Text that may take parts from the environment.
    ///
    /// `refusal` ends the sentence about text that takes none; what references bring shows only when it is used.
    static func filledIn(
        _ expected: String, pattern: String? = nil, refusal: @escaping @Sendable (String) -> String? = { _ in nil }
    ) -> ValueKind {
        var schema: JSON = ["type": .text("string"), "minLength": .integer(1)]
        if let pattern { schema = schema.adding(["pattern": .text(#"(\#(pattern))|\$\{"#)]) }
        return ValueKind(schema: schema, show: { .text($0) }) { tree, name, context in
            guard let scalar = scalar(of: tree, named: name, expected: expected, context) else { return nil }
            let problems = context.problems
            if scalar.text.isEmpty {
                problems.error("'\(name)' has no value", at: scalar.position)
                return nil
            }
            if scalar.text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
                problems.error("'\(name)' must not contain control characters", at: scalar.position)
                return nil
            }
            guard scalar.text.contains("${") else {
                guard let refusal = refusal(scalar.text) else { return scalar.text }
                problems.error("'\(name)' \(refusal)", at: scalar.position)
                return nil
            }
            let mistakes = EnvironmentText.mistakes(in: scalar.text)
            for mistake in mistakes {
                problems.error(mistake.message, at: context.position(ofScalar: mistake.offset, in: scalar))
            }
            return mistakes.isEmpty ? scalar.text : nil
        }
    }

    /// A host's name or address, and nothing else.
    static let host = filledIn("a host", pattern: #"^[A-Za-z0-9._-]+$|^\[[0-9A-Fa-f:.]+\]$"#) {
        ServiceURL.problem(withHost: $0)
    }

    /// The address that calls begin with, without a slash at its end.
    static let baseURL = address { _ in nil }

    /// The address of a server, without a path.
    static let endpoint = address { text in
        let server = text.drop { $0 != "/" }.drop { $0 == "/" }
        return server.contains("/") ? "must not hold a path, which is 'path'" : nil
    }

    private static func address(refusal: @escaping @Sendable (_ tidy: String) -> String?) -> ValueKind {
        let kind = filledIn("an address", pattern: "^https?://") { text in
            ServiceURL.problem(with: text) ?? refusal(withoutSlashesAtEnd(text))
        }
        return ValueKind(schema: kind.schema, show: kind.show) { tree, name, context in
            // Someone who writes a password into an address still wrote a password.
            if case .scalar(let scalar) = tree, scalar.text.contains("@") { context.withhold(tree) }
            return kind.read(tree, name, context).map(withoutSlashesAtEnd)
        }
    }

    private static func withoutSlashesAtEnd(_ text: String) -> String {
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }

    /// The rule of S3 and what speaks it.
    static let bucket = filledIn("a bucket's name", pattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$") {
        PlaceRules.problem(withBucket: $0)
    }

    /// The fingerprint of a host's key, as `ssh-keygen -lf` prints it.
    static let fingerprint = filledIn("a fingerprint", pattern: "^SHA256:[A-Za-z0-9+/]{43}$") {
        PlaceRules.problem(withFingerprint: $0)
    }
}
