import Reports
import Store
import TidegateModel

/// The last runs of one dataflow as bars: as high as they took long, in the colour of their state, with a sign below
/// those that did not complete, and above those that were forced or tried again.
struct RunBars {
    /// In units of the drawing.
    static let step = 7
    static let width = RunGrid.width * step
    static let height = 46
    /// Where the bars stand, and how high the longest is.
    static let ground = 35
    static let tallest = 24

    private let runs: [RunMark]
    private let now: Instant
    private let longest: Int64
    private let midnights: Midnights

    init(_ runs: [RunMark], now: Instant, midnights: Midnights) {
        self.runs = runs
        self.now = now
        self.midnights = midnights
        longest = max(1, runs.lazy.compactMap { $0.duration(at: now)?.milliseconds }.max() ?? 1)
    }

    /// The middle of a bar; the newest is at the right edge.
    func place(of index: Int) -> Int {
        (RunGrid.width - runs.count + index) * Self.step + Self.step / 2
    }

    /// At least two, so that a run that took no time is still there.
    func height(of run: RunMark) -> Int {
        guard let duration = run.duration(at: now) else { return 2 }
        return 2 + Int(duration.milliseconds * Int64(Self.tallest - 2) / longest)
    }

    /// Between which bars a new local day begins; weeks where nearly every bar has a day of its own.
    var separators: [Int] {
        var days: [Int] = []
        var weeks: [Int] = []
        var before: Int?
        for (index, run) in runs.enumerated() {
            let day = midnights.day(of: run.scheduledFor)
            if let day, let before, day != before {
                days.append(index)
                if midnights.week(of: day) != midnights.week(of: before) { weeks.append(index) }
            }
            before = day
        }
        return days.count * 2 > runs.count ? weeks : days
    }

    /// For those who cannot see it: `50 runs: 48 completed, 2 failed`.
    var summary: String {
        guard !runs.isEmpty else { return "no runs yet" }
        var counts: [RunState: Int] = [:]
        for run in runs { counts[run.state, default: 0] += 1 }
        let words = RunState.allCases.compactMap { state in counts[state].map { "\($0) \(state.rawValue)" } }
        return Figures.count(runs.count, "run") + ": " + words.joined(separator: ", ")
    }

    var drawing: HTML {
        var paths = [[UInt8]](repeating: [], count: RunState.allCases.count)
        var signs = [[Int]](repeating: [], count: RunState.allCases.count)
        var marks: [(place: Int, sign: StaticString)] = []
        for (index, run) in runs.enumerated() {
            let place = place(of: index)
            let state = Self.order[run.state] ?? 0
            paths[state].append(bar: place, from: Self.ground, height: height(of: run))
            if run.state != .completed { signs[state].append(place) }
            if run.trigger == .adHoc { marks.append((place, "▶")) }
            if run.trigger == .retry { marks.append((place, "⟳")) }
        }
        var page: HTML = """
            <svg class="runs" viewBox="0 0 350 46" width="350" height="46" role="img" aria-label="\(summary)">
            """
        page += "<path class=\"day\" d=\"\(HTML(drawing: separatorPath))\"/>"
        for (index, state) in RunState.allCases.enumerated() where !paths[index].isEmpty {
            page += "<path class=\"\(state.rawValue)\" d=\"\(HTML(drawing: paths[index]))\"/>"
            guard !signs[index].isEmpty else { continue }
            let sign = String(repeating: StateMark(state).sign, count: signs[index].count)
            page += "<text class=\"\(state.rawValue)\" y=\"44\" x=\"\(Self.list(signs[index]))\">\(sign)</text>"
        }
        if !marks.isEmpty {
            let text = marks.map { "\($0.sign)" }.joined()
            page += "<text class=\"mark\" y=\"8\" x=\"\(Self.list(marks.map(\.place)))\">\(text)</text>"
        }
        page += "</svg>"
        return page
    }

    private var separatorPath: [UInt8] {
        var path: [UInt8] = []
        for index in separators {
            path.append(bar: place(of: index) - Self.step / 2 - 1, from: Self.ground, height: Self.ground - 10)
        }
        return path
    }

    private static func list(_ places: [Int]) -> String { places.map(String.init).joined(separator: " ") }

    private static let order = Dictionary(
        uniqueKeysWithValues: RunState.allCases.enumerated().map { ($0.element, $0.offset) }
    )
}

extension [UInt8] {
    /// A stroke upwards: `M3 35v-12`.
    fileprivate mutating func append(bar place: Int, from ground: Int, height: Int) {
        append(UInt8(ascii: "M"))
        append(digitsOf: place)
        append(UInt8(ascii: " "))
        append(digitsOf: ground)
        append(contentsOf: "v-".utf8)
        append(digitsOf: height)
    }

    /// Of a number that is not negative.
    private mutating func append(digitsOf number: Int) {
        if number >= 10 { append(digitsOf: number / 10) }
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}

/// The local days of a zone back from now, found without asking the zone for each instant.
struct Midnights: Sendable {
    /// The instants at which days begin, the oldest first.
    private let begins: [Instant]
    private let firstDate: LocalDate

    static let reach = 400

    init(_ zone: Zone, before now: Instant) {
        let today = zone.localDate(at: now)
        firstDate = today.adding(days: -Self.reach)
        // A date that a zone has jumped over, or whose midnight does not exist, begins where the clocks went on.
        begins = (0...Self.reach + 2).map { zone.begin(of: today.adding(days: $0 - Self.reach)) }
    }

    /// A number that grows by one with every local day; nil for what is longer ago than anyone asks.
    func day(of instant: Instant) -> Int? {
        guard let first = begins.first, let last = begins.last, instant >= first, instant < last else { return nil }
        var day = Int((instant - first).milliseconds / 86_400_000)
        day = min(day, begins.count - 2)
        while day > 0, begins[day] > instant { day -= 1 }
        while day + 1 < begins.count, begins[day + 1] <= instant { day += 1 }
        return day
    }

    /// A number that grows by one with every Monday.
    func week(of day: Int) -> Int {
        (firstDate.daysSinceEpoch + day + 3).flooredQuotientAndRemainder(dividingBy: 7).quotient
    }
}

extension Zone {
    /// The first instant of a local date.
    func begin(of date: LocalDate) -> Instant {
        switch wallTime(date, .midnight) {
        case .once(let instant): instant
        case .fold(_, let first, _): first
        case .gap(let change, _): change.at
        case .noSuchDate: begin(of: date.adding(days: 1))
        }
    }
}
