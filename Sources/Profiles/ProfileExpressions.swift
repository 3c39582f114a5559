import TidegateModel

/// How a statement over `profile AS p` reads attributes.
struct ProfileExpressions {
    private let columns: ProfileColumns
    private let present: Set<String>

    init(_ schema: ProfileSchema, on connection: Connection) throws(ProfileError) {
        columns = ProfileColumns(schema: schema)
        present = Set(try ProfileColumns.present(on: connection))
    }

    func attribute(named name: String) throws(ProfileError) -> Attribute {
        guard let attribute = columns.schema.attribute(named: name) else {
            throw .rejected("profile has no attribute '\(name)'")
        }
        return attribute
    }

    /// `p."orders:integer"`; NULL where no ingest has brought the attribute yet.
    func expression(_ attribute: Attribute) -> String {
        guard !isKey(attribute) else { return "p.key" }
        guard present.contains("\(attribute.name):\(attribute.type.rawValue)") else { return "NULL" }
        return "p.\(columns.column(of: attribute))"
    }

    func isKey(_ attribute: Attribute) -> Bool { attribute.name == columns.schema.key }

    /// Whether a profile has a value: an empty text is none.
    func hasValue(_ attribute: Attribute) -> String {
        expression(attribute) + (attribute.type == .text ? " <> ''" : " IS NOT NULL")
    }
}
