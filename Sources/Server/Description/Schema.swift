/// JSON Schemas, as OpenAPI 3.1 has them.
enum Schema {
    static let text: JSONValue = ["type": "string"]
    static let integer: JSONValue = ["type": "integer"]
    static let boolean: JSONValue = ["type": "boolean"]
    static let id: JSONValue = ["type": "string", "format": "uuid"]
    static let count: JSONValue = ["type": "integer", "minimum": 0]
    static let milliseconds = described("milliseconds since 1970", integer)
    static let seconds = described("seconds since 1970", integer)
    static let instant: JSONValue = ["type": "string", "format": "date-time"]
    static let etag = described("with its double quotes, as If-Match wants it", text)

    /// A schema among the document's components.
    static func named(_ name: String) -> JSONValue { ["$ref": .text("#/components/schemas/\(name)")] }

    static func list(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }

    /// Members by names that are not known beforehand.
    static func map(_ values: JSONValue) -> JSONValue { ["type": "object", "additionalProperties": values] }

    static func word(_ words: [String]) -> JSONValue {
        ["type": "string", "enum": .list(words.map(JSONValue.text))]
    }

    static func any(_ schemas: [JSONValue]) -> JSONValue {
        schemas.count == 1 ? schemas[0] : ["anyOf": .list(schemas)]
    }

    static func described(_ sentence: String, _ schema: JSONValue) -> JSONValue {
        guard case .object(let members) = schema else { return schema }
        return .object(members + [JSONValue.Member(name: "description", value: .text(sentence))])
    }

    /// An object with these members, and maybe others. A name that ends with `?` is of a member that may be missing.
    static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        let required = members.map(\.key).filter { !$0.hasSuffix("?") }
        let properties = members.map { name, schema in
            JSONValue.Member(name: name.hasSuffix("?") ? String(name.dropLast()) : name, value: schema)
        }
        return [
            "type": "object", "properties": .object(properties),
            "required": required.isEmpty ? nil : .list(required.map(JSONValue.text)),
        ]
    }

    /// What `schema` says of objects, and that they have these members.
    static func whole(_ schema: JSONValue, with members: [String]) -> JSONValue {
        ["allOf": [schema, ["type": "object", "required": .list(members.map(JSONValue.text))]]]
    }
}
