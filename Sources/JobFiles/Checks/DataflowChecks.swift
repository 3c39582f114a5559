import TidegateModel

extension SpecChecks {
    /// Nil where a part of it is wrong.
    func dataflow(_ draft: DataflowDraft, timeZone: String) -> Dataflow? {
        checkDestination(draft)
        checkSegments(draft)
        let use = use(draft)
        checkWhatRowsHave(draft, use)
        let mapping = columns(draft, use)
        for attribute in draft.deduplicateBy { checkAttribute(attribute) }
        refuseRepeated(draft.deduplicateBy, what: "attribute")
        let file = draft.file.flatMap { fileLayout($0, of: draft, use) }
        let push = push(draft, use)
        let schedule = draft.schedule.flatMap { checkedSchedule($0, export: draft.export, timeZone: timeZone) }
        guard let name = draft.identity.name?.value, let id = draft.identity.id, let destination = draft.destination,
            let export = draft.export, let isEnabled = draft.isEnabled, let isDetached = draft.isDetached,
            let schedule, let file
        else { return nil }
        return Dataflow(
            id: id, name: name, destination: destination.value, segments: draft.segments.map(\.value),
            export: export.value, schedule: schedule, mapping: mapping, deduplicateBy: draft.deduplicateBy.map(\.value),
            file: file, push: push, isEnabled: isEnabled, isDetached: isDetached
        )
    }

    /// By the name of a destination that nobody declares, the dataflows that are to use it, in order.
    func unresolvedDestinations() -> [String: [String]] {
        var unresolved: [String: [String]] = [:]
        for draft in drafts.dataflows where isUnresolved(draft) {
            guard let name = draft.identity.name, let destination = draft.destination else { continue }
            unresolved[destination.value, default: []].append(name.value)
        }
        return unresolved
    }

    private func isUnresolved(_ draft: DataflowDraft) -> Bool {
        guard let name = draft.destination, draft.isDetached != true else { return false }
        return !declared.contains(.destination, name.value)
    }

    private func checkDestination(_ draft: DataflowDraft) {
        guard let name = draft.destination, isUnresolved(draft) else { return }
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

    private func fileLayout(_ draft: FileDraft, of dataflow: DataflowDraft, _ use: Use) -> FileLayout? {
        guard draft.audienceManager == nil else { return audienceManagerLayout(draft, of: dataflow, use) }
        for attribute in draft.orderBy { checkAttribute(attribute) }
        refuseRepeated(draft.orderBy, what: "attribute")
        var layout = draft.layout
        layout.orderBy = draft.orderBy.map(\.value)
        if let name = draft.name { layout.name = name.text }
        return layout
    }
}
