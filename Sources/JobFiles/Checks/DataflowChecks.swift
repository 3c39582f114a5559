import TidegateModel

extension SpecChecks {
    /// Nil where a part of it is wrong.
    func dataflow(_ draft: DataflowDraft, timeZone: String) -> Dataflow? {
        checkDestination(draft)
        checkSegments(draft)
        let mapping = columns(draft.mapping)
        for attribute in draft.deduplicateBy { checkAttribute(attribute) }
        refuseRepeated(draft.deduplicateBy, what: "attribute")
        let file = draft.file.flatMap(fileLayout)
        let schedule = draft.schedule.flatMap { checkedSchedule($0, export: draft.export, timeZone: timeZone) }
        guard let name = draft.identity.name?.value, let id = draft.identity.id, let destination = draft.destination,
            let export = draft.export, let isEnabled = draft.isEnabled, let schedule, let file
        else { return nil }
        return Dataflow(
            id: id, name: name, destination: destination.value, segments: draft.segments.map(\.value),
            export: export.value, schedule: schedule, mapping: mapping, deduplicateBy: draft.deduplicateBy.map(\.value),
            file: file, isEnabled: isEnabled
        )
    }

    private func checkDestination(_ draft: DataflowDraft) {
        guard let name = draft.destination, !declared.contains(.destination, name.value) else { return }
        let suggestion = context.suggestion(for: name.value, among: declared.all(.destination))
        problems.error("unknown destination '\(name.value)'\(suggestion)", at: name.position)
    }

    private func checkSegments(_ draft: DataflowDraft) {
        for name in draft.segments where !declared.contains(.segment, name.value) {
            let suggestion = context.suggestion(for: name.value, among: declared.all(.segment))
            problems.error("unknown segment '\(name.value)'\(suggestion)", at: name.position)
        }
        refuseRepeated(draft.segments, what: "segment")
    }

    private func columns(_ columns: [Located<ColumnDraft>]) -> [MappedColumn] {
        var headers: [String: Located<String>] = [:]
        return columns.map { item in
            let column = item.value
            checkAttribute(column.attribute, besides: [MappedColumn.segmentStatusName])
            if headers.updateValue(column.header, forKey: column.header.value) != nil {
                problems.error("header '\(column.header.value)' is given to two columns", at: column.header.position)
            }
            let isStatus = column.attribute.value == MappedColumn.segmentStatusName
            return MappedColumn(
                isStatus ? .segmentStatus : .attribute(column.attribute.value), header: column.header.value,
                required: column.isRequired
            )
        }
    }

    private func fileLayout(_ draft: FileDraft) -> FileLayout? {
        for attribute in draft.orderBy { checkAttribute(attribute) }
        refuseRepeated(draft.orderBy, what: "attribute")
        var layout = draft.layout
        layout.orderBy = draft.orderBy.map(\.value)
        if let name = draft.name { layout.name = name.text }
        return layout
    }
}
