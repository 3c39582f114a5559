import TidegateModel

/// A `DataSource` document.
enum DataSourceKind {
    static let dpid = Field.required(
        "dpid", .integer(from: 0),
        help: "The number in file names, unique among data sources; 0 is Audience Manager's own ids."
    )
    static let type = Field.required(
        "type", .choice(DataSource.Kind.self),
        help: "Whether the ids are of browsers and devices (device) or of people (cross-device)."
    )
    static let ids = Field.optional(
        "ids", .choice(DataSource.IDForm.self), default: .any,
        help: "How the ids look, others are rejected; of a global data source its own form, whatever is written here."
    )
    static let attribute = Field.optional(
        "attribute", .reference,
        help: "The attribute, of type text, in which profiles have their id of this data source."
    )

    static let shape = Shape(
        "DataSource", help: "What gives out a kind of ids that files in Audience Manager's formats hold.",
        [Kind.dataSource.field] + IdentityFields.declarations + [
            dpid.declaration, type.declaration, ids.declaration, attribute.declaration,
        ]
    )

    static func read(_ reader: ObjectReader) -> DataSourceDraft {
        DataSourceDraft(
            identity: .read(reader, kind: .dataSource), dpid: reader.located(dpid), type: reader.located(type),
            form: reader.has(ids) ? reader.located(ids) : nil, attribute: reader.located(attribute)
        )
    }
}

/// A data source's document as it was written.
struct DataSourceDraft {
    var identity: Identity
    var dpid: Located<Int>?
    var type: Located<DataSource.Kind>?
    /// Nil where none is written.
    var form: Located<DataSource.IDForm>?
    var attribute: Located<String>?
}
