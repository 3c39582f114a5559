import TidegateModel

/// The `schedule` of a dataflow.
enum ScheduleFields {
    static let frequency = Field.required(
        "frequency", .choice(Frequency.self), help: "How often to export; the hourly ones are for incremental exports."
    )
    static let trigger = Field.required(
        "trigger", .choice(ScheduleTrigger.self),
        help: "A published snapshot (after-segmentation) or the clock (scheduled)."
    )
    static let at = Field.optional("at", .localTime, help: "The local time of a scheduled export.")
    static let start = Field.optional(
        "start", .localDate, help: "The first local date; weekly and monthly keep its weekday or day of the month."
    )
    static let end = Field.optional(
        "end", .localDate, help: "The first local date without exports; absent, there is none."
    )
    static let timeZone = Field.optional(
        "timeZone", .timeZone, help: "The time zone of the schedule; absent, that of the segmentation."
    )
    static let gap = Field.optional(
        "gap", .choice(GapPolicy.self), default: .firstValid,
        help: "What happens at a local time that clocks jump over."
    )
    static let fold = Field.optional(
        "fold", .choice(FoldPolicy.self), default: .first, help: "What happens at a local time that clocks show twice."
    )
    static let onMiss = Field.optional(
        "onMiss", .choice(MissPolicy.self), default: .runLatest,
        help: "What becomes of exports that came due while nothing ran."
    )
    static let deadline = Field.optional(
        "deadline", .duration(), default: .hours(6), help: "How late an export may still start."
    )

    static let shape = Shape(
        "schedule", help: "When to export, in local time of one zone.",
        [
            frequency.declaration, trigger.declaration, at.declaration, start.declaration, end.declaration,
            timeZone.declaration, gap.declaration, fold.declaration, onMiss.declaration, deadline.declaration,
        ]
    )

    static func read(_ reader: ObjectReader) -> ScheduleDraft {
        ScheduleDraft(
            position: reader.position, frequency: reader.located(frequency), trigger: reader.located(trigger),
            at: reader.value(at), start: reader.value(start), end: reader.located(end),
            timeZone: reader.value(timeZone), gap: reader.value(gap), fold: reader.value(fold),
            onMiss: reader.value(onMiss), deadline: reader.value(deadline), keys: reader.keyPositions
        )
    }
}

/// A schedule as it was written.
struct ScheduleDraft: Sendable {
    var position: SourcePosition
    var frequency: Located<Frequency>?
    var trigger: Located<ScheduleTrigger>?
    var at: LocalTime?
    var start: LocalDate?
    var end: Located<LocalDate>?
    var timeZone: String?
    var gap: GapPolicy?
    var fold: FoldPolicy?
    var onMiss: MissPolicy?
    var deadline: Span?
    /// Where each key is written.
    var keys: [String: SourcePosition]
}
