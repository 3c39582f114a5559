/// The fields of a contact at SendGrid, in its own words.
package enum SendGridFields {
    /// What a contact can be known by; each has at least one.
    package static let identifiers = ["email", "phone_number_id", "external_id", "anonymous_id"]

    /// The fields of every contact that a push may write, all of them texts, and the most characters that each takes,
    /// where there is a limit. `alternate_emails` is a list.
    package static let standard: [(name: String, longest: Int?)] = [
        ("email", 254), ("phone_number_id", nil), ("external_id", 254), ("anonymous_id", 254),
        ("alternate_emails", 254), ("first_name", 50), ("last_name", 50), ("address_line_1", 100),
        ("address_line_2", 100), ("city", 60), ("state_province_region", 50), ("postal_code", nil), ("country", 50),
        ("phone_number", nil), ("whatsapp", nil), ("line", nil), ("facebook", nil), ("unique_name", nil),
    ]

    /// What SendGrid sets itself, or a push says elsewhere, and what to know about it.
    package static let unwritable = [
        "email_domains": "is read-only at SendGrid", "last_clicked": "is read-only at SendGrid",
        "last_opened": "is read-only at SendGrid", "last_emailed": "is read-only at SendGrid",
        "singlesend_id": "is read-only at SendGrid", "automation_id": "is read-only at SendGrid",
        "created_at": "is read-only at SendGrid", "updated_at": "is read-only at SendGrid",
        "contact_id": "is read-only at SendGrid", "segment_ids": "is read-only at SendGrid",
        "list_ids": "is not for a mapping: the dataflow names its list",
        "custom_fields": "is not for a mapping: a custom field is mapped by its own name",
    ]

    package static func isStandard(_ field: String) -> Bool { standardNames.contains(field) }

    /// The most characters that a standard field takes; nil where there is no limit.
    package static func longest(_ field: String) -> Int? { standard.first { $0.name == field }?.longest }

    private static let standardNames = Set(standard.map(\.name))

    /// Why values of a type cannot be mapped to a field, as a sentence; nil where they can.
    ///
    /// Any other name is taken for a custom field, which only SendGrid knows. `type` is nil where it is not known.
    package static func refusal(of field: String, _ type: AttributeType?) -> String? {
        if isStandard(field) {
            return type.flatMap { takes(field, $0) ? nil : "field '\(field)' takes no values of type \($0.rawValue)" }
        }
        if let reason = unwritable[field] { return "field '\(field)' \(reason)" }
        // Custom fields are told apart whatever their case, and cannot be named as the others.
        let reserved = standard.map(\.name) + unwritable.keys.sorted()
        if let meant = reserved.first(where: { $0 == field.lowercased() }) {
            return "unknown SendGrid field '\(field)', did you mean '\(meant)'?"
        }
        if field.wholeMatch(of: #/[A-Za-z_][A-Za-z0-9_]*/#) == nil {
            let hint = Spelling.nearest(to: field, in: standard.map(\.name)).map { ", did you mean '\($0)'?" }
            return "'\(field)' cannot be a SendGrid field, whose names are letters, digits and underscores without a "
                + "digit first\(hint ?? "")"
        }
        return nil
    }

    /// Whether values of a type can be written to a standard field.
    private static func takes(_ field: String, _ type: AttributeType) -> Bool {
        switch field {
        case "email", "alternate_emails": type == .text
        case "phone_number_id", "external_id", "anonymous_id", "phone_number": type == .text || type == .integer
        default: true
        }
    }

    /// What a mapping to `fields` lacks, as a sentence; nil where it lacks nothing.
    package static func lack(of fields: [String]) -> String? {
        guard !fields.contains(where: { identifiers.contains($0.lowercased()) }) else { return nil }
        return "mapping has no field 'email' (nor phone_number_id, external_id or anonymous_id), "
            + "by which SendGrid tells contacts apart"
    }
}

/// The fields of a contact at Autopilot, in its own words.
package enum AutopilotFields {
    /// The types that custom fields have; the type is part of a custom field's name.
    package enum CustomType: String, CaseIterable, Sendable {
        case string, integer, float, boolean, date
    }

    /// By which contacts are told apart.
    package static let email = "Email"
    package static let unsubscribed = "unsubscribed"

    /// The fields of every contact; other case is another field. All are texts but `unsubscribed`.
    package static let standard = [
        email, "FirstName", "LastName", "Salutation", "Company", "NumberOfEmployees", "Title", "Industry", "Phone",
        "MobilePhone", "Fax", "Website", "MailingStreet", "MailingCity", "MailingState", "MailingPostalCode",
        "MailingCountry", "LeadSource", "Status", "Twitter", "LinkedIn", unsubscribed,
    ]

    /// What nobody may write, and why.
    package static let unwritable = [
        "owner_name": "is read-only at Autopilot", "contact_id": "is given by Autopilot",
        "created_at": "is given by Autopilot", "updated_at": "is given by Autopilot",
        "_NewEmail": "would give contacts another address",
        "_autopilot_list": "is not for a mapping: the dataflow names its list",
        "_autopilot_session_id": "is not for a mapping",
    ]

    private static let separator = "--"

    /// Why values of a type cannot be mapped to a field, as a sentence; nil where they can. `type` is nil where it is not
    /// known.
    package static func refusal(of field: String, _ type: AttributeType?) -> String? {
        if let reason = unwritable[field] { return "field '\(field)' \(reason)" }
        if standard.contains(field) { return mismatch(field, type) }
        guard let split = field.firstRange(of: separator) else {
            let hint =
                Spelling.nearest(to: field, in: standard).map { ", did you mean '\($0)'?" }
                ?? "; a custom field is written as 'string--\(spelled(field))'"
            return "unknown Autopilot field '\(field)'\(hint)"
        }
        let (word, name) = (String(field[..<split.lowerBound]), field[split.upperBound...])
        guard CustomType(rawValue: word) != nil else {
            let types = CustomType.allCases.map(\.rawValue)
            let hint = Spelling.nearest(to: word, in: types).map { ", did you mean '\($0)--\(spelled(name))'?" }
            return "custom field '\(field)' must begin with one of string--, integer--, float--, boolean-- and date--"
                + (hint ?? "")
        }
        if name.isEmpty { return "custom field '\(field)' has no name" }
        if name.contains(" ") {
            return "custom field '\(field)' must have '--' for each space, did you mean '\(word)--\(spelled(name))'?"
        }
        return mismatch(field, type)
    }

    /// The type of a custom field; nil for a standard one.
    package static func customType(of field: String) -> CustomType? {
        field.firstRange(of: separator).flatMap { CustomType(rawValue: String(field[..<$0.lowerBound])) }
    }

    private static func mismatch(_ field: String, _ type: AttributeType?) -> String? {
        guard let type, !takes(field, type) else { return nil }
        return "field '\(field)' takes no values of type \(type.rawValue)"
    }

    /// Whether values of a type can be written to the field without guessing what they mean.
    private static func takes(_ field: String, _ type: AttributeType) -> Bool {
        if field == email { return type == .text }
        if field == unsubscribed { return type == .boolean }
        return switch customType(of: field) {
        case nil, .string: true
        case .integer: type == .integer
        case .float: type == .real || type == .integer
        case .boolean: type == .boolean
        case .date: type == .date || type == .timestamp
        }
    }

    private static func spelled(_ name: some StringProtocol) -> String {
        name.split(separator: " ").joined(separator: separator)
    }

    /// What a mapping to `fields` lacks, as a sentence; nil where it lacks nothing.
    package static func lack(of fields: [String]) -> String? {
        guard !fields.contains(where: { $0.lowercased() == email.lowercased() }) else { return nil }
        return "mapping has no field 'Email', by which Autopilot tells contacts apart"
    }
}
