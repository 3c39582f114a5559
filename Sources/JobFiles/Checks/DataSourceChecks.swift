import TidegateModel

extension SpecChecks {
    /// In the order of the job files; the global ones only where a document declares them.
    func checkedDataSources() -> [DataSource] {
        refuseSecondNumber(
            drafts.dataSources.map { (identity: $0.identity, number: $0.dpid) }, key: DataSourceKind.dpid.name
        )
        return drafts.dataSources.compactMap { draft in
            let form = form(draft)
            checkIDAttribute(draft)
            guard let name = draft.identity.name, let id = draft.identity.id, let dpid = draft.dpid,
                let type = draft.type
            else { return nil }
            checkGlobal(name, dpid: dpid, type)
            return DataSource(
                id: id, name: name.value, dpid: Int64(dpid.value), kind: type.value, form: form,
                attribute: draft.attribute?.value
            )
        }
    }

    private func form(_ draft: DataSourceDraft) -> DataSource.IDForm {
        guard let dpid = draft.dpid, let global = Self.global(dpid.value) else { return draft.form?.value ?? .any }
        if let form = draft.form, form.value != global.form {
            problems.error(
                "ids of the global data source \(dpid.value) are \(global.form.rawValue), which 'ids' cannot change",
                at: form.position
            )
        }
        return global.form
    }

    private func checkGlobal(_ name: Located<String>, dpid: Located<Int>, _ type: Located<DataSource.Kind>) {
        if let global = DataSource.global.first(where: { $0.name == name.value }), global.dpid != dpid.value {
            problems.error(
                "'\(name.value)' is the name of the global data source \(global.dpid), choose another",
                at: name.position
            )
        }
        if Self.global(dpid.value) != nil, type.value != .device {
            problems.error("the global data source \(dpid.value) must be of type device", at: type.position)
        }
    }

    /// Ids are matched character by character, which numbers and dates have several ways to be written in.
    private func checkIDAttribute(_ draft: DataSourceDraft) {
        guard let name = draft.attribute else { return }
        checkAttribute(name)
        guard let type = profile?.schema.attribute(named: name.value)?.type, type != .text else { return }
        problems.error(
            "attribute '\(name.value)' must be of type text to hold ids, not \(type.rawValue)", at: name.position)
    }

    private static func global(_ dpid: Int) -> (name: String, dpid: Int64, form: DataSource.IDForm)? {
        DataSource.global.first { $0.dpid == dpid }
    }

    /// The name under which a declared or a global data source is known; nil, and reported, where it is neither.
    ///
    /// A global one that a document declares under another name has that name alone.
    func dataSourceName(_ name: Located<String>) -> String? {
        if declared.contains(.dataSource, name.value) { return name.value }
        if let global = DataSource.global.first(where: { $0.name == name.value }) {
            let draft = drafts.dataSources.first { $0.dpid.map { Int64($0.value) } == global.dpid }
            return draft?.identity.name?.value ?? name.value
        }
        let known = declared.all(.dataSource).union(DataSource.global.map(\.name))
        let suggestion = context.suggestion(for: name.value, among: known)
        problems.error("unknown data source '\(name.value)'\(suggestion)", at: name.position)
        return nil
    }

    /// Each number at most once among the objects of a kind; a later one is reported.
    func refuseSecondNumber(_ objects: [(identity: Identity, number: Located<Int>?)], key: String) {
        var owners: [Int: Identity] = [:]
        for (identity, number) in objects {
            guard let number else { continue }
            guard let first = owners[number.value] else {
                owners[number.value] = identity
                continue
            }
            let owner = "\(first.kind.rawValue) '\(first.name?.value ?? "")'"
            let place = problems.name(of: first.position)
            problems.error("\(key) \(number.value) is that of \(owner) at \(place) already", at: number.position)
        }
    }
}
