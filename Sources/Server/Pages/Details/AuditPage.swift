import Foundation
import Store
import TidegateModel

/// What was done and what was refused, the newest first.
struct AuditPage {
    /// One more than are shown where there is another page.
    let entries: [(number: Int, entry: AuditEntry)]
    let isFirst: Bool
    let times: Times

    static let shown = 50

    var main: HTML {
        guard !entries.isEmpty else { return "<div data-live=\"audit\">\(Self.nothing)</div>" }
        let rows = entries.prefix(Self.shown).map { row($0.entry) }
        return """
            <div data-live="audit"><div class="sheet" tabindex="0" role="region" aria-label="Audit">
            <table><thead><tr><th scope="col">When</th><th scope="col">By</th><th scope="col">What</th>\
            <th scope="col">Of</th><th scope="col">Outcome</th></tr></thead>
            <tbody>
            \(rows)</tbody></table>
            </div></div>
            \(paging)
            """
    }

    private static let nothing: HTML = """
        <div class="cards"><section class="card wide"><p class="big">Nothing done by hand yet</p>
        <p>Whoever runs, cancels, retries or pauses something, on a page or by a call, shows up here, with what was \
        refused. What the schedule does by itself is on <a href="/">Today</a>.</p></section></div>
        """

    private func row(_ entry: AuditEntry) -> HTML {
        let outcome: HTML =
            entry.refusal.map {
                "<span class=\"state failed\"><b aria-hidden=\"true\">✕</b> Refused</span> <span class=\"reason\">\($0)</span>"
            }
            ?? "<span class=\"state completed\"><b aria-hidden=\"true\">✓</b> Done</span>"
        return """
            <tr><td class="tight">\(times.both(entry.at))</td><td class="tight">\(entry.actor)</td>\
            <th scope="row" class="tight">\(Self.words(entry.action))</th><td class="tight">\(subject(entry))</td>\
            <td class="text">\(outcome)</td></tr>

            """
    }

    private func subject(_ entry: AuditEntry) -> HTML {
        switch entry.action {
        case .cancel, .retry:
            guard let id = UUID(uuidString: entry.subject) else { return "\(entry.subject)" }
            // Cycles have ids of their own kind where the API knows them as segment jobs.
            if let cycle = CycleID(entry.subject) { return "segment job \(cycle.sequence)" }
            return "run <a class=\"mono\" href=\"\(RunPage.path(id.text))\">\(String(id.text.prefix(8)))</a>"
        case .runNow, .pause, .resume:
            if entry.subject == AdHocStart.unknownJob { return "\(entry.subject)" }
            return "dataflow <a href=\"\(DataflowPage.path(entry.subject))\">\(entry.subject)</a>"
        default:
            return "\(entry.subject)"
        }
    }

    /// `Run now`.
    static func words(_ action: AuditEntry.Action) -> String {
        let words = action.rawValue.replacing("-", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    private var paging: HTML {
        let newest: HTML = isFirst ? "" : "<a href=\"/audit\">Newest</a> "
        let older: HTML =
            entries.count > Self.shown
            ? "<a href=\"/audit?before=\(entries[Self.shown - 1].number)\" rel=\"next\">Older</a>" : ""
        return newest.isEmpty && older.isEmpty ? "" : "<nav class=\"bar\" aria-label=\"Paging\">\(newest)\(older)</nav>"
    }
}
