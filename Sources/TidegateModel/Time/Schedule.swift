/// How often a dataflow exports.
package enum Frequency: String, CaseIterable, Codable, Sendable {
    case once, daily, weekly, monthly
    case every3Hours = "every-3-hours"
    case every6Hours = "every-6-hours"
    case every8Hours = "every-8-hours"
    case every12Hours = "every-12-hours"

    /// The fixed step of the hourly frequencies; nil for those that follow the calendar.
    package var step: Span? {
        switch self {
        case .every3Hours: .hours(3)
        case .every6Hours: .hours(6)
        case .every8Hours: .hours(8)
        case .every12Hours: .hours(12)
        case .once, .daily, .weekly, .monthly: nil
        }
    }
}

/// What makes a dataflow's occurrence come due.
package enum ScheduleTrigger: String, CaseIterable, Codable, Sendable {
    /// A snapshot was published.
    case afterSegmentation = "after-segmentation"
    /// The clock reached `at`.
    case scheduled
}

/// What happens at a local time that the clocks jump over.
package enum GapPolicy: String, CaseIterable, Codable, Sendable {
    /// The first instant that exists after the gap.
    case firstValid = "first-valid"
    /// No occurrence on that date.
    case skip
    /// As much later as the clocks jumped.
    case shift
}

/// What happens at a local time that the clocks show twice.
package enum FoldPolicy: String, CaseIterable, Codable, Sendable {
    case first, last, both
}

/// What becomes of occurrences that came due while nothing ran.
package enum MissPolicy: String, CaseIterable, Codable, Sendable {
    case runLatest = "run-latest"
    case runAll = "run-all"
    case skip
}

/// When a dataflow exports, in local time of one zone.
package struct Schedule: Hashable, Codable, Sendable {
    package var frequency: Frequency
    package var trigger: ScheduleTrigger
    /// The local time of a scheduled occurrence; nil where the trigger is a snapshot.
    package var at: LocalTime?
    /// First local date, inclusive. Weekly, monthly, hourly and once-scheduled frequencies count from it and need it.
    package var start: LocalDate?
    /// Last local date, exclusive; nil for ever.
    package var end: LocalDate?
    /// IANA name, checked by whoever built the value.
    package var timeZone: String
    package var gap: GapPolicy
    package var fold: FoldPolicy
    package var onMiss: MissPolicy
    /// How late an occurrence may still be fired.
    package var deadline: Span

    package init(
        frequency: Frequency,
        trigger: ScheduleTrigger,
        at: LocalTime? = nil,
        start: LocalDate? = nil,
        end: LocalDate? = nil,
        timeZone: String = "UTC",
        gap: GapPolicy = .firstValid,
        fold: FoldPolicy = .first,
        onMiss: MissPolicy = .runLatest,
        deadline: Span = .hours(6)
    ) {
        self.frequency = frequency
        self.trigger = trigger
        self.at = at
        self.start = start
        self.end = end
        self.timeZone = timeZone
        self.gap = gap
        self.fold = fold
        self.onMiss = onMiss
        self.deadline = deadline
    }
}
