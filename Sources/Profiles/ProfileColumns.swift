import TidegateModel

/// Where the attributes of a schema live in the `profile` table.
struct ProfileColumns {
    let schema: ProfileSchema

    /// The quoted column of an attribute; the key attribute is the table's own key.
    func column(of attribute: Attribute) -> String {
        attribute.name == schema.key ? "key" : Self.quoted(Self.name(of: attribute))
    }

    /// The name of the column of an attribute that is not the key, without quotes.
    static func name(of attribute: Attribute) -> String {
        "\(attribute.name):\(attribute.type.rawValue)"
    }

    static func quoted(_ name: String) -> String {
        "\"\(name)\""
    }

    /// Adds the columns that the store does not have yet. Other columns stay as they are.
    func addMissing(on connection: Connection) throws(ProfileError) {
        let present = try Self.present(on: connection)
        for attribute in schema.attributes where attribute.name != schema.key {
            guard !present.contains(Self.name(of: attribute)) else { continue }
            try connection.execute(
                "ALTER TABLE profile ADD COLUMN \(column(of: attribute)) \(Self.affinity(attribute.type))"
            )
        }
    }

    /// The names of all columns that the store has, in their order, which begins with `key`, `id`, `updated_at`.
    static func present(on connection: Connection) throws(ProfileError) -> [String] {
        let statement = try connection.prepare("SELECT name FROM pragma_table_info('profile') ORDER BY cid")
        var names: [String] = []
        while try statement.step() { names.append(statement.text(at: 0)) }
        return names
    }

    /// How a value is stored: dates as days since 1970-01-01, timestamps as milliseconds since then, booleans as 0 and 1.
    private static func affinity(_ type: AttributeType) -> String {
        switch type {
        case .text: "TEXT"
        case .integer, .boolean, .date, .timestamp: "INTEGER"
        case .real: "REAL"
        }
    }
}
