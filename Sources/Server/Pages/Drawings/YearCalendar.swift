import Reports
import Store
import TidegateModel

/// A year of a dataflow, a cell a day: the worst that happened.
struct YearCalendar {
    let zone: Zone
    let today: LocalDate
    private let days: [LocalDate: [RunState: Int]]

    init(_ tallies: [StateTally], zone: Zone, now: Instant) {
        self.zone = zone
        today = zone.localDate(at: now)
        var days: [LocalDate: [RunState: Int]] = [:]
        for tally in tallies { days[zone.localDate(at: tally.at), default: [:]][tally.state, default: 0] += tally.runs }
        self.days = days
    }

    /// The Monday of the first of 53 weeks, the last of which has today.
    static func start(zone: Zone, now: Instant) -> LocalDate {
        let today = zone.localDate(at: now)
        return today.adding(days: 1 - today.weekday - 52 * 7)
    }

    private var start: LocalDate { today.adding(days: 1 - today.weekday - 52 * 7) }

    /// From the worst on.
    static let severity: [RunState] = [
        .failed, .missed, .partial, .cancelled, .skipped, .retrying, .cancelling, .processing, .queued, .completed,
    ]

    /// Nil for a day on which nothing was to be.
    func worst(on day: LocalDate) -> RunState? {
        days[day].flatMap { counts in Self.severity.first { counts[$0] != nil } }
    }

    var drawing: HTML {
        let size = 15
        var cells: [HTML] = []
        for number in 0..<(53 * 7) {
            let day = start.adding(days: number)
            guard day <= today else { break }
            cells.append(cell(day, x: 34 + number / 7 * size, y: 20 + number % 7 * size))
        }
        return """
            <div class="drawing newest" tabindex="0" role="region" aria-label="Calendar of the year">
            <svg class="year" viewBox="0 0 \(34 + 53 * size + 6) \(20 + 7 * size + 6)" \
            width="\(34 + 53 * size + 6)" height="\(20 + 7 * size + 6)" role="img" aria-label="\(summary)">
            \(months(size))\(weekdays(size))\(cells)
            </svg>
            </div>
            <p class="soft">\(summary)</p>

            """
    }

    private func cell(_ day: LocalDate, x: Int, y: Int) -> HTML {
        guard let state = worst(on: day) else {
            return
                "<rect class=\"empty\" x=\"\(x)\" y=\"\(y)\" width=\"13\" height=\"13\" rx=\"2\"><title>\("\(day)"): no run</title></rect>"
        }
        let mark = StateMark(state)
        let shape: HTML = state == .missed ? "hollow" : "fill"
        let sign: HTML =
            state == .completed
            ? "" : "<text x=\"\(x + 6)\" y=\"\(y + 10)\">\(String(mark.sign))</text>"
        return """
            <g class="\(mark.name) \(shape)-day"><rect class="\(shape)" x="\(x)" y="\(y)" width="13" height="13" rx="2">\
            <title>\(title(day))</title></rect>\(sign)</g>
            """
    }

    /// `2026-11-21: 1 Failed, 3 Completed`.
    private func title(_ day: LocalDate) -> String {
        let counts = days[day] ?? [:]
        let words = Self.severity.compactMap { state in counts[state].map { "\(Figures.count($0)) \(state.title)" } }
        return "\(day): \(words.joined(separator: ", "))"
    }

    private func months(_ size: Int) -> [HTML] {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return (0..<53).compactMap { week in
            let monday = start.adding(days: week * 7)
            guard monday.day <= 7 else { return nil }
            return "<text class=\"soft\" x=\"\(34 + week * size)\" y=\"13\">\(names[monday.month - 1])</text>"
        }
    }

    private func weekdays(_ size: Int) -> [HTML] {
        [(0, "Mon"), (2, "Wed"), (4, "Fri"), (6, "Sun")].map { row, name in
            "<text class=\"soft\" x=\"4\" y=\"\(20 + row * size + 11)\">\(name)</text>"
        }
    }

    /// `53 weeks: 340 days Completed, 3 Failed (last on 2026-11-02)`.
    var summary: String {
        var count: [RunState: (days: Int, last: LocalDate)] = [:]
        for (day, _) in days where day >= start && day <= today {
            guard let state = worst(on: day) else { continue }
            let known = count[state]
            count[state] = ((known?.days ?? 0) + 1, max(known?.last ?? day, day))
        }
        guard !count.isEmpty else { return "No runs in the last 53 weeks." }
        let words = Self.severity.compactMap { state -> String? in
            guard let entry = count[state] else { return nil }
            let last = state == .completed ? "" : " (last on \(entry.last))"
            return "\(Figures.count(entry.days, "day")) \(state.title)\(last)"
        }
        return "The worst of each day, 53 weeks: \(words.joined(separator: ", "))."
    }
}
