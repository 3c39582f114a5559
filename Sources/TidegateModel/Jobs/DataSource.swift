import Foundation

/// What gives out a kind of ids: in Audience Manager's files a number, the data provider's id (DPID).
package struct DataSource: Hashable, Codable, Sendable {
    package enum Kind: String, CaseIterable, Codable, Sendable {
        /// Ids of browsers and devices.
        case device
        /// Ids of people, such as those of a CRM.
        case crossDevice = "cross-device"
    }

    /// How the ids of a data source look; one that looks otherwise is rejected.
    package enum IDForm: String, CaseIterable, Codable, Sendable {
        case any
        /// 38 digits.
        case aamUUID = "aam-uuid"
        /// 32 hexadecimal digits as 8-4-4-4-12, in either case.
        case uuid
        case lowercaseUUID = "lowercase-uuid"
        case uppercaseUUID = "uppercase-uuid"
        /// Letters, digits and dashes.
        case alphanumeric
        /// 64 hexadecimal digits.
        case sha256
    }

    package var id: UUID
    package var name: String
    /// The number in file names; 0 is Audience Manager's own ids.
    package var dpid: Int64
    package var kind: Kind
    package var form: IDForm
    /// The attribute in which profiles have their id of this data source; nil where files alone bring them together.
    package var attribute: String?

    private enum CodingKeys: String, CodingKey {
        case id, name, dpid, attribute
        case kind = "type"
        case form = "ids"
    }

    package init(id: UUID, name: String, dpid: Int64, kind: Kind, form: IDForm = .any, attribute: String? = nil) {
        self.id = id
        self.name = name
        self.dpid = dpid
        self.kind = kind
        self.form = form
        self.attribute = attribute
    }
}

extension DataSource {
    /// The ones that everybody shares, and how the ids of each look.
    package static let global: [(name: String, dpid: Int64, form: IDForm)] = [
        ("aam-uuid", 0, .aamUUID), ("gaid", 20914, .lowercaseUUID), ("idfa", 20915, .uppercaseUUID),
        ("roku-rida", 121963, .lowercaseUUID), ("microsoft-maid", 389146, .alphanumeric),
        ("samsung-tifa", 963906, .alphanumeric), ("fire-tv", 488258, .lowercaseUUID),
        ("lg-lgudid", 1171485, .lowercaseUUID), ("vizio-ifa", 1171489, .alphanumeric),
    ]

    /// The numbers of the declared and the global data sources by their names; a declared one has its name first.
    package static func dpids(byName declared: [DataSource]) -> [String: Int64] {
        Dictionary(declared.map { ($0.name, $0.dpid) } + global.map { ($0.name, $0.dpid) }) { first, _ in first }
    }
}
