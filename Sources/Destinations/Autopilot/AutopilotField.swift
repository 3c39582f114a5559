import TidegateModel

/// Where a mapped value goes in a contact, as Autopilot spells it.
enum AutopilotField: Hashable, Sendable {
    /// A field of every contact; all are texts but `unsubscribed`.
    case standard(String)
    case custom(key: String, AutopilotFields.CustomType)

    private static let email = AutopilotField.standard(AutopilotFields.email)

    /// Takes a column out of a mapping, or says why it is none.
    init(_ column: PushColumn) throws(DeliveryError) {
        if let refusal = AutopilotFields.refusal(of: column.field, column.type) { throw .rejected(refusal) }
        self =
            AutopilotFields.customType(of: column.field).map { .custom(key: column.field, $0) }
            ?? .standard(column.field)
    }

    /// Whether values stand in JSON without quotes.
    var isBare: Bool {
        switch self {
        case .standard(AutopilotFields.unsubscribed), .custom(_, .boolean), .custom(_, .integer), .custom(_, .float):
            true
        case .standard, .custom(_, .string), .custom(_, .date): false
        }
    }

    /// The fields of a mapping, in its order.
    static func resolve(_ columns: [PushColumn]) throws(DeliveryError) -> [AutopilotField] {
        var fields: [AutopilotField] = []
        for column in columns {
            let field = try AutopilotField(column)
            guard !fields.contains(field) else { throw .rejected("field '\(column.field)' is mapped twice") }
            fields.append(field)
        }
        guard fields.contains(email) else {
            throw .rejected("mapping has no field '\(AutopilotFields.email)', by which Autopilot tells contacts apart")
        }
        return fields
    }
}
