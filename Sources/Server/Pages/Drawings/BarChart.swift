/// Numbers over time as bars, the newest at the right.
struct BarChart {
    struct Bar {
        var value: Int
        /// With the value, for people.
        var title: String
    }

    /// What the numbers are, and how the largest is written.
    let title: String
    let largest: String
    let bars: [Bar]

    private static let height = 110

    var drawing: HTML {
        let top = max(1, bars.map(\.value).max() ?? 1)
        let step = max(8, min(28, 640 / max(1, bars.count)))
        let width = 14 + bars.count * step + 14
        let shapes: [HTML] = bars.enumerated().map { index, bar in
            let height = bar.value == 0 ? 1 : max(2, bar.value * Self.height / top)
            return """
                <rect class="water" x="\(14 + index * step)" y="\(14 + Self.height - height)" \
                width="\(step - 2)" height="\(height)" rx="1"><title>\(bar.title)</title></rect>
                """
        }
        return """
            <figure class="chart"><div class="drawing newest" tabindex="0" role="region" aria-label="\(title)">
            <svg viewBox="0 0 \(width) \(Self.height + 22)" width="\(width)" height="\(Self.height + 22)" role="img" \
            aria-label="\(label)">
            <path class="line" d="M14 14H\(width - 14)M14 \(14 + Self.height)H\(width - 14)"/>
            \(shapes)
            </svg>
            </div><figcaption>\(title)\(most)</figcaption></figure>

            """
    }

    private var most: HTML { bars.isEmpty ? "" : ", at most \(largest); the newest at the right" }

    private var label: String {
        guard let last = bars.last else { return "\(title): nothing yet" }
        return "\(title), \(bars.count) bars, the largest \(largest); the last: \(last.title)"
    }
}

/// Numbers over time as a line in a table's row, the newest at the right.
struct Sparkline {
    let values: [Int]
    let label: String

    private static let width = 120
    private static let height = 26

    var drawing: HTML {
        guard let top = values.max(), let bottom = values.min(), values.count > 1 else {
            return "<span class=\"soft\">one cycle</span>"
        }
        let range = max(1, top - bottom)
        let points = values.enumerated().map { index, value in
            let x = 2 + index * (Self.width - 4) / (values.count - 1)
            let y = Self.height - 3 - (value - bottom) * (Self.height - 6) / range
            return "\(x),\(top == bottom ? Self.height / 2 : y)"
        }
        let end = points.last?.split(separator: ",") ?? []
        let dot: HTML = end.count == 2 ? "<circle class=\"water\" cx=\"\(end[0])\" cy=\"\(end[1])\" r=\"2.5\"/>" : ""
        return """
            <svg class="spark" viewBox="0 0 \(Self.width) \(Self.height)" width="\(Self.width)" height="\(Self.height)" \
            role="img" aria-label="\(label)"><polyline points="\(points.joined(separator: " "))"/>\(dot)</svg>
            """
    }
}

/// A share of a whole, from `start` to `end` of `whole`, as a bar that fills its cell.
struct ShareBar {
    let start: Int
    let end: Int
    let whole: Int
    /// A state's class.
    let name: String

    var drawing: HTML {
        let whole = max(1, self.whole)
        // Never nothing where there is something.
        let x = min(996, start * 1000 / whole)
        let width = max(end > start ? 4 : 0, (end - start) * 1000 / whole)
        return """
            <svg class="share" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">\
            <rect class="track" x="0" y="0" width="1000" height="10"/>\
            <g class="\(name)"><rect class="fill" x="\(x)" y="0" width="\(width)" height="10"/></g></svg>
            """
    }
}
