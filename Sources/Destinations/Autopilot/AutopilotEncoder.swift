import TidegateModel

/// Writes profiles as contacts: fields of every contact beside each other, custom ones in `custom`.
struct AutopilotEncoder: Sendable {
    private struct Slot: Sendable {
        let column: Int
        /// As it stands in front of the value: `"FirstName":`.
        let name: [UInt8]
        let isBare: Bool
    }

    private let email: Int?
    private let standard: [Slot]
    private let custom: [Slot]

    init(_ fields: [AutopilotField]) {
        var standard: [Slot] = []
        var custom: [Slot] = []
        for (column, field) in fields.enumerated() {
            switch field {
            case .standard(AutopilotFields.email): break
            case .standard(let name): standard.append(Self.slot(column, name, field))
            case .custom(let key, _): custom.append(Self.slot(column, key, field))
            }
        }
        email = fields.firstIndex(of: .standard(AutopilotFields.email))
        self.standard = standard
        self.custom = custom
    }

    private static func slot(_ column: Int, _ name: String, _ field: AutopilotField) -> Slot {
        var bytes: [UInt8] = []
        bytes.appendJSON(text: name)
        bytes.append(UInt8(ascii: ":"))
        return Slot(column: column, name: bytes, isBare: field.isBare)
    }

    /// A value that is missing or empty is left out: what the contact has stays.
    func encode(_ row: PushRow, into contact: inout EncodedContact) -> PushVerdict {
        contact.removeAll()
        guard let email, row.cells[email].type != nil else { return .withheld("missing-email") }
        MailAddress.append(row[email], to: &contact.identity)
        guard !contact.identity.isEmpty else { return .withheld("missing-email") }
        guard MailAddress.isValid(contact.identity) else { return .withheld("invalid-email") }
        contact.body.append(contentsOf: #"{"Email":"#.utf8)
        contact.body.appendJSON(text: contact.identity[...])
        guard append(standard, of: row, to: &contact.body) else { return .withheld("invalid-value") }
        let hasCustom = custom.contains { !row.cells[$0.column].range.isEmpty }
        if hasCustom {
            contact.body.append(contentsOf: #","custom":{"#.utf8)
            guard append(custom, of: row, to: &contact.body) else { return .withheld("invalid-value") }
            contact.body.append(UInt8(ascii: "}"))
        }
        contact.body.append(UInt8(ascii: "}"))
        return .contact
    }

    /// A contact of which only the address is said; everything else it has stays.
    static func address(_ identity: String) -> [UInt8] {
        var body = Array(#"{"Email":"#.utf8)
        body.appendJSON(text: identity)
        body.append(UInt8(ascii: "}"))
        return body
    }

    private func append(_ slots: [Slot], of row: PushRow, to body: inout [UInt8]) -> Bool {
        for slot in slots where !row.cells[slot.column].range.isEmpty {
            if body.last != UInt8(ascii: "{") { body.append(UInt8(ascii: ",")) }
            body.append(contentsOf: slot.name)
            let value = row[slot.column]
            if slot.isBare {
                guard Self.append(bare: value, to: &body) else { return false }
            } else {
                body.appendJSON(text: value)
            }
        }
        return true
    }

    /// Infinity and its like have no form in JSON; one of them would make the body unreadable for all hundred.
    private static func append(bare value: ArraySlice<UInt8>, to body: inout [UInt8]) -> Bool {
        if value.elementsEqual("true".utf8) || value.elementsEqual("false".utf8) {
            body.append(contentsOf: value)
            return true
        }
        return body.appendJSON(number: value)
    }
}
