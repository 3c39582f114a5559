import TidegateModel

extension SpecChecks {
    func columns(_ draft: DataflowDraft, _ use: Use) -> [MappedColumn] {
        for item in draft.mapping {
            checkAttribute(item.value.attribute, besides: [MappedColumn.segmentStatusName])
        }
        switch use {
        case .files: refuseEqualHeaders(draft.mapping)
        case .pushes(let rules): checkFields(draft, rules)
        case .unknown: break
        }
        return draft.mapping.map { item in
            let column = item.value
            return MappedColumn(
                column.isStatus ? .segmentStatus : .attribute(column.attribute.value),
                header: use.isPush ? column.header.value : Self.header(column.header.value),
                required: column.isRequired
            )
        }
    }

    /// A header has no dots: readers take them for paths.
    private static func header(_ text: String) -> String { String(text.map { $0 == "." ? "_" : $0 }) }

    private func refuseEqualHeaders(_ columns: [Located<ColumnDraft>]) {
        var seen: Set<String> = []
        for column in columns.map(\.value) where !seen.insert(Self.header(column.header.value)).inserted {
            problems.error(
                "header '\(Self.header(column.header.value))' is given to two columns", at: column.header.position
            )
        }
    }

    private func checkFields(_ draft: DataflowDraft, _ rules: PushRules) {
        var seen: [String: String] = [:]
        for column in draft.mapping.map(\.value) {
            let field = column.header
            if column.isStatus {
                problems.error(
                    "'\(MappedColumn.segmentStatusName)' is for files: connectors get members alone, "
                        + "see 'onLeave' for who left",
                    at: column.attribute.position
                )
                continue
            }
            let type = profile?.schema.attribute(named: column.attribute.value)?.type
            if let refusal = rules.refusalOfField(field.value, type) { problems.error(refusal, at: field.position) }
            if let first = seen.updateValue(field.value, forKey: field.value.lowercased()) {
                let sentence =
                    first == field.value
                    ? "field '\(first)' is mapped twice" : "fields '\(first)' and '\(field.value)' differ only by case"
                problems.error(sentence, at: field.position)
            }
        }
        guard !draft.mapping.isEmpty, let position = draft.keys[DataflowKind.mapping.name],
            let lack = rules.lack(draft.mapping.map(\.value.header.value))
        else { return }
        problems.error(lack, at: position)
    }
}

extension ColumnDraft {
    fileprivate var isStatus: Bool { attribute.value == MappedColumn.segmentStatusName }
}
