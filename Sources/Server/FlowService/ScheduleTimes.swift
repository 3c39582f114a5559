import TidegateModel

/// A schedule as the vendor writes it, whose times are UTC and know no zone.
///
/// A local time is given as UTC shows it at the next occurrence, and the dates of the window move along with it where
/// that is another day. Fixed steps are counted from their first one, which no clock change moves.
struct ScheduleTimes: Sendable {
    private let schedule: Schedule
    /// The occurrence whose time is shown; nil where there is none.
    private let shown: Instant?
    private let first: Instant

    /// - Parameters:
    ///   - since: when the dataflow came: it begins then where its schedule does not say.
    ///   - now: occurrences after it are the next ones.
    init(_ schedule: Schedule, since: Instant, at now: Instant) {
        self.schedule = schedule
        // Two days before, so that no zone's start date lies before it.
        let start = schedule.start.flatMap { Instant(iso: "\($0)T00:00:00Z") }
        let first = schedule.next(after: start.map { $0 - .days(2) } ?? since)?.scheduledFor
        self.first = first ?? start ?? since
        shown = schedule.frequency.step != nil ? first : schedule.next(after: now)?.scheduledFor ?? first
    }

    /// As the selector of a segment has it.
    var selector: JSONValue {
        [
            "frequency": .text(schedule.frequency.rawValue.uppercased().replacing("-", with: "_")),
            "triggerType": schedule.trigger == .scheduled ? "SCHEDULED" : "AFTER_SEGMENT_EVAL",
            "startDate": .text(startDate.description),
            "endDate": schedule.end.map { .text($0.adding(days: days).description) },
            "startTime": shown.map { .text(Zone.utc.localDateAndTime(at: $0).time.description) },
            "timeZone": schedule.trigger == .scheduled ? .text(schedule.timeZone) : nil,
        ]
    }

    /// As the flow itself has it: a start in seconds since 1970, and how often from there.
    var parameters: JSONValue {
        let (unit, interval): (String, String?) =
            switch schedule.frequency {
            case .once: ("once", nil)
            case .daily: ("day", "1")
            case .weekly: ("week", "1")
            case .monthly: ("month", "1")
            case .every3Hours: ("hour", "3")
            case .every6Hours: ("hour", "6")
            case .every8Hours: ("hour", "8")
            case .every12Hours: ("hour", "12")
            }
        return [
            "startTime": .integer(first.flooredToSecond.milliseconds / 1000), "frequency": .text(unit),
            "interval": interval.map(JSONValue.text),
            // Nothing from before a dataflow came is ever exported.
            "backfill": false,
        ]
    }

    private var startDate: LocalDate {
        schedule.start.map { $0.adding(days: days) } ?? Zone.utc.localDate(at: first)
    }

    /// How many days UTC is ahead of the schedule's own date at the occurrence shown.
    private var days: Int {
        guard let shown, let zone = Zone(schedule.timeZone) else { return 0 }
        return Zone.utc.localDate(at: shown).daysSinceEpoch - zone.localDate(at: shown).daysSinceEpoch
    }
}
