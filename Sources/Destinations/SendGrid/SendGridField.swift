import TidegateModel

/// A field of a contact, as a column of the mapping fills it.
struct SendGridField: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        case email
        /// One of the three identifiers besides the e-mail.
        case identifier
        case alternateEmails
        case phone
        case text
        case number
        /// Written as MM/DD/YYYY.
        case date
    }

    /// By which a contact has the value: a reserved field's name, a custom field's id.
    var key: String
    /// As the mapping has it.
    var name: String
    var content: Content
    /// In characters; nil where SendGrid states none.
    var longest: Int?
    var isCustom = false

    init(_ key: String, name: String? = nil, _ content: Content, longest: Int? = nil, isCustom: Bool = false) {
        self.key = key
        self.name = name ?? key
        self.content = content
        self.longest = longest
        self.isCustom = isCustom
    }

    /// In the order in which they stand in for a missing e-mail.
    static let identifiers = ["phone_number_id", "external_id", "anonymous_id"]

    /// The reserved fields that `PUT /v3/marketing/contacts` takes.
    static let reserved: [SendGridField] =
        [SendGridField("email", .email), SendGridField("alternate_emails", .alternateEmails)]
        + identifiers.map { standard($0, .identifier) }
        + [
            "first_name", "last_name", "address_line_1", "address_line_2", "city", "state_province_region",
            "postal_code", "country",
        ].map { standard($0, .text) } + [standard("phone_number", .phone)]

    private static func standard(_ key: String, _ content: Content) -> SendGridField {
        SendGridField(key, content, longest: SendGridFields.longest(key))
    }
}
