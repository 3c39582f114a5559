import TidegateModel

/// What a scan reads for one export, as SQL over `profile AS p`.
///
/// The statements call `selected(id)`, `exited(id)` and `written(value, form)`, see `Connection.define`.
struct ExportPlan {
    /// In mapping order.
    let columns: [ExportColumn]
    let required: [RequiredColumn]
    /// Reads id and columns of every selected profile, in the order of the file.
    let rows: String
    /// Reads id and the attributes that profiles are de-duplicated by, equal ones together, the winner first; nil
    /// where profiles are not de-duplicated. Profiles that are skipped for want of a value take no part, nor do
    /// those that have none of the attributes: nothing says that they are one person.
    let candidates: String?

    struct RequiredColumn {
        let index: Int32
        let isText: Bool
        let skipCode: String
    }

    init(_ request: ExportRequest, on connection: Connection) throws(ProfileError) {
        let profile = try ProfileExpressions(request.schema, on: connection)
        var read = ["p.id"]
        var indexes: [String: Int32] = [:]
        var columns: [ExportColumn] = []
        var required: [RequiredColumn] = []
        var conditions: [String] = []
        var written: [String] = []
        for mapped in request.mapping {
            guard case .attribute(let name) = mapped.origin else {
                columns.append(ExportColumn(header: mapped.header, form: .status, index: 0))
                written.append("exited(p.id) = 0")
                continue
            }
            let attribute = try profile.attribute(named: name)
            let index = indexes[name] ?? Int32(read.count)
            if indexes.updateValue(index, forKey: name) == nil { read.append(profile.expression(attribute)) }
            let form = ExportColumn.form(of: attribute.type)
            columns.append(ExportColumn(header: mapped.header, form: form, index: index))
            written.append(
                form == .text
                    ? profile.expression(attribute) : "written(\(profile.expression(attribute)), \(form.rawValue))")
            if mapped.isRequired {
                required.append(
                    RequiredColumn(index: index, isText: form == .text, skipCode: SkipCode.missing(name)))
                conditions.append(profile.hasValue(attribute))
            }
        }
        self.columns = columns
        self.required = required

        var order: [String] = []
        for name in request.layout.orderBy { order.append(profile.expression(try profile.attribute(named: name))) }
        rows = """
            SELECT \(read.joined(separator: ", ")) FROM profile AS p
            WHERE selected(p.id)
            ORDER BY \((order + ["p.key"]).joined(separator: ", "))
            """

        var groups: [String] = []
        var known: [String] = []
        for name in request.deduplicateBy {
            let attribute = try profile.attribute(named: name)
            let value = profile.expression(attribute)
            groups.append(attribute.type == .text ? "nullif(\(value), '')" : value)
            known.append(profile.hasValue(attribute))
        }
        candidates =
            groups.isEmpty
            ? nil
            : """
            SELECT p.id, \(groups.joined(separator: ", ")) FROM profile AS p
            WHERE \((["selected(p.id)"] + conditions + ["(\(known.joined(separator: " OR ")))"]).joined(separator: " AND "))
            ORDER BY \((groups + ["p.updated_at DESC"] + written + ["p.key"]).joined(separator: ", "))
            """
    }
}
