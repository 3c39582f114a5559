import TidegateModel

/// Writes profiles as contacts: fields of every contact beside each other, custom ones in `custom`.
struct AutopilotEncoder: Sendable {
    /// Nothing in it is counted: it is copied for each value of each contact.
    private struct Slot: Sendable {
        let column: Int
        /// Where `"FirstName":` is in `names`.
        let name: Range<Int>
        let isBare: Bool
    }

    private let names: [UInt8]
    private let email: Int?
    private let standard: [Slot]
    private let custom: [Slot]

    init(_ fields: [AutopilotField]) {
        var names: [UInt8] = []
        var standard: [Slot] = []
        var custom: [Slot] = []
        for (column, field) in fields.enumerated() {
            switch field {
            case .standard(AutopilotFields.email): break
            case .standard(let name): standard.append(Self.slot(column, name, field, &names))
            case .custom(let key, _): custom.append(Self.slot(column, key, field, &names))
            }
        }
        email = fields.firstIndex(of: .standard(AutopilotFields.email))
        self.names = names
        self.standard = standard
        self.custom = custom
    }

    private static func slot(_ column: Int, _ name: String, _ field: AutopilotField, _ names: inout [UInt8]) -> Slot {
        let start = names.count
        names.appendJSON(text: name)
        names.append(UInt8(ascii: ":"))
        return Slot(column: column, name: start..<names.count, isBare: field.isBare)
    }

    /// A value that is missing or empty is left out: what the contact has stays.
    func encode(_ row: PushRow, into contact: inout EncodedContact) -> PushVerdict {
        contact.removeAll()
        guard let email, row.cells[email].type != nil else { return .withheld("missing-email") }
        MailAddress.append(row.bytes.span.extracting(row.cells[email].range), to: &contact.identity)
        guard !contact.identity.isEmpty else { return .withheld("missing-email") }
        guard MailAddress.isValid(contact.identity) else { return .withheld("invalid-email") }
        contact.body.append(contentsOf: #"{"Email":"#.utf8)
        let identity = contact.identity
        contact.body.appendJSON(text: identity.span)
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
        for slot in slots {
            let range = row.cells[slot.column].range
            if range.isEmpty { continue }
            if body.last != UInt8(ascii: "{") { body.append(UInt8(ascii: ",")) }
            // A slice of the names would be counted up and down again.
            names.withUnsafeBufferPointer { body.append(contentsOf: UnsafeBufferPointer(rebasing: $0[slot.name])) }
            if slot.isBare {
                guard Self.append(bare: row[slot.column], to: &body) else { return false }
            } else {
                body.appendJSON(text: row.bytes.span.extracting(range))
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
