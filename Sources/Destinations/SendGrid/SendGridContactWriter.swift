import TidegateModel

/// Writes profiles as SendGrid's contacts, without a string for each value.
struct SendGridContactWriter: Sendable {
    /// Nothing in it is counted: it is copied for each value of each contact.
    private struct Entry: Sendable {
        var column: Int
        /// Where `"first_name":` is in `keys`.
        var key: Range<Int>
        var content: SendGridField.Content
        var longest: Int

        func isTooLong(_ value: Swift.Span<UInt8>) -> Bool {
            value.count > longest && Text.characters(in: value) > longest
        }
    }

    /// Of each column of the rows.
    private let fields: [SendGridField]
    private let keys: [UInt8]
    private let email: Entry?
    /// In the order in which they stand in for a missing e-mail.
    private let identifiers: [Entry]
    private let others: [Entry]
    private let custom: [Entry]

    /// - Parameter fields: of each column of the rows.
    init(_ fields: [SendGridField]) {
        var keys: [UInt8] = []
        let entries = fields.enumerated().map { column, field in
            let start = keys.count
            keys.appendJSON(text: field.key)
            keys.append(UInt8(ascii: ":"))
            return Entry(
                column: column, key: start..<keys.count, content: field.content, longest: field.longest ?? .max
            )
        }
        self.fields = fields
        self.keys = keys
        email = entries.first { $0.content == .email }
        identifiers = SendGridField.identifiers.compactMap { name in entries.first { fields[$0.column].key == name } }
        others = entries.filter { ![.email, .identifier].contains($0.content) && !fields[$0.column].isCustom }
        custom = entries.filter { fields[$0.column].isCustom }
    }

    /// The e-mail is the identity; where a contact has none, its first other identifier with the identifier's name before
    /// it, such as `external_id:4711`. No e-mail has a colon, so the two never meet.
    func write(_ row: PushRow, into contact: inout EncodedContact) -> PushVerdict {
        contact.removeAll()
        contact.body.append(UInt8(ascii: "{"))
        if let email {
            MailAddress.append(row.bytes.span.extracting(row.cells[email.column].range), to: &contact.identity)
            if !contact.identity.isEmpty {
                guard MailAddress.isValid(contact.identity) else { return .withheld("invalid-email") }
                let identity = contact.identity
                append(identity.span, as: email, to: &contact.body)
            }
        }
        for entry in identifiers {
            if let reason = append(identifier: row[entry.column], as: entry, to: &contact) { return .withheld(reason) }
        }
        guard !contact.identity.isEmpty else {
            return .withheld(identifiers.isEmpty ? "missing-email" : "missing-identifier")
        }
        for entry in others {
            if let reason = append(row, entry, to: &contact) { return .withheld(reason) }
        }
        appendCustomFields(row, to: &contact)
        contact.body.append(UInt8(ascii: "}"))
        return .contact
    }

    /// - Returns: why the contact is withheld.
    private func append(
        identifier value: ArraySlice<UInt8>, as entry: Entry, to contact: inout EncodedContact
    ) -> String? {
        var value = Text.trimmed(value)
        guard !value.isEmpty else { return nil }
        if fields[entry.column].key == "phone_number_id" {
            guard let phone = PhoneNumber.normal(value) else { return code("invalid", entry) }
            value = phone
        }
        if entry.isTooLong(value.span) { return code("too-long", entry) }
        append(value.span, as: entry, to: &contact.body)
        if contact.identity.isEmpty { contact.identity = Array("\(fields[entry.column].key):".utf8) + value }
        return nil
    }

    private func append(_ row: PushRow, _ entry: Entry, to contact: inout EncodedContact) -> String? {
        let value = row.bytes.span.extracting(row.cells[entry.column].range)
        guard !value.isEmpty else { return nil }
        switch entry.content {
        case .alternateEmails:
            appendAlternates(row[entry.column], as: entry, to: &contact)
        case .phone:
            guard let phone = PhoneNumber.normal(row[entry.column]) else { return code("invalid", entry) }
            append(phone.span, as: entry, to: &contact.body)
        case .number, .date:
            appendConverted(row[entry.column], as: entry, to: &contact.body)
        case .email, .identifier, .text:
            if entry.isTooLong(value) { return code("too-long", entry) }
            append(value, as: entry, to: &contact.body)
        }
        return nil
    }

    private func appendCustomFields(_ row: PushRow, to contact: inout EncodedContact) {
        guard !custom.isEmpty else { return }
        let start = contact.body.count
        var isOpen = false
        for entry in custom {
            let value = row[entry.column]
            guard !value.isEmpty else { continue }
            let before = contact.body.count
            if !isOpen { contact.body.append(contentsOf: Self.customFields) }
            let opened = contact.body.count
            if entry.content == .text {
                append(value.span, as: entry, to: &contact.body)
            } else {
                appendConverted(value, as: entry, to: &contact.body)
            }
            if contact.body.count == opened {
                contact.body.removeSubrange(before...)
            } else {
                isOpen = true
            }
        }
        if contact.body.count > start { contact.body.append(UInt8(ascii: "}")) }
    }

    private static let customFields = Array(#","custom_fields":{"#.utf8)

    // MARK: Values

    private func append(_ value: Swift.Span<UInt8>, as entry: Entry, to body: inout [UInt8]) {
        appendKey(of: entry, to: &body)
        body.appendJSON(text: value)
    }

    /// Adds nothing where the value is no number or no date, because SendGrid drops a contact for it without a word.
    private func appendConverted(_ value: ArraySlice<UInt8>, as entry: Entry, to body: inout [UInt8]) {
        let start = body.count
        appendKey(of: entry, to: &body)
        let fits =
            entry.content == .number
            ? SendGridValue.append(number: value, to: &body) : SendGridValue.append(date: value, to: &body)
        if !fits { body.removeSubrange(start...) }
    }

    private func appendAlternates(_ value: ArraySlice<UInt8>, as entry: Entry, to contact: inout EncodedContact) {
        var addresses: [[UInt8]] = []
        for part in value.split(whereSeparator: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") }) {
            var address: [UInt8] = []
            MailAddress.append(part, to: &address)
            guard MailAddress.isValid(address), address != contact.identity, !addresses.contains(address) else {
                continue
            }
            addresses.append(address)
        }
        guard !addresses.isEmpty else { return }
        appendKey(of: entry, to: &contact.body)
        for (number, address) in addresses.prefix(Self.mostAlternates).enumerated() {
            contact.body.append(number == 0 ? UInt8(ascii: "[") : UInt8(ascii: ","))
            contact.body.appendJSON(text: address[...])
        }
        contact.body.append(UInt8(ascii: "]"))
    }

    private static let mostAlternates = 5

    private func appendKey(of entry: Entry, to body: inout [UInt8]) {
        if body.last != UInt8(ascii: "{") { body.append(UInt8(ascii: ",")) }
        // A slice of the keys would be counted up and down again.
        keys.withUnsafeBufferPointer { body.append(contentsOf: UnsafeBufferPointer(rebasing: $0[entry.key])) }
    }

    private func code(_ reason: String, _ entry: Entry) -> String {
        reason + "-" + fields[entry.column].key.replacing("_", with: "-")
    }
}
