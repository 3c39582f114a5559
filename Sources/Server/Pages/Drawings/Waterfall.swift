import Reports
import TidegateModel

/// A run's counts from what was selected down to what was exported.
struct Waterfall {
    struct Step: Hashable {
        enum Kind: String { case selected, skipped, rejected, exported }

        var kind: Kind
        /// Nil for the first and the last.
        var code: String?
        var profiles: Int
        /// How many are left after it.
        var left: Int
    }

    let steps: [Step]
    /// Whether what is left after the last reason is what was exported.
    let addsUp: Bool
    private let counts: RunCounts

    init(_ counts: RunCounts) {
        self.counts = counts
        var left = counts.selected
        var steps = [Step(kind: .selected, code: nil, profiles: counts.selected, left: left)]
        for (kind, reasons) in [(Step.Kind.skipped, counts.skipped), (.rejected, counts.rejected)] {
            for (code, profiles) in reasons.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
                left -= profiles
                steps.append(Step(kind: kind, code: code, profiles: profiles, left: left))
            }
        }
        steps.append(Step(kind: .exported, code: nil, profiles: counts.exported, left: counts.exported))
        self.steps = steps
        addsUp = left == counts.exported
    }

    var table: HTML {
        let rows = steps.map(row)
        return """
            <div class="sheet" tabindex="0" role="region" aria-label="Counts">
            <table class="waterfall"><caption>\(sum)</caption>
            <thead><tr><th scope="col">Profiles</th><th scope="col" class="number">Count</th>\
            <th scope="col" class="number">Share</th><th scope="col">From selected to exported</th>\
            <th scope="col">What it means</th></tr></thead>
            <tbody>
            \(rows)</tbody></table>
            </div>

            """
    }

    private func row(_ step: Step) -> HTML {
        let name =
            switch step.kind {
            case .selected: "queued"
            case .skipped: "skipped"
            case .rejected: "failed"
            case .exported: "completed"
            }
        let isWhole = step.code == nil
        let bar = ShareBar(
            start: isWhole ? 0 : max(0, step.left), end: isWhole ? step.profiles : max(0, step.left) + step.profiles,
            whole: max(counts.selected, counts.exported), name: name
        )
        let title: HTML =
            step.code.map { "\(step.kind.rawValue): <code>\($0)</code>" } ?? "<b>\(step.kind.rawValue)</b>"
        let sign = isWhole ? "" : "−"
        return """
            <tr><th scope="row" class="tight">\(title)</th><td class="number">\(sign)\(Figures.count(step.profiles))</td>\
            <td class="number soft">\(Figures.share(step.profiles, of: counts.selected))</td>\
            <td class="wide">\(bar.drawing)</td><td class="text soft">\(step.code.map(Self.words))</td></tr>

            """
    }

    private static func words(_ code: String) -> HTML {
        let advice = Advice(code: code)
        return advice.deed == Advice.nothing ? "\(advice.meaning)" : "\(advice.meaning) \(advice.deed)"
    }

    /// `1,000 selected = 900 exported + 60 skipped + 40 rejected`.
    private var sum: HTML {
        let (skipped, rejected) = (
            counts.skipped.values.reduce(0, +), counts.rejected.values.reduce(0, +)
        )
        let equation =
            "\(Figures.count(counts.selected)) selected = \(Figures.count(counts.exported)) exported"
            + " + \(Figures.count(skipped)) skipped + \(Figures.count(rejected)) rejected"
        return addsUp
            ? "<span class=\"state completed\"><b aria-hidden=\"true\">✓</b> It adds up:</span> \(equation)"
            : "<span class=\"state failed\"><b aria-hidden=\"true\">✕</b> It does not add up:</span> \(equation)"
    }
}
