import Store
import TidegateModel

/// Running a dataflow now, with what each guardrail says before the click.
struct RunNowPanel {
    let sight: DataflowSight
    let call: Call

    /// Empty for those who may not.
    var section: HTML {
        guard let answers = sight.guardrails else { return "" }
        let refused = answers.filter { $0.refusal != nil }
        return """
            <section class="card run-now" aria-labelledby="run-now">
            <h2 id="run-now">Run now</h2>
            <ul class="rules">\(answers.map(rule))</ul>
            \(form(refused))</section>

            """
    }

    private func rule(_ answer: GuardrailAnswer) -> HTML {
        guard let refusal = answer.refusal else {
            return
                "<li><span class=\"state completed\" role=\"img\" aria-label=\"passes\">✓</span> \(answer.rule.rawValue)</li>\n"
        }
        return """
            <li><span class="state failed" role="img" aria-label="refuses">✕</span> \(answer.rule.rawValue)\
            <span class="reason">\(refusal)</span></li>

            """
    }

    private func form(_ refused: [GuardrailAnswer]) -> HTML {
        let path = DataflowPage.path(sight.dataflow.name)
        // Other segments may pass where all of them together do not.
        let shut = refused.first { $0.rule != .delay && !(hasChoice && $0.rule.dependsOnSegments) }
        let force: HTML =
            refused.contains { $0.rule == .delay }
            ? "<p><label><input type=\"checkbox\" name=\"force\" value=\"yes\"> Pass the one-time delay</label> <span class=\"soft\">(recorded on the run)</span></p>"
            : ""
        let button: HTML =
            shut.map {
                "<button class=\"strong\" disabled>Run now</button> <span class=\"soft\">\($0.refusal ?? "")</span>"
            }
            ?? "<button class=\"strong\">Run now</button> <span class=\"soft\">\(Self.note(refused))</span>"
        return """
            <form method="post" action="\(path)/run">\(FormFields.hidden(call))
            \(segments)\(force)<div class="bar">\(button)</div>
            </form>

            """
    }

    /// A file whose rows list a person's segments has all of them or lies.
    private var hasChoice: Bool {
        sight.dataflow.segments.count > 1 && sight.dataflow.file.audienceManager == nil
    }

    private static func note(_ refused: [GuardrailAnswer]) -> HTML {
        if refused.contains(where: { $0.rule != .delay }) { return "Refused with all segments; fewer may pass." }
        return refused.isEmpty
            ? "A full export of the latest snapshot; the schedule goes on as it is."
            : "Refused unless the one-time delay is passed."
    }

    private var segments: HTML {
        guard hasChoice else { return "" }
        let boxes: [HTML] = sight.dataflow.segments.map {
            "<li><label><input type=\"checkbox\" name=\"segment\" value=\"\($0)\" checked> \($0)</label></li>"
        }
        return
            "<fieldset><legend>Segments</legend><input type=\"hidden\" name=\"choice\" value=\"segments\"><ul class=\"choices\">\(boxes)</ul></fieldset>\n"
    }
}
