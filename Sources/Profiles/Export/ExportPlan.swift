import TidegateModel

/// What a scan reads for one export, as SQL over `profile AS p`, or over a table that stands for it.
///
/// The statements call `selected(id)`, `exited(id)` and `written(value, form)`, see `Connection.define`.
struct ExportPlan {
    /// In mapping order.
    private(set) var columns: [ExportColumn] = []
    private(set) var required: [RequiredColumn] = []
    /// Reads id, key and columns of every selected profile, in the order of the file.
    private(set) var rows = ""
    /// Reads id and the attributes that profiles are de-duplicated by; nil where they are not.
    ///
    /// Equal profiles come together, the winner first. Profiles that are skipped for want of a value take no part, nor
    /// do those that have none of the attributes: nothing says that they are one person.
    private(set) var candidates: String?

    struct RequiredColumn {
        let index: Int32
        let isText: Bool
        let skipCode: String
    }

    /// Where `rows` has the key, whether it is mapped or not.
    static let keyIndex: Int32 = 1

    private let profile: ProfileExpressions
    private let table: String
    /// The expressions of `rows`.
    private var read = ["p.id", "p.key"]
    private var indexes: [String: Int32]
    /// Conditions that a profile meets which has all required values.
    private var complete: [String] = []
    /// The mapped columns as files have them, for ties.
    private var written: [String] = []

    /// `table` has the columns of `profile`.
    init(_ terms: RowTerms, over table: String, on connection: Connection) throws(ProfileError) {
        self.table = table
        profile = try ProfileExpressions(terms.schema, on: connection)
        indexes = [terms.schema.key: Self.keyIndex]
        for column in terms.mapping {
            switch column.origin {
            case .attribute(let name): try add(try profile.attribute(named: name), column)
            case .segmentStatus: addStatus(column)
            }
        }
        rows = try rowsStatement(orderedBy: terms.orderBy)
        if !terms.deduplicateBy.isEmpty { candidates = try candidatesStatement(by: terms.deduplicateBy) }
    }

    private mutating func add(_ attribute: Attribute, _ column: MappedColumn) throws(ProfileError) {
        let value = profile.expression(attribute)
        let index = reading(attribute)
        let form = ExportColumn.form(of: attribute.type)
        columns.append(ExportColumn(header: column.header, form: form, index: index))
        written.append(form == .text ? value : "written(\(value), \(form.rawValue))")
        guard column.isRequired else { return }
        let skipCode = SkipCode.missing(attribute.name)
        required.append(RequiredColumn(index: index, isText: form == .text, skipCode: skipCode))
        complete.append(profile.hasValue(attribute))
    }

    /// Where `rows` has the attribute, which is read once however often it is mapped.
    private mutating func reading(_ attribute: Attribute) -> Int32 {
        if let index = indexes[attribute.name] { return index }
        let index = Int32(read.count)
        indexes[attribute.name] = index
        read.append(profile.expression(attribute))
        return index
    }

    private mutating func addStatus(_ column: MappedColumn) {
        columns.append(ExportColumn(header: column.header, form: .status, index: 0))
        written.append("CASE WHEN exited(p.id) THEN 'exited' ELSE 'realized' END")
    }

    private func rowsStatement(orderedBy names: [String]) throws(ProfileError) -> String {
        var order: [String] = []
        for name in names { order.append(profile.expression(try profile.attribute(named: name))) }
        return """
            SELECT \(read.joined(separator: ", ")) FROM \(table) AS p
            WHERE selected(p.id)
            ORDER BY \((order + ["p.key"]).joined(separator: ", "))
            """
    }

    private func candidatesStatement(by names: [String]) throws(ProfileError) -> String {
        var groups: [String] = []
        var known: [String] = []
        for name in names {
            let attribute = try profile.attribute(named: name)
            let value = profile.expression(attribute)
            groups.append(attribute.type == .text ? "nullif(\(value), '')" : value)
            known.append(profile.hasValue(attribute))
        }
        let conditions = ["selected(p.id)"] + complete + ["(\(known.joined(separator: " OR ")))"]
        return """
            SELECT p.id, \(groups.joined(separator: ", ")) FROM \(table) AS p
            WHERE \(conditions.joined(separator: " AND "))
            ORDER BY \((groups + ["p.updated_at DESC"] + written + ["p.key"]).joined(separator: ", "))
            """
    }
}
