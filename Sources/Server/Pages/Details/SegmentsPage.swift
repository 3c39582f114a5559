import Foundation
import Reports
import Store
import TidegateModel

/// Every segment: how large it is, and how that changed over the cycles.
struct SegmentsPage {
    let spec: JobSpec
    /// The newest first.
    let snapshots: [Snapshot]
    let cycles: [Cycle]
    let times: Times
    let call: Call

    static let cyclesShown = 30

    static func path(_ name: String) -> String { "/segments/\(name.escapedForURL)" }

    var main: HTML {
        """
        <div data-live="cycle">\(CyclePanel(snapshot: snapshots.first, cycle: cycles.first, times: times, call: call).section)</div>
        <div data-live="segments">\(sheet)</div>
        """
    }

    private var sheet: HTML {
        guard !spec.segments.isEmpty else { return Self.nothing }
        let sizes = Dictionary(grouping: snapshots.reversed().flatMap(\.segments)) { $0.segment.id }
        let latest = Dictionary((snapshots.first?.segments ?? []).map { ($0.segment.id, $0) }) { first, _ in first }
        let rows = spec.segments.map { row($0, latest[$0.id], sizes[$0.id] ?? []) }
        return """
            <div class="sheet" tabindex="0" role="region" aria-label="Segments">
            <table><thead><tr><th scope="col">Segment</th><th scope="col" class="number">Members</th>\
            <th scope="col" class="number">Share</th><th scope="col" class="number">Joined</th>\
            <th scope="col" class="number">Left</th><th scope="col">Last \(Self.cyclesShown) cycles</th>\
            <th scope="col">Rule</th></tr></thead>
            <tbody>
            \(rows)</tbody></table>
            </div>
            """
    }

    private static let nothing: HTML = """
        <div class="cards"><section class="card wide"><p class="big">No segments yet</p>
        <p>A segment is a rule about profiles, such as <code>orders &gt;= 5 AND country = 'SE'</code>. Write one into a job \
        file, <code>tidegate apply</code>, and start a cycle: who is in it shows up here.</p></section></div>
        """

    private func row(_ segment: Segment, _ now: SnapshotSegment?, _ history: [SnapshotSegment]) -> HTML {
        let values = history.map(\.members)
        let range = "\(Figures.count(values.min() ?? 0)) to \(Figures.count(values.max() ?? 0)) members"
        let spark: HTML = values.isEmpty ? "" : Sparkline(values: values, label: range).drawing
        let counts: HTML =
            now.map { now in
                """
                <td class="number">\(Figures.count(now.members))</td>\
                <td class="number soft">\(Figures.share(now.members, of: snapshots.first?.profiles ?? 0))</td>\
                <td class="number">\(now.joined == 0 ? "" : "+\(Figures.count(now.joined))")</td>\
                <td class="number">\(now.left == 0 ? "" : "−\(Figures.count(now.left))")</td>
                """
            } ?? "<td colspan=\"4\" class=\"soft\">not in the latest snapshot</td>"
        return """
            <tr><th scope="row"><a href="\(Self.path(segment.name))">\(segment.name)</a></th>\(counts)\
            <td class="tight">\(spark)</td><td class="text"><code>\(segment.rule)</code></td></tr>

            """
    }
}

/// How old the snapshot is, and the way to a new one.
struct CyclePanel {
    let snapshot: Snapshot?
    /// The newest.
    let cycle: Cycle?
    let times: Times
    let call: Call

    var section: HTML {
        let age: HTML =
            snapshot.map {
                "<p>Snapshot of \(times.both($0.nominal)), published \(times.distance($0.publishedAt)), \(Figures.count($0.profiles)) profiles.</p>\n"
            }
            ?? "<p class=\"none\">There is no snapshot yet. A cycle makes one.</p>\n"
        return "<section class=\"message\" aria-label=\"Snapshot\">\(age)\(last)\(form)</section>\n"
    }

    private var isOpen: Bool { cycle.map { $0.finishedAt == nil } ?? false }

    private var last: HTML {
        guard let cycle else { return "" }
        let reason: HTML? = cycle.reason.map { ": \($0)" }
        switch cycle.state {
        case .processing:
            return "<p>\(StateMark(cycle.state).badge) a cycle goes on since \(times.both(cycle.startedAt)).</p>\n"
        case .retrying:
            return
                "<p>\(StateMark(cycle.state).badge) the cycle is tried again\(cycle.retryAt.map { " \(times.distance($0))" as HTML })\(reason)</p>\n"
        case .failed: return "<p>\(StateMark(cycle.state).badge) the last cycle\(reason)</p>\n"
        case .completed: return ""
        }
    }

    private var form: HTML {
        guard let caller = call.caller, caller.scope >= .trigger else { return "" }
        guard !isOpen else { return "" }
        return """
            <div class="bar"><form method="post" action="/cycle/start">\(FormFields.hidden(call))<button>Start a cycle</button></form>\
            <span class="soft">Reads every source, evaluates every segment and publishes a snapshot.</span></div>

            """
    }
}
