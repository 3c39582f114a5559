import TidegateModel

/// The profiles that a receiver refused, for people and their spreadsheets.
struct RejectedList {
    let documents: [Document]

    /// One profile as `show --rejected --json` prints it.
    struct Document: Encodable, Equatable {
        let key: String
        let reason: String
        /// The receiver's words.
        let message: String
        let batch: Int
    }

    /// - Parameter schema: says whether the key is personal; where it is not known, it is taken to be.
    init(_ profiles: [RejectedProfile], schema: ProfileSchema?) {
        let isPersonal = schema.flatMap { $0.attribute(named: $0.key)?.isPersonal } ?? true
        documents = profiles.map { profile in
            Document(
                key: isPersonal ? Self.masked(profile.key) : profile.key, reason: profile.code,
                message: profile.message, batch: profile.batch
            )
        }
    }

    /// RFC 4180 with a header, lines ending in `\n`.
    var csv: String {
        (["key,reason,message"]
            + documents.map { [$0.key, $0.reason, $0.message].map(Self.cell).joined(separator: ",") })
            .map { $0 + "\n" }.joined()
    }

    /// The first character, which helps whoever knows the value, and an ellipsis.
    static func masked(_ value: String) -> String {
        // A value of one character would be shown whole.
        value.count > 1 ? "\(value.prefix(1))…" : "…"
    }

    /// One field of a line.
    ///
    /// What a spreadsheet would take for a formula gets an apostrophe in front.
    static func cell(_ value: String) -> String {
        let starts: [Unicode.Scalar] = ["=", "+", "-", "@", "\t", "\r"]
        let isFormula = value.unicodeScalars.first.map(starts.contains) ?? false
        let text = isFormula ? "'" + value : value
        guard text.unicodeScalars.contains(where: { [",", "\"", "\n", "\r"].contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
