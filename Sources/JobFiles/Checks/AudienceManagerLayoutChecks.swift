import AudienceManager
import TidegateModel

extension SpecChecks {
    /// A mapping is what rows of profiles are made of, and nothing else is.
    func checkWhatRowsHave(_ draft: DataflowDraft, _ use: Use) {
        let mapping = draft.keys[DataflowKind.mapping.name]
        guard draft.file?.audienceManager != nil, !use.isPush else {
            if mapping == nil {
                problems.error("missing key '\(DataflowKind.mapping.name)'", at: draft.identity.position)
            }
            return
        }
        for key in [DataflowKind.mapping.name, DataflowKind.deduplicateBy.name] {
            guard let position = draft.keys[key] else { continue }
            problems.error("'\(key)' is for layout rows alone, a row of layout audience-manager is an id", at: position)
        }
    }

    /// Nil where a part of it is wrong.
    func audienceManagerLayout(_ draft: FileDraft, of dataflow: DataflowDraft, _ use: Use) -> FileLayout? {
        guard let written = draft.audienceManager else { return nil }
        checkTemplates(draft, written)
        if let export = dataflow.export, export.value == .full, written.hasFullEvery, let full = written.fullEvery {
            problems.error(
                "'fullEvery' needs export: incremental, a full export is everybody each time", at: full.position)
        }
        if !use.isPush { refuseSegmentsWithoutNumber(dataflow) }
        guard let dataSource = written.dataSource.flatMap(dataSourceName), let fullEvery = written.fullEvery else {
            return nil
        }
        var layout = draft.layout
        layout.name = draft.name?.text ?? AudienceManagerLayout.defaultName
        layout.audienceManager = AudienceManagerLayout(
            dataSource: dataSource, syncType: written.syncType ?? syncType(of: dataflow),
            orderID: written.orderID.map { Int64($0) }, pid: written.pid.map { Int64($0) },
            pidAlias: written.pidAlias, fullEvery: fullEvery.value, header: written.header?.text,
            row: written.row?.text ?? AudienceManagerLayout.defaultRow,
            hasControlFile: written.hasControlFile
        )
        return layout
    }

    private func syncType(of dataflow: DataflowDraft) -> AudienceManagerLayout.SyncType {
        let type = dataflow.destination.flatMap { destinationTypes[$0.value] }
        return type?.name == DestinationType.s3.name ? .s3 : .ftp
    }

    /// What exports know of an id; an alias may be missing, which the default name asks for.
    private func brought(_ written: AudienceManagerDraft) -> Set<OutboundNeed> {
        let dpids = drafts.dataSources.compactMap(\.dpid).map { Int64($0.value) } + DataSource.global.map(\.dpid)
        var brought: Set<OutboundNeed> = [.segments, .removedSegments, .pidAlias, .traits, .ownIDs]
        brought.formUnion(dpids.map { .linkedIDs(dpid: $0) })
        if written.pid != nil { brought.insert(.pid) }
        return brought
    }

    private func checkTemplates(_ draft: FileDraft, _ written: AudienceManagerDraft) {
        let slots: [(OutboundTemplate.Slot, YAMLScalar?)] = [
            (.name, draft.name), (.header, written.header), (.row, written.row),
        ]
        for (slot, scalar) in slots {
            guard let scalar else { continue }
            do throws(TemplateProblem) {
                let template = try OutboundTemplate(scalar.text, for: slot)
                for warning in template.warnings + template.problems(bringing: brought(written)) {
                    problems.warning(warning.message, at: context.position(ofScalar: warning.offset, in: scalar))
                }
            } catch {
                problems.error(error.message, at: context.position(ofScalar: error.offset, in: scalar))
            }
        }
    }

    private func refuseSegmentsWithoutNumber(_ dataflow: DataflowDraft) {
        for name in dataflow.segments where numberlessSegments.contains(name.value) {
            problems.error(
                "segment '\(name.value)' has no 'sid', which layout audience-manager writes", at: name.position
            )
        }
    }
}
