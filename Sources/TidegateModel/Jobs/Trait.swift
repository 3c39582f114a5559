import Foundation

/// Something known of profiles that data files bring: by the trait's own number, or by signals that fulfil its rule.
package struct Trait: Hashable, Codable, Sendable {
    package var id: UUID
    package var name: String
    package var description: String
    /// The number in data files and in `has_trait(…)`.
    package var sid: Int64
    /// The name of the data source that owns the trait: only files of it (or targeted at it) change who has it.
    package var dataSource: String
    /// A rule over the keys and values of one line, which parses; nil for a trait that is brought by number alone.
    package var rule: String?

    private enum CodingKeys: String, CodingKey {
        case id, name, description, sid, dataSource
        case rule = "where"
    }

    package init(
        id: UUID, name: String, description: String = "", sid: Int64, dataSource: String, rule: String? = nil
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.sid = sid
        self.dataSource = dataSource
        self.rule = rule
    }
}
