/// One entry of the `errors` of an answer.
struct SendGridProblem: Hashable, Sendable {
    /// May quote a contact's data: only `SendGridProblem.safe` leaves this folder.
    var message: String
    var field: String?

    init(_ message: String, field: String? = nil) {
        self.message = message
        self.field = field
    }

    /// The entries of an answer's body, whatever its shape: `errors` as an array, as one object or as a text, the array by
    /// itself, or nothing.
    static func problems(in body: [UInt8]) -> [SendGridProblem] {
        let answer = SendGridJSON(body)
        let errors = answer["errors"].isThere ? answer["errors"] : answer
        if let message = errors.text { return [SendGridProblem(message)] }
        return errors.items.compactMap { item in
            if let message = item.text { return SendGridProblem(message) }
            guard let message = item["message"].text ?? item["error"].text else { return nil }
            return SendGridProblem(message, field: item["field"].text ?? item["parameter"].text)
        }
    }

    /// What the message says is not valid, such as (`email`, `kim@example`).
    ///
    /// Of `email '<address>' is not valid` the quoted address counts and nothing else: the index that `field` has beside it
    /// is not the row's. The address may hold an apostrophe itself.
    var quoted: (kind: String, value: String)? {
        guard let match = message.wholeMatch(of: /\s*(?<kind>[A-Za-z_ ]+?) '(?<value>.*)' is (?:not valid|invalid)\W*/)
        else {
            return nil
        }
        let kind = match.kind.split(separator: " ").last.map { $0.lowercased() } ?? "value"
        return (kind, String(match.value))
    }

    /// The plan or the account is full: trying again helps as little as sending less.
    var isQuota: Bool {
        let message = message.lowercased()
        return ["maximum credits exceeded", "contact limit"].contains { message.contains($0) }
    }

    /// The mapping or the list is wrong, not a contact.
    var isConfiguration: Bool {
        let message = message.lowercased()
        if message.contains("custom field") || field == "list_ids" || message.contains("list_id") { return true }
        return message.contains("invalid input") && !(field ?? "").contains("[")
    }

    /// The message without anything that may be a contact's.
    var safe: String {
        Self.safe(message)
    }

    /// Without quoted words, words with an at sign, long numbers and words as long as a key's, cut to a line.
    static func safe(_ message: String, without values: [String] = []) -> String {
        var text = message
        for value in values where !value.isEmpty { text = text.replacing(value, with: "…") }
        text.replace(/'.*'/.dotMatchesNewlines(), with: "…")
        text.replace(/"[^"]*"/, with: "…")
        text.replace(/\S*@\S*/, with: "…")
        text.replace(/\S{25,}/, with: "…")
        text.replace(/\+?\d[\d ()-]{4,}/, with: "…")
        text.replace(/[\p{Cc}\s]+/, with: " ")
        text = Text.trimmed(text)
        return text.count <= 160 ? text : text.prefix(159) + "…"
    }
}
