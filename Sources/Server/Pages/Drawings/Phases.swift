import Reports
import Store
import TidegateModel

/// How a run spent its time: waiting, and each attempt.
struct Phases {
    struct Phase: Hashable {
        var title: String
        var start: Instant
        var end: Instant
        /// Goes on: `end` is now.
        var isOpen: Bool
        /// What came of it, in a word or two.
        var result: String
        /// A state's class.
        var name: String
    }

    let phases: [Phase]

    init(_ run: Run, _ attempts: [Attempt], now: Instant) {
        var phases: [Phase] = []
        func wait(_ title: String, from start: Instant, to end: Instant?) {
            let last = end ?? run.finishedAt ?? max(now, start)
            phases.append(
                Phase(
                    title: title, start: start, end: last, isOpen: end == nil && run.finishedAt == nil, result: "",
                    name: "queued"
                )
            )
        }
        wait("Waiting in the queue", from: run.queuedAt, to: attempts.first?.startedAt)
        for (index, attempt) in attempts.enumerated() {
            phases.append(
                Phase(
                    title: "Attempt \(attempt.number)", start: attempt.startedAt,
                    end: attempt.finishedAt ?? max(now, attempt.startedAt), isOpen: attempt.finishedAt == nil,
                    result: attempt.outcome?.replacing("-", with: " ") ?? "goes on",
                    name: Self.name(attempt.outcome)
                )
            )
            let next = attempts.dropFirst(index + 1).first
            if let finished = attempt.finishedAt, next != nil || !run.state.isTerminal {
                wait("Waiting for attempt \(attempt.number + 1)", from: finished, to: next?.startedAt)
            }
        }
        self.phases = phases
    }

    private static func name(_ outcome: String?) -> String {
        switch outcome {
        case nil: "processing"
        case "delivered": "completed"
        case "delivered-in-part": "partial"
        case "deferred": "retrying"
        case "cancelled": "cancelled"
        case "refused", "parked": "skipped"
        default: "failed"
        }
    }

    var table: HTML {
        guard let first = phases.first?.start, let last = phases.map(\.end).max() else { return "" }
        let whole = Int(max(1, (last - first).milliseconds))
        let rows: [HTML] = phases.map { phase in
            let bar = ShareBar(
                start: Int(max(0, (phase.start - first).milliseconds)),
                end: Int(max(0, (phase.end - first).milliseconds)), whole: whole, name: phase.name
            )
            let result: HTML = phase.result.isEmpty ? "" : ", \(phase.result)"
            return """
                <tr><th scope="row" class="tight">\(phase.title)\(result)</th>\
                <td class="number">+\(Figures.span(phase.start - first))</td>\
                <td class="number">\(Figures.span(phase.end - phase.start))\(phase.isOpen ? " so far" : "")</td>\
                <td class="wide">\(bar.drawing)</td></tr>

                """
        }
        return """
            <div class="sheet" tabindex="0" role="region" aria-label="Phases">
            <table><thead><tr><th scope="col">Phase</th><th scope="col" class="number">After</th>\
            <th scope="col" class="number">Took</th><th scope="col">Share of \(Figures.span(last - first))</th></tr></thead>
            <tbody>
            \(rows)</tbody></table>
            </div>

            """
    }
}
