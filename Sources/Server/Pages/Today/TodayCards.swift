import Foundation
import Reports
import Store
import TidegateModel

/// What wants to be known at once: what runs, what failed, what is late, how old the snapshot is.
struct TodayCards {
    let today: Today
    let times: Times

    /// What is in trouble comes first.
    var part: HTML {
        let cards = today.late.isEmpty ? [running, failed, snapshot, late] : [late, running, failed, snapshot]
        return "<div class=\"cards\">\(cards)</div>\n"
    }

    private static let shown = 6

    private var waiting: Int { today.live.count { $0.state == .queued } }

    private var running: HTML {
        let ids = Set(today.work.compactMap(\.run))
        let stages = today.work.filter { $0.run == nil }.map { item(title: HTML(text: $0.title), $0, run: nil) }
        let active = today.live.filter { $0.state != .queued }
        let runs = active.prefix(Self.shown).map { run in
            let work = ids.contains(run.id) ? today.work.first { $0.run == run.id } : nil
            return item(title: link(run), work, run: run)
        }
        let further = active.count - runs.count + waiting
        let rest: HTML =
            further == 0
            ? ""
            : """
            <p class="soft">\(active.count > runs.count ? "\(Figures.count(active.count - runs.count)) more, " : "")\
            \(Figures.count(waiting)) waiting</p>
            """
        let items = stages + runs
        let list: HTML =
            items.isEmpty ? "<p class=\"none\">Nothing runs now.</p>" : "<ul class=\"items\">\(items)</ul>"
        return card("Running now", count: items.count + active.count - runs.count, edge: "", "\(list)\(rest)")
    }

    private func item(title: HTML, _ work: WorkProgress?, run: Run?) -> HTML {
        let state: HTML? = run.map { StateMark($0.state).badge }
        let since: HTML = run?.startedAt.map { "<span class=\"soft end\">\(times.distance($0))</span>" } ?? ""
        let reason: HTML = run?.reason.map { "<p class=\"reason\">\($0)</p>" } ?? ""
        let again: HTML = run?.retryAt.map { "<p class=\"soft\">Next try \(times.distance($0))</p>" } ?? ""
        return """
            <li><div class="item-head">\(title) \(state) \(since)</div>\(work.map(progress))\(reason)\(again)</li>
            """
    }

    private func progress(_ work: WorkProgress) -> HTML {
        guard let total = work.total, total > 0 else {
            return """
                <progress aria-label="\(work.title)"></progress>\
                <p class="soft">\(Figures.count(work.done)) \(work.unit)</p>
                """
        }
        return """
            <progress aria-label="\(work.title)" max="\(total)" value="\(min(work.done, total))"></progress>\
            <p class="soft">\(amount(work.done, work.unit)) of \(amount(total, work.unit)), \
            \(Figures.share(work.done, of: total))</p>
            """
    }

    private func amount(_ count: Int, _ unit: String) -> String {
        unit == "bytes" ? Figures.bytes(count) : "\(Figures.count(count)) \(unit)"
    }

    private var failed: HTML {
        let total = today.failed.count + today.furtherFailed
        guard total > 0 else {
            return card(
                "Failed in 24 hours", count: nil, edge: "good", "<p class=\"none\">\(ok)Nothing failed.</p>\(tally)")
        }
        let items: [HTML] = today.failed.map { run in
            """
            <li><div class="item-head">\(StateMark(run.state).glyph) \(link(run)) \
            <span class="soft end">\(run.finishedAt.map(times.short))</span></div>\
            <p class="reason">\(run.reason ?? "no reason was recorded")</p></li>
            """
        }
        let more: HTML =
            today.furtherFailed == 0
            ? ""
            : "<p><a href=\"/dataflows?state=failed\">\(Figures.count(today.furtherFailed)) more</a></p>"
        return card("Failed in 24 hours", count: total, edge: "bad", "<ul class=\"items\">\(items)</ul>\(more)\(tally)")
    }

    /// Every run that ended in 24 hours, by state.
    private var tally: HTML {
        let counts: [HTML] = RunState.allCases.compactMap { state in
            today.counts[state].map { count -> HTML in
                let mark = StateMark(state)
                return """
                    <span class="state \(mark.name)"><b aria-hidden="true">\(String(mark.sign))</b> \
                    \(Figures.count(count)) <span class="soft">\(mark.word.lowercased())</span></span>
                    """
            }
        }
        return counts.isEmpty ? "" : "<p class=\"badges\">\(counts)</p>"
    }

    private var late: HTML {
        guard !today.late.isEmpty else {
            return card("Late", count: nil, edge: "good", "<p class=\"none\">\(ok)Nothing is late.</p>")
        }
        let items: [HTML] = today.late.prefix(Self.shown).map { lateness in
            """
            <li><div class="item-head">\(subject(lateness)) <span class="soft end">\(times.short(lateness.since))</span>\
            </div><p class="reason">\(sentence(lateness))</p></li>
            """
        }
        let further = today.late.count - items.count
        let more: HTML = further > 0 ? "<p class=\"soft\">\(Figures.count(further)) more</p>" : ""
        return card("Late", count: today.late.count, edge: "warn", "<ul class=\"items\">\(items)</ul>\(more)")
    }

    private func subject(_ lateness: Today.Lateness) -> HTML {
        switch lateness.what {
        case .cycle: "Segmentation"
        case .occurrence(let dataflow): "<a href=\"/dataflows/\(dataflow)\">\(dataflow)</a>"
        case .run(let id, let dataflow, _): "<a href=\"/runs/\(id.text)\">\(dataflow)</a>"
        }
    }

    private func sentence(_ lateness: Today.Lateness) -> String {
        let ago = Figures.span(today.window.now - lateness.since)
        switch lateness.what {
        case .cycle: return "was due \(ago) ago and has not begun"
        case .occurrence: return "was due \(ago) ago and nobody has decided about it"
        case .run(_, _, let deadline): return "is not over, \(ago) past its deadline of \(Figures.span(deadline))"
        }
    }

    private var snapshot: HTML {
        let next: HTML =
            today.nextCycles.first.map {
                "<dt>Next cycle</dt><dd>\(times.distance($0)), \(times.short($0))</dd>"
            } ?? ""
        let trouble: HTML = today.cycles.first.map(trouble) ?? ""
        guard let snapshot = today.snapshot else {
            return card(
                "Snapshot", count: nil, edge: trouble.isEmpty ? "" : "bad",
                "<p class=\"big\">None yet</p>\(trouble)<dl class=\"facts\">\(next)</dl>"
            )
        }
        let age = today.window.now - snapshot.publishedAt
        let isOld = age > .hours(26)
        let old: HTML = isOld ? "<p>\(StateMark.late.badge): older than a cycle</p>" : ""
        return card(
            "Snapshot", count: nil, edge: trouble.isEmpty && !isOld ? "" : "warn",
            """
            <p class="big">\(Figures.span(age)) old</p>\(old)\(trouble)<dl class="facts">\
            <dt>Published</dt><dd>\(times.short(snapshot.publishedAt))</dd>\
            <dt>Profiles</dt><dd>\(Figures.count(snapshot.profiles))</dd>\
            <dt>Segments</dt><dd><a href="/segments">\(Figures.count(snapshot.segments.count))</a></dd>\(next)</dl>
            """
        )
    }

    /// What is wrong with the newest cycle, if anything.
    private func trouble(_ cycle: Cycle) -> HTML {
        switch cycle.state {
        case .completed: ""
        case .processing: "<p>\(StateMark(cycle.state).badge) a new one since \(times.short(cycle.startedAt))</p>"
        case .retrying, .failed:
            """
            <p>\(StateMark(cycle.state).badge) the cycle of \(times.short(cycle.nominal))</p>\
            <p class="reason">\(cycle.reason ?? "")</p>
            """
        }
    }

    private var ok: HTML { "<span class=\"state completed\" aria-hidden=\"true\">✓</span> " }

    private func link(_ run: Run) -> HTML {
        let segments = run.segments.map(\.name)
        let of: HTML = segments.count == 1 ? " <span class=\"soft\">/ \(segments[0])</span>" : ""
        return "<span><a href=\"/runs/\(run.id.text)\">\(run.dataflowName)</a>\(of)</span>"
    }

    private func card(_ title: StaticString, count: Int?, edge: StaticString, _ inside: HTML) -> HTML {
        let number: HTML = count.map { $0 > 0 ? "<span class=\"count\">\(Figures.count($0))</span>" : "" } ?? ""
        return """
            <section class="card \(HTML(stringLiteral: edge))"><h2>\(HTML(stringLiteral: title))\(number)</h2>\
            \(inside)</section>
            """
    }
}
