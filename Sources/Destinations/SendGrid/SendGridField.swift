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

    /// The reserved fields that `PUT /v3/marketing/contacts` takes, with the lengths of SendGrid's own description.
    static let reserved: [SendGridField] = [
        SendGridField("email", .email, longest: MailAddress.longest),
        SendGridField("phone_number_id", .identifier),
        SendGridField("external_id", .identifier, longest: 254),
        SendGridField("anonymous_id", .identifier, longest: 254),
        SendGridField("alternate_emails", .alternateEmails),
        SendGridField("first_name", .text, longest: 50),
        SendGridField("last_name", .text, longest: 50),
        SendGridField("address_line_1", .text, longest: 100),
        SendGridField("address_line_2", .text, longest: 100),
        SendGridField("city", .text, longest: 60),
        SendGridField("state_province_region", .text, longest: 50),
        SendGridField("postal_code", .text),
        SendGridField("country", .text, longest: 50),
        SendGridField("phone_number", .phone),
    ]
}
