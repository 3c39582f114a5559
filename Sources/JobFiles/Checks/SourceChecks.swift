import TidegateModel

extension SpecChecks {
    /// In the order of the job files.
    func checkedSources() -> [Source] {
        refuseSharedDropOffs()
        return drafts.sources.compactMap { $0.format == .audienceManager ? dropOff($0) : rows($0) }
    }

    private func rows(_ draft: SourceDraft) -> Source? {
        for entry in draft.columns { checkAttribute(entry.key) }
        guard let name = draft.identity.name?.value, let id = draft.identity.id, let from = draft.from,
            let format = draft.format, let mode = draft.mode, let maxRejected = draft.maxRejected
        else { return nil }
        let columns = draft.columns.compactMap { entry in
            entry.value.flatMap { $0 == entry.key.value ? nil : (entry.key.value, $0) }
        }
        return Source(
            id: id, name: name, from: from.path, format: format, mode: mode,
            columns: Dictionary(columns) { first, _ in first }, csv: draft.csv ?? CSVReading(), maxRejected: maxRejected
        )
    }

    private func dropOff(_ draft: SourceDraft) -> Source? {
        guard let name = draft.identity.name?.value, let id = draft.identity.id, let dropOff = draft.dropOff?.value
        else { return nil }
        return Source(
            id: id, name: name, from: dropOff.place.address ?? "", format: .audienceManager, dropOff: dropOff
        )
    }

    /// Two sources would take each file twice, or bring one environment into the other.
    private func refuseSharedDropOffs() {
        var owners: [(spot: DropOffSpot, draft: SourceDraft)] = []
        for draft in drafts.sources {
            guard let dropOff = draft.dropOff, let spot = DropOffSpot(dropOff.value.place) else { continue }
            for owner in owners {
                guard let overlap = spot.overlap(with: owner.spot) else { continue }
                let identity = owner.draft.identity
                let name = "Source '\(identity.name?.value ?? "")' at \(problems.name(of: identity.position))"
                problems.error("'from' \(overlap.sentence(about: name))", at: dropOff.position)
                break
            }
            owners.append((spot, draft))
        }
    }
}
