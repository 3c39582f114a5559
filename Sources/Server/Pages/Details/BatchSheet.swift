import Reports
import TidegateModel

/// The calls of a run to a connector and what the receiver said to each, one row for all that follow each other and say
/// the same.
struct BatchSheet {
    let batches: [Batch]
    let times: Times

    /// Empty for a run to a destination that takes files.
    var section: HTML {
        guard !batches.isEmpty else { return "" }
        let rows = BatchGroups(batches).groups.map(row)
        return """
            <h2>Batches and receipts</h2>
            <div class="sheet" tabindex="0" role="region" aria-label="Batches">
            <table><thead><tr><th scope="col">Batch</th><th scope="col">For</th><th scope="col">State</th>\
            <th scope="col" class="number">Contacts</th><th scope="col" class="number">Rejected</th>\
            <th scope="col" class="number">Size</th><th scope="col">Settled</th><th scope="col">Job</th>\
            <th scope="col">What the receiver said</th></tr></thead>
            <tbody>
            \(rows)</tbody></table>
            </div>

            """
    }

    private func row(_ group: [Batch]) -> HTML {
        guard let first = group.first, let last = group.last else { return "" }
        let name = group.count == 1 ? "\(first.number)" : "\(first.number) to \(last.number)"
        let figures = first.figures.sorted { $0.key < $1.key }.map { "\($0.key) \(Figures.count($0.value))" }
        let words = figures + [first.message].compactMap(\.self)
        let settled: HTML? = last.settledAt.map(times.short)
        return """
            <tr><th scope="row" class="tight">\(name)</th><td class="tight">\(first.kind.rawValue)</td>\
            <td class="tight">\(Self.mark(first.state).badge)</td>\
            <td class="number">\(Figures.count(group.map(\.contacts).reduce(0, +)))</td>\
            <td class="number">\(Figures.count(group.map(\.rejected).reduce(0, +)))</td>\
            <td class="number">\(Figures.bytes(group.map(\.bytes).reduce(0, +)))</td>\
            <td class="tight">\(settled)</td><td class="mono">\(first.job ?? "")</td>\
            <td class="text">\(words.joined(separator: ", "))</td></tr>

            """
    }

    static func mark(_ state: BatchState) -> StateMark {
        let (sign, name): (Character, String) =
            switch state {
            case .planned: ("○", "queued")
            case .sent: ("◐", "processing")
            case .accepted: ("◔", "processing")
            case .confirmed: ("✓", "completed")
            case .confirmedInPart: ("!", "partial")
            case .refused: ("✕", "failed")
            case .unknown: ("?", "partial")
            case .split: ("»", "skipped")
            case .lost: ("∅", "missed")
            }
        let word = state.rawValue.replacing("-", with: " ")
        return StateMark(word: word.prefix(1).uppercased() + word.dropFirst(), sign: sign, name: name)
    }
}
