/// One moment at which the clocks of a zone were set, forward or back.
package struct ClockChange: Hashable, Sendable {
    /// The first instant of the new offset.
    package let at: Instant
    /// Seconds east of UTC until then.
    package let offsetBefore: Int
    /// Seconds east of UTC from then on.
    package let offsetAfter: Int

    package init(at: Instant, offsetBefore: Int, offsetAfter: Int) {
        self.at = at
        self.offsetBefore = offsetBefore
        self.offsetAfter = offsetAfter
    }

    /// What the clocks would have shown, in seconds on the wall.
    var wallBefore: Int { Int(at.wholeSeconds) + offsetBefore }
    /// What the clocks showed instead.
    var wallAfter: Int { Int(at.wholeSeconds) + offsetAfter }

    /// True where the whole of `date` was jumped over, as 2011-12-30 was in Samoa.
    package func removes(_ date: LocalDate) -> Bool {
        wallBefore <= date.localSecond(at: .midnight) && wallAfter >= date.adding(days: 1).localSecond(at: .midnight)
    }
}

extension ClockChange: CustomStringConvertible {
    /// `clocks jump from 02:00 to 03:00` or `clocks go back from 03:00 to 02:00`.
    package var description: String {
        let verb = offsetAfter > offsetBefore ? "jump" : "go back"
        return "clocks \(verb) from \(LocalTime(localSecond: wallBefore)) to \(LocalTime(localSecond: wallAfter))"
    }
}
