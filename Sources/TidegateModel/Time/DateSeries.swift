/// The local dates of a schedule that follows the calendar, numbered.
struct DateSeries: Hashable, Sendable {
    private enum Step: Hashable {
        case once
        case days(Int)
        case months
    }

    private let step: Step
    /// The date with number 0.
    private let anchor: LocalDate
    /// Daily without a start reaches back without bound.
    private let hasStart: Bool

    /// Nil for the hourly frequencies, and where a frequency that counts from a start has none.
    init?(_ frequency: Frequency, start: LocalDate?) {
        switch frequency {
        case .once: step = .once
        case .daily: step = .days(1)
        case .weekly: step = .days(7)
        case .monthly: step = .months
        case .every3Hours, .every6Hours, .every8Hours, .every12Hours: return nil
        }
        guard start != nil || frequency == .daily else { return nil }
        anchor = start ?? LocalDate(daysSinceEpoch: 0)
        hasStart = start != nil
    }

    /// Nil before the first date and after the last.
    func date(_ number: Int) -> LocalDate? {
        guard number >= 0 || !hasStart else { return nil }
        return switch step {
        case .once: number == 0 ? anchor : nil
        case .days(let days): anchor.adding(days: number * days)
        case .months: anchor.addingClamped(months: number)
        }
    }

    /// The number of the first date at or after `date`.
    func number(from date: LocalDate) -> Int {
        let number =
            switch step {
            case .once: date <= anchor ? 0 : 1
            case .days(let days): ceiling(date.daysSinceEpoch - anchor.daysSinceEpoch, over: days)
            case .months: months(until: date)
            }
        return hasStart ? max(0, number) : number
    }

    private func months(until date: LocalDate) -> Int {
        let (from, to) = (anchor.civil, date.civil)
        let months = (to.year - from.year) * 12 + to.month - from.month
        return anchor.addingClamped(months: months) < date ? months + 1 : months
    }

    private func ceiling(_ dividend: Int, over divisor: Int) -> Int {
        let (quotient, remainder) = dividend.flooredQuotientAndRemainder(dividingBy: divisor)
        return remainder == 0 ? quotient : quotient + 1
    }
}
