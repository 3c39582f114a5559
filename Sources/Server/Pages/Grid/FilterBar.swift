import Store
import TidegateModel

/// The links and the form that choose which dataflows are shown.
struct FilterBar {
    let reading: Overview.Reading
    let filter: DataflowFilter

    /// Destinations in a row of links; more of them are a list to choose from.
    private static let linkedDestinations = 6

    var bar: HTML {
        """
        <div class="filters" role="group" aria-label="Filters">
        \(states)\(kinds)\(standings)\(destinations)\(search)</div>

        """
    }

    private var states: HTML {
        var counts: [RunState: Int] = [:]
        for line in reading.dataflows { if let state = line.last?.state { counts[state, default: 0] += 1 } }
        let offered = RunState.allCases.filter { counts[$0] != nil || $0 == filter.state }
        return group(
            "Last run", \.state,
            offered.map { ($0, "\(StateMark($0).badge) <span class=\"soft\">\(counts[$0] ?? 0)</span>") }
        )
    }

    private var kinds: HTML {
        let there = Set(reading.dataflows.map(\.kind))
        return group(
            "Kind", \.kind, DataflowLine.Kind.allCases.filter(there.contains).map { ($0, HTML(text: $0.title)) }
        )
    }

    private var standings: HTML {
        let there = Set(reading.dataflows.map(\.standing))
        let offered = DataflowLine.Standing.allCases.filter { there.contains($0) || $0 == filter.standing }
        return group("Schedule", \.standing, offered.map { ($0, HTML(text: $0.title)) })
    }

    private var names: [String] {
        var seen = Set<String>()
        return reading.dataflows.map(\.dataflow.destination).filter { seen.insert($0).inserted }.sorted()
    }

    private var destinations: HTML {
        guard names.count <= Self.linkedDestinations else { return "" }
        return group("Destination", \.destination, names.map { ($0, HTML(text: $0)) })
    }

    /// Nothing where there is nothing to choose between.
    private func group<Value: Hashable>(
        _ label: StaticString, _ part: WritableKeyPath<DataflowFilter, Value?>, _ offered: [(value: Value, title: HTML)]
    ) -> HTML {
        guard offered.count > 1 || filter[keyPath: part] != nil else { return "" }
        let label = HTML(stringLiteral: label)
        let chosen = filter[keyPath: part]
        let all = link(filter.with(part, nil), "All", isChosen: chosen == nil)
        let links = offered.map { link(filter.with(part, $0.value), $0.title, isChosen: $0.value == chosen) }
        return "<ul aria-label=\"\(label)\"><li class=\"label\" aria-hidden=\"true\">\(label)</li>\(all)\(links)</ul>\n"
    }

    private func link(_ filter: DataflowFilter, _ title: HTML, isChosen: Bool) -> HTML {
        let current: HTML = isChosen ? " aria-current=\"true\"" : ""
        return "<li><a href=\"\(filter.address)\"\(current)>\(title)</a></li>"
    }

    private var search: HTML {
        let others = filter.with(\.name, "").pairs.filter { $0.name != "destination" || !hasChoice }
        let hidden: [HTML] = others.map {
            "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">"
        }
        return """
            <form method="get" action="/dataflows" role="search">\(hidden)\(choice)\
            <label class="hidden-text" for="name">Name</label>\
            <input id="name" type="search" name="name" value="\(filter.name)" placeholder="Name" maxlength="63">\
            <button>Find</button></form>

            """
    }

    private var hasChoice: Bool { names.count > Self.linkedDestinations }

    private var choice: HTML {
        guard hasChoice else { return "" }
        let options: [HTML] = names.map {
            "<option\($0 == filter.destination ? " selected" : "")>\($0)</option>"
        }
        return """
            <label class="hidden-text" for="destination">Destination</label>\
            <select id="destination" name="destination"><option value="">Every destination</option>\(options)</select>
            """
    }
}
