/// When the clocks of a zone show one local date and time: once, never or twice.
package enum WallTime: Hashable, Sendable {
    case once(Instant)
    /// The clocks jump over it. `shifted` is as much later as they jump.
    case gap(ClockChange, shifted: Instant)
    /// The clocks show it twice.
    case fold(ClockChange, first: Instant, last: Instant)
    /// The zone has no such date.
    case noSuchDate
}

extension Zone {
    /// When the clocks here show `time` on `date`.
    ///
    /// Asks for the offsets a day and a half before and after, which covers every zone's distance from UTC and a change of
    /// a whole day. No zone ever changed its clocks twice within three days.
    package func wallTime(_ date: LocalDate, _ time: LocalTime) -> WallTime {
        let wall = date.localSecond(at: time)
        let reach = 36 * 3600
        let before = offset(atSecond: wall - reach)
        let after = offset(atSecond: wall + reach)
        if before == after { return .once(Instant(second: wall - before)) }

        let early = wall - before
        let late = wall - after
        switch (offset(atSecond: early) == before, offset(atSecond: late) == after) {
        case (true, false): return .once(Instant(second: early))
        case (false, true): return .once(Instant(second: late))
        case (true, true):
            return .fold(
                change(between: wall - reach, and: wall + reach),
                first: Instant(second: early),
                last: Instant(second: late)
            )
        case (false, false):
            let change = change(between: wall - reach, and: wall + reach)
            return change.removes(date) ? .noSuchDate : .gap(change, shifted: Instant(second: early))
        }
    }

    /// The change between two seconds of which the offsets differ.
    private func change(between earlier: Int, and later: Int) -> ClockChange {
        let before = offset(atSecond: earlier)
        var (old, new) = (earlier, later)
        while new - old > 1 {
            let middle = old + (new - old) / 2
            if offset(atSecond: middle) == before { old = middle } else { new = middle }
        }
        return ClockChange(at: Instant(second: new), offsetBefore: before, offsetAfter: offset(atSecond: new))
    }
}

extension WallTime {
    /// What the policies make of it: no, one or two instants, ascending.
    ///
    /// A date that does not exist has no occurrence under any policy: shifting it would land on the next date's own.
    package func occurrences(wanted: LocalTime, gap: GapPolicy, fold: FoldPolicy) -> [ScheduledInstant] {
        switch self {
        case .once(let instant):
            return [ScheduledInstant(instant)]
        case .noSuchDate:
            return []
        case .gap(let change, let shifted):
            switch gap {
            case .skip: return []
            case .firstValid: return [ScheduledInstant(change.at, .gap(change, wanted: wanted))]
            case .shift: return [ScheduledInstant(shifted, .gap(change, wanted: wanted))]
            }
        case .fold(let change, let first, let last):
            switch fold {
            case .first: return [ScheduledInstant(first, .first(change))]
            case .last: return [ScheduledInstant(last, .last(change))]
            case .both: return [ScheduledInstant(first, .first(change)), ScheduledInstant(last, .last(change))]
            }
        }
    }
}
