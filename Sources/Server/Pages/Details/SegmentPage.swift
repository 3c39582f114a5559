import Foundation
import Reports
import Store
import TidegateModel

/// How two segments of one snapshot share their members.
struct SegmentOverlap: Hashable {
    let first: SnapshotSegment
    let second: SnapshotSegment
    let both: Int
}

/// One segment.
struct SegmentPage {
    let segment: Segment
    let spec: JobSpec
    /// The newest first.
    let history: [SegmentSize]
    /// Those of the latest snapshot that it can be compared with.
    let others: [String]
    /// The one that was asked for; nil where none was.
    let other: String?
    /// Nil where none was asked for, or the latest snapshot does not have both.
    let overlap: SegmentOverlap?
    let times: Times

    static let cyclesShown = 60

    var main: HTML {
        let description: HTML? = segment.description.isEmpty ? nil : "<p class=\"lead\">\(segment.description)</p>\n"
        return """
            \(description)<pre class="rule">\(segment.rule)</pre>
            <h2>Dataflows</h2>
            \(dataflows)<h2>Size over the cycles</h2>
            \(chart)\(table)<h2 id="overlap">Overlap</h2>
            \(form)\(bars)
            """
    }

    private var dataflows: HTML {
        let users = spec.dataflows.filter { $0.segments.contains(segment.name) }
        guard !users.isEmpty else {
            return "<p class=\"none\">No dataflow exports it. One that does names it in <code>segments</code>.</p>\n"
        }
        let items: [HTML] = users.map {
            "<li><a href=\"\(DataflowPage.path($0.name))\">\($0.name)</a> <span class=\"soft\">to \($0.destination)</span></li>\n"
        }
        return "<ul>\n\(items)</ul>\n"
    }

    private var chart: HTML {
        guard !history.isEmpty else { return "" }
        let oldestFirst = history.reversed()
        return BarChart(
            title: "Members after each cycle", largest: Figures.count(history.map(\.counts.members).max() ?? 0),
            bars: oldestFirst.map { size in
                let title = "\(times.shortText(size.nominal)): \(Figures.count(size.counts.members)) members"
                return BarChart.Bar(value: size.counts.members, title: title)
            }
        ).drawing
    }

    private var table: HTML {
        guard !history.isEmpty else {
            return "<p class=\"none\">It is in no snapshot yet. The next cycle puts it there.</p>\n"
        }
        let rows: [HTML] = history.map { size in
            """
            <tr><th scope="row" class="tight">\(times.both(size.nominal))</th>\
            <td class="number">\(Figures.count(size.counts.members))</td>\
            <td class="number">\(size.counts.joined == 0 ? "" : "+\(Figures.count(size.counts.joined))")</td>\
            <td class="number">\(size.counts.left == 0 ? "" : "−\(Figures.count(size.counts.left))")</td></tr>

            """
        }
        return """
            <details><summary>\(Figures.count(history.count, "cycle")) as a table</summary>
            <div class="sheet" tabindex="0" role="region" aria-label="History">
            <table><thead><tr><th scope="col">Cycle</th><th scope="col" class="number">Members</th>\
            <th scope="col" class="number">Joined</th><th scope="col" class="number">Left</th></tr></thead>
            <tbody>
            \(rows)</tbody></table>
            </div></details>

            """
    }

    private var form: HTML {
        guard !others.isEmpty else {
            return "<p class=\"none\">There is no other segment in the latest snapshot.</p>\n"
        }
        let options: [HTML] = others.map { name in
            "<option\(name == other ? " selected" as HTML : "")>\(name)</option>"
        }
        return """
            <form class="bar" method="get" action="\(SegmentsPage.path(segment.name))#overlap">\
            <label for="with">With</label> <select id="with" name="with">\(options)</select> <button>Compare</button></form>

            """
    }

    private var bars: HTML {
        guard let other else { return "" }
        guard let overlap else {
            return "<p class=\"none\">The latest snapshot does not have both \(segment.name) and \(other).</p>"
        }
        let (first, second) = (overlap.first.members, overlap.second.members)
        let either = first + second - overlap.both
        let rows: [(String, Int, Int, Int, String)] = [
            (segment.name, first, 0, first, "processing"),
            (other, second, first - overlap.both, either, "cancelled"),
            ("both", overlap.both, first - overlap.both, first, "completed"),
            ("either", either, 0, either, "queued"),
        ]
        let lines: [HTML] = rows.map { name, count, start, end, colour in
            """
            <tr><th scope="row" class="tight">\(name)</th><td class="number">\(Figures.count(count))</td>\
            <td class="wide">\(ShareBar(start: start, end: end, whole: either, name: colour).drawing)</td></tr>

            """
        }
        return """
            <p>\(sentence(overlap))</p>
            <div class="sheet" tabindex="0" role="region" aria-label="Overlap">
            <table><thead><tr><th scope="col">In</th><th scope="col" class="number">Profiles</th>\
            <th scope="col">Side by side</th></tr></thead>
            <tbody>
            \(lines)</tbody></table>
            </div>
            """
    }

    private func sentence(_ overlap: SegmentOverlap) -> HTML {
        guard overlap.both > 0 else { return "Nobody is in both." }
        return """
            \(Figures.count(overlap.both, "profile")) \(overlap.both == 1 ? "is" : "are") in both: \
            \(Figures.share(overlap.both, of: overlap.first.members)) of \(overlap.first.segment.name), \
            \(Figures.share(overlap.both, of: overlap.second.members)) of \(overlap.second.segment.name).
            """
    }
}
