import TidegateModel

extension SpecChecks {
    /// Reports combinations that mean nothing; `timeZone` is for a schedule that names none.
    func checkedSchedule(_ draft: ScheduleDraft, export: Located<Dataflow.ExportMode>?, timeZone: String) -> Schedule? {
        if let end = draft.end, let start = draft.start, end.value <= start {
            problems.error("'end' must be after start, \(start): it is the first day without exports", at: end.position)
        }
        guard let frequency = draft.frequency, let trigger = draft.trigger else { return nil }
        checkMode(export, frequency: frequency, trigger: trigger)
        switch trigger.value {
        case .scheduled: checkScheduled(draft, frequency: frequency.value)
        case .afterSegmentation: checkAfterSegmentation(draft, frequency: frequency)
        }
        guard let gap = draft.gap, let fold = draft.fold, let onMiss = draft.onMiss,
            let deadline = draft.deadline
        else { return nil }
        return Schedule(
            frequency: frequency.value, trigger: trigger.value, at: draft.at, start: draft.start, end: draft.end?.value,
            timeZone: draft.timeZone ?? timeZone, gap: gap, fold: fold, onMiss: onMiss, deadline: deadline
        )
    }

    private func checkMode(
        _ export: Located<Dataflow.ExportMode>?, frequency: Located<Frequency>, trigger: Located<ScheduleTrigger>
    ) {
        guard let export else { return }
        if frequency.value.step != nil, export.value != .incremental {
            problems.error(
                "frequency \(frequency.value.rawValue) needs export: incremental, a full file only changes once a day",
                at: frequency.position
            )
        }
        if export.value == .incremental, trigger.value == .afterSegmentation {
            problems.error("trigger after-segmentation needs export: full", at: trigger.position)
        }
    }

    private func checkScheduled(_ draft: ScheduleDraft, frequency: Frequency) {
        if draft.keys[ScheduleFields.at.name] == nil {
            problems.error("trigger scheduled needs the key 'at'", at: draft.position)
        }
        if frequency != .daily, draft.keys[ScheduleFields.start.name] == nil {
            problems.error(
                "frequency \(frequency.rawValue) needs the key 'start', which it counts from", at: draft.position
            )
        }
    }

    private func checkAfterSegmentation(_ draft: ScheduleDraft, frequency: Located<Frequency>) {
        if [.weekly, .monthly].contains(frequency.value) {
            problems.error(
                "frequency \(frequency.value.rawValue) needs trigger: scheduled", at: frequency.position
            )
        }
        for name in [ScheduleFields.at.name, ScheduleFields.gap.name, ScheduleFields.fold.name] {
            guard let position = draft.keys[name] else { continue }
            problems.error("'\(name)' needs trigger: scheduled, a snapshot has no set time", at: position)
        }
    }
}
