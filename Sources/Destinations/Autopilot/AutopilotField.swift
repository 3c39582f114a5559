import TidegateModel

/// Where a mapped value goes in a contact, as Autopilot spells it.
enum AutopilotField: Hashable, Sendable {
    typealias CustomType = AutopilotFields.CustomType

    /// A field of every contact; all are texts but `unsubscribed`.
    case standard(String)
    case custom(key: String, CustomType)

    static let standard = AutopilotFields.standard
    static let email = AutopilotFields.email
    static let unsubscribed = AutopilotFields.unsubscribed
    static let unwritable = AutopilotFields.unwritable
    private static let separator = "--"

    /// Takes a name out of a mapping, or says why it is none.
    init(_ name: String) throws(DeliveryError) {
        if Self.standard.contains(name) {
            self = .standard(name)
        } else if let reason = Self.unwritable[name] {
            throw .rejected("field '\(name)' \(reason)")
        } else if let separator = name.firstRange(of: Self.separator) {
            self = try Self.custom(name, type: String(name[..<separator.lowerBound]), name[separator.upperBound...])
        } else if let meant = Spelling.nearest(to: name, in: Self.standard) {
            throw .rejected("field '\(name)' is not known to Autopilot, did you mean '\(meant)'?")
        } else {
            throw .rejected(
                "field '\(name)' is not known to Autopilot; a custom field is written as 'string--\(Self.spelled(name))'"
            )
        }
    }

    private static func custom(_ key: String, type: String, _ name: Substring) throws(DeliveryError) -> AutopilotField {
        guard let custom = CustomType(rawValue: type) else {
            let types = CustomType.allCases.map(\.rawValue)
            let meant = Spelling.nearest(to: type, in: types).map { "\($0)--\(spelled(name))" }
            throw .rejected(
                "custom field '\(key)' has none of the types \(types.joined(separator: ", "))"
                    + (meant.map { ", did you mean '\($0)'?" } ?? "")
            )
        }
        guard !name.isEmpty else { throw .rejected("custom field '\(key)' has no name") }
        guard !name.contains(" ") else {
            throw .rejected("custom field '\(key)' has a space, did you mean '\(type)--\(spelled(name))'?")
        }
        return .custom(key: key, custom)
    }

    /// Custom fields have two hyphens for each space in their names.
    private static func spelled(_ name: some StringProtocol) -> String {
        name.split(separator: " ").joined(separator: separator)
    }

    /// Whether values of a type can be written to the field without guessing what they mean.
    func takes(_ type: AttributeType) -> Bool {
        switch self {
        case .standard(Self.unsubscribed), .custom(_, .boolean): type == .boolean
        case .standard(Self.email): type == .text
        case .standard, .custom(_, .string): true
        case .custom(_, .integer): type == .integer
        case .custom(_, .float): type == .real || type == .integer
        case .custom(_, .date): type == .date || type == .timestamp
        }
    }

    /// Whether values stand in JSON without quotes.
    var isBare: Bool {
        switch self {
        case .standard(Self.unsubscribed), .custom(_, .boolean), .custom(_, .integer), .custom(_, .float): true
        case .standard, .custom(_, .string), .custom(_, .date): false
        }
    }

    /// The fields of a mapping, in its order.
    static func resolve(_ columns: [PushColumn]) throws(DeliveryError) -> [AutopilotField] {
        var fields: [AutopilotField] = []
        for column in columns {
            let field = try AutopilotField(column.field)
            guard field.takes(column.type) else {
                throw .rejected("field '\(column.field)' takes no values of type \(column.type.rawValue)")
            }
            guard !fields.contains(field) else { throw .rejected("field '\(column.field)' is mapped twice") }
            fields.append(field)
        }
        guard fields.contains(.standard(Self.email)) else {
            throw .rejected("mapping has no field 'Email', by which Autopilot tells contacts apart")
        }
        return fields
    }
}
