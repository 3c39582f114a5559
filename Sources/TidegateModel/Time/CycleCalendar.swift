/// When the 24-hour cycle is due: once per local date, at `at` in its zone.
package struct CycleCalendar: Sendable {
    private let schedule: Schedule

    package init(_ segmentation: Segmentation) {
        schedule = Schedule(
            frequency: .daily, trigger: .scheduled, at: segmentation.at, timeZone: segmentation.timeZone
        )
    }

    /// The newest nominal instant that has come; older ones that were missed are not made up for, because a cycle
    /// evaluates the profiles as they are now.
    package func newest(upTo now: Instant) -> Instant? {
        let through = Instant(milliseconds: now.milliseconds + 1)
        return schedule.occurrences(in: (now - .hours(49))..<through).map(\.scheduledFor).last
    }

    /// The nominal instants after `instant` on which a dataflow's window is open.
    package func next(after instant: Instant, limit: Int, in window: Schedule) -> [ScheduledInstant] {
        // A daily series that starts years ahead is looked for no further than its own beginning needs.
        let ahead =
            window.start.map { max(0, ($0.daysSinceEpoch * 86_400_000 - Int(instant.milliseconds)) / 86_400_000) } ?? 0
        return schedule.next(after: instant, limit: ahead + limit + 2).filter { window.windowContains($0.scheduledFor) }
            .prefix(limit).map(\.self)
    }

    package func next(after instant: Instant) -> Instant? {
        schedule.next(after: instant)?.scheduledFor
    }
}
