import TidegateModel

/// Writes profiles as SendGrid's contacts, without a string for each value.
struct SendGridContactWriter: Sendable {
    private struct Entry: Sendable {
        var column: Int
        var field: SendGridField
        /// `"first_name":`
        var key: [UInt8]
        var tooLong: String
        var invalid: String

        func isTooLong(_ value: ArraySlice<UInt8>) -> Bool {
            guard let longest = field.longest, value.count > longest else { return false }
            return Text.characters(in: value) > longest
        }
    }

    private let email: Entry?
    /// In the order in which they stand in for a missing e-mail.
    private let identifiers: [Entry]
    private let others: [Entry]
    private let custom: [Entry]

    /// - Parameter fields: of each column of the rows.
    init(_ fields: [SendGridField]) {
        let entries = fields.enumerated().map { column, field in
            var key: [UInt8] = []
            key.appendJSON(text: field.key)
            key.append(UInt8(ascii: ":"))
            let code = field.key.replacing("_", with: "-")
            return Entry(
                column: column, field: field, key: key, tooLong: "too-long-\(code)", invalid: "invalid-\(code)"
            )
        }
        email = entries.first { $0.field.content == .email }
        identifiers = SendGridField.identifiers.compactMap { name in entries.first { $0.field.key == name } }
        others = entries.filter { ![.email, .identifier].contains($0.field.content) && !$0.field.isCustom }
        custom = entries.filter(\.field.isCustom)
    }

    /// The e-mail is the identity; where a contact has none, its first other identifier with the identifier's name before
    /// it, such as `external_id:4711`. No e-mail has a colon, so the two never meet.
    func write(_ row: PushRow, into contact: inout EncodedContact) -> PushVerdict {
        contact.removeAll()
        contact.body.append(UInt8(ascii: "{"))
        if let email {
            MailAddress.append(row[email.column], to: &contact.identity)
            if !contact.identity.isEmpty {
                guard MailAddress.isValid(contact.identity) else { return .withheld("invalid-email") }
                append(contact.identity[...], as: email, to: &contact.body)
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
        if entry.field.key == "phone_number_id" {
            guard let phone = PhoneNumber.normal(value) else { return entry.invalid }
            value = phone
        }
        if entry.isTooLong(value) { return entry.tooLong }
        append(value, as: entry, to: &contact.body)
        if contact.identity.isEmpty { contact.identity = Array("\(entry.field.key):".utf8) + value }
        return nil
    }

    private func append(_ row: PushRow, _ entry: Entry, to contact: inout EncodedContact) -> String? {
        let value = row[entry.column]
        guard !value.isEmpty else { return nil }
        switch entry.field.content {
        case .alternateEmails:
            appendAlternates(value, as: entry, to: &contact)
        case .phone:
            guard let phone = PhoneNumber.normal(value) else { return entry.invalid }
            append(phone, as: entry, to: &contact.body)
        case .number, .date:
            appendConverted(value, as: entry, to: &contact.body)
        case .email, .identifier, .text:
            if entry.isTooLong(value) { return entry.tooLong }
            append(value, as: entry, to: &contact.body)
        }
        return nil
    }

    private func appendCustomFields(_ row: PushRow, to contact: inout EncodedContact) {
        guard !custom.isEmpty else { return }
        let start = contact.body.count
        var isOpen = false
        for entry in custom where !row[entry.column].isEmpty {
            let before = contact.body.count
            if !isOpen { contact.body.append(contentsOf: Self.customFields) }
            let opened = contact.body.count
            if entry.field.content == .text {
                append(row[entry.column], as: entry, to: &contact.body)
            } else {
                appendConverted(row[entry.column], as: entry, to: &contact.body)
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

    private func append(_ value: ArraySlice<UInt8>, as entry: Entry, to body: inout [UInt8]) {
        appendKey(of: entry, to: &body)
        body.appendJSON(text: value)
    }

    /// Adds nothing where the value is no number or no date, because SendGrid drops a contact for it without a word.
    private func appendConverted(_ value: ArraySlice<UInt8>, as entry: Entry, to body: inout [UInt8]) {
        let start = body.count
        appendKey(of: entry, to: &body)
        let fits =
            entry.field.content == .number
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
        body.append(contentsOf: entry.key)
    }
}
