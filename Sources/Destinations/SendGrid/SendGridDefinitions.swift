import TidegateModel

/// The fields that an account has, by which a mapping's names become keys.
struct SendGridDefinitions: Hashable, Sendable {
    struct Custom: Hashable, Sendable {
        var id: String
        var name: String
        var type: String
    }

    struct Reserved: Hashable, Sendable {
        var name: String
        var type: String
        var isReadOnly: Bool
    }

    var custom: [Custom]
    var reserved: [Reserved]

    init(custom: [Custom] = [], reserved: [Reserved] = []) {
        self.custom = custom
        self.reserved = reserved
    }

    /// Of an answer to `GET /v3/marketing/field_definitions`; what it does not have is not there.
    init(_ answer: SendGridJSON) {
        custom = answer["custom_fields"].items.compactMap { field in
            guard let id = field["id"].text, let name = field["name"].text else { return nil }
            return Custom(id: id, name: name, type: field["field_type"].text ?? "Text")
        }
        reserved = answer["reserved_fields"].items.compactMap { field in
            guard let name = field["name"].text else { return nil }
            let type = field["field_type"].text ?? "Text"
            return Reserved(name: name, type: type, isReadOnly: field["read_only"].isTrue)
        }
    }

    /// The field of each column, in their order.
    ///
    /// - Throws: `.rejected` for a name that the account does not have or cannot fill, and for values that do not fit.
    func fields(for columns: [PushColumn]) throws(DeliveryError) -> [SendGridField] {
        var fields: [SendGridField] = []
        for column in columns {
            let field = try field(named: column.field)
            if let twin = fields.first(where: { $0.key == field.key && $0.isCustom == field.isCustom }) {
                throw .rejected("the mapping fills SendGrid's field '\(twin.name)' twice")
            }
            try Self.check(column.type, fits: field)
            fields.append(field)
        }
        guard fields.contains(where: { $0.content == .email || $0.content == .identifier }) else {
            let names = (["email"] + SendGridField.identifiers).joined(separator: ", ")
            throw .rejected("the mapping has none of the fields by which SendGrid tells contacts apart: \(names)")
        }
        return fields
    }

    private func field(named name: String) throws(DeliveryError) -> SendGridField {
        if let field = SendGridField.reserved.first(where: { $0.key == name }) { return field }
        if let field = custom.first(where: { $0.name.lowercased() == name.lowercased() }) {
            return SendGridField(field.id, name: name, Self.content(of: field.type), isCustom: true)
        }
        guard let field = reserved.first(where: { $0.name == name }) else {
            let nearest = Spelling.nearest(to: name, in: fillable)
            throw .rejected("SendGrid has no field '\(name)'" + (nearest.map { ", did you mean '\($0)'?" } ?? ""))
        }
        guard !field.isReadOnly else { throw .rejected("SendGrid's field '\(name)' can only be read") }
        guard !Self.memberships.contains(name) else {
            throw .rejected("SendGrid's field '\(name)' cannot be mapped, the list stands on the dataflow")
        }
        return SendGridField(name, Self.content(of: field.type))
    }

    /// Reserved, but no value of a contact.
    private static let memberships = ["list_ids", "segment_ids"]

    private var fillable: [String] {
        let others = reserved.filter { !$0.isReadOnly && !Self.memberships.contains($0.name) }
        return SendGridField.reserved.map(\.key) + custom.map(\.name) + others.map(\.name)
    }

    private static func content(of type: String) -> SendGridField.Content {
        switch type {
        case "Number": .number
        case "Date": .date
        default: .text
        }
    }

    /// Text may hold anything, so its values are looked at one by one.
    private static func check(_ type: AttributeType, fits field: SendGridField) throws(DeliveryError) {
        let fits =
            switch (field.content, type) {
            case (_, .text), (.text, _): true
            case (.number, .integer), (.number, .real): true
            case (.date, .date), (.date, .timestamp): true
            case (.identifier, .integer), (.phone, .integer): true
            default: false
            }
        guard !fits else { return }
        throw .rejected("SendGrid's field '\(field.name)' takes no \(type.rawValue) values")
    }
}
