/// The type of an attribute, as job files spell it.
package enum AttributeType: String, CaseIterable, Codable, Sendable {
    case text, integer, real, boolean, date, timestamp
}

/// A typed column of the profile.
package struct Attribute: Hashable, Codable, Sendable {
    package var name: String
    package var type: AttributeType
    /// Masked on pages, in logs and in `explain`.
    package var isPersonal: Bool

    private enum CodingKeys: String, CodingKey {
        case name, type
        case isPersonal = "personal"
    }

    package init(_ name: String, _ type: AttributeType, personal: Bool = false) {
        self.name = name
        self.type = type
        self.isPersonal = personal
    }
}

/// The attributes of a profile, in the order of the job file, and which of them identifies it.
package struct ProfileSchema: Hashable, Codable, Sendable {
    /// The name of the key attribute, which is of type text and among `attributes`.
    package var key: String
    package var attributes: [Attribute]

    package init(key: String, attributes: [Attribute]) {
        self.key = key
        self.attributes = attributes
    }

    package func attribute(named name: String) -> Attribute? {
        attributes.first { $0.name == name }
    }
}
