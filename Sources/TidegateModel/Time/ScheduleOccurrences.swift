extension Schedule {
    /// Everything in `range`, ascending and strictly increasing, worked out as it is asked for.
    ///
    /// Empty where a snapshot triggers the schedule, where a part that the frequency counts from is missing, and outside the
    /// years 0 to 9999. Splitting a range anywhere changes nothing. A calendar date counts by its own date, also where its
    /// instant had to move past midnight.
    package func occurrences(in range: Range<Instant>) -> Occurrences {
        Occurrences(self, range.clamped(to: Instant.calendar))
    }

    /// The first occurrence later than `instant`, or nil where none will come.
    package func next(after instant: Instant) -> ScheduledInstant? {
        guard instant < Instant.calendar.upperBound else { return nil }
        var occurrences = occurrences(in: instant + .milliseconds(1)..<Instant.calendar.upperBound)
        return occurrences.next()
    }

    /// The first `limit` occurrences later than `instant`; fewer where the schedule ends.
    package func next(after instant: Instant, limit: Int) -> [ScheduledInstant] {
        guard instant < Instant.calendar.upperBound else { return [] }
        return Array(occurrences(in: instant + .milliseconds(1)..<Instant.calendar.upperBound).prefix(limit))
    }

    /// True from the start of `start` until the start of `end`, by the dates of the schedule's zone.
    package func windowContains(_ instant: Instant) -> Bool {
        guard let zone = Zone(timeZone) else { return false }
        return windowContains(zone.localDate(at: instant))
    }

    /// True from `start`, inclusive, to `end`, exclusive.
    package func windowContains(_ date: LocalDate) -> Bool {
        (start.map { date >= $0 } ?? true) && (end.map { date < $0 } ?? true)
    }

    /// Where the fixed steps are counted from.
    ///
    /// This is `at` on the start date, or the first instant after it where the clocks jump over that. The gap policy has
    /// no say: every step would hang on one gap.
    fileprivate func anchor(in zone: Zone) -> Instant? {
        guard let start, let at else { return nil }
        for date in [start, start.adding(days: 1)] {
            let found = zone.wallTime(date, at).occurrences(wanted: at, gap: .firstValid, fold: fold)
            if let first = found.first { return first.scheduledFor }
        }
        return nil
    }
}

/// The occurrences of one schedule in one range; a sequence that can be read once, in constant memory.
package struct Occurrences: Sequence, IteratorProtocol, Sendable {
    private enum Course: Sendable {
        case ended
        case dates(DateSeries, number: Int)
        case steps(at: Instant, every: Span)
    }

    private let schedule: Schedule
    private let zone: Zone
    private let range: Range<Instant>
    private var course: Course
    /// The second instant of a time that comes twice.
    private var pending: ScheduledInstant?
    private var last: Instant?

    fileprivate init(_ schedule: Schedule, _ range: Range<Instant>) {
        self.schedule = schedule
        self.range = range
        let known = Zone(schedule.timeZone)
        zone = known ?? .utc
        course = .ended
        guard known != nil, schedule.trigger == .scheduled, schedule.at != nil, !range.isEmpty else { return }
        if let step = schedule.frequency.step {
            guard let anchor = schedule.anchor(in: zone) else { return }
            course = .steps(at: Self.first(from: range.lowerBound, anchor, step), every: step)
        } else if let dates = DateSeries(schedule.frequency, start: schedule.start) {
            // An instant can belong to the date before, where it had to move past midnight.
            let date = zone.localDate(at: range.lowerBound).adding(days: -1)
            course = .dates(dates, number: dates.number(from: date))
        }
    }

    package mutating func next() -> ScheduledInstant? {
        while let found = candidate() {
            if found.scheduledFor >= range.upperBound { break }
            if found.scheduledFor < range.lowerBound || last.map({ found.scheduledFor <= $0 }) == true { continue }
            last = found.scheduledFor
            return found
        }
        course = .ended
        pending = nil
        return nil
    }

    private mutating func candidate() -> ScheduledInstant? {
        if let found = pending {
            pending = nil
            return found
        }
        switch course {
        case .ended: return nil
        case .steps(let instant, let step):
            guard instant < range.upperBound, isBeforeEnd(instant) else { return nil }
            course = .steps(at: instant + step, every: step)
            return ScheduledInstant(instant)
        case .dates(let dates, let number):
            return candidate(from: number, of: dates)
        }
    }

    /// The first instant of the date with that number, or of the next one that has any.
    private mutating func candidate(from first: Int, of dates: DateSeries) -> ScheduledInstant? {
        guard let at = schedule.at else { return nil }
        let lastDate = LocalDate(localSecond: Int(range.upperBound.wholeSeconds)).adding(days: 1)
        var number = first
        while let date = dates.date(number), date <= lastDate, schedule.end.map({ date < $0 }) ?? true {
            number += 1
            course = .dates(dates, number: number)
            let wallTime = zone.wallTime(date, at)
            if case .once(let instant) = wallTime { return ScheduledInstant(instant) }
            let found = wallTime.occurrences(wanted: at, gap: schedule.gap, fold: schedule.fold)
            if found.count == 2 { pending = found[1] }
            if let first = found.first { return first }
        }
        return nil
    }

    private func isBeforeEnd(_ instant: Instant) -> Bool {
        schedule.end.map { zone.localDate(at: instant) < $0 } ?? true
    }

    /// The first instant at or after `bound` that is whole steps later than `anchor`, or `anchor` itself.
    private static func first(from bound: Instant, _ anchor: Instant, _ step: Span) -> Instant {
        guard bound > anchor else { return anchor }
        let (whole, rest) = (bound - anchor).milliseconds.quotientAndRemainder(dividingBy: step.milliseconds)
        return anchor + Span(milliseconds: (rest == 0 ? whole : whole + 1) * step.milliseconds)
    }
}

extension Instant {
    /// The years 0 to 9999, in which dates have four digits and arithmetic cannot overflow.
    static let calendar =
        Instant(milliseconds: -62_167_219_200_000)..<Instant(milliseconds: 253_402_300_800_000)
}
