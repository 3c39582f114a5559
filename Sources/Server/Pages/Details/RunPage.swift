import Reports
import Store
import TidegateModel

/// One run.
struct RunPage {
    let sight: RunSight
    let times: Times
    let call: Call

    private var run: Run { sight.run }

    static func path(_ id: String) -> String { "/runs/\(id)" }

    static func title(_ run: Run) -> String {
        "\(run.dataflowName) · \(DataflowWords.list(run.segments.map(\.name)))"
    }

    var main: HTML {
        """
        <div data-live="state">
        <div class="badges">\(StateMark(run.state).badge) \(TriggerMark(run.trigger).badge)\(tags)</div>
        \(reason)\(progress)\(facts)
        \(controls)</div>
        <h2>Where the time went</h2>
        <div data-live="phases">\(Phases(run, sight.attempts, now: times.now).table)</div>
        <h2>Counts</h2>
        <div data-live="counts">
        \(counts)\(files)\(BatchSheet(batches: sight.batches, times: times).section)</div>
        <h2>Transitions</h2>
        <div data-live="transitions">\(transitions)</div>
        """
    }

    private var tags: HTML {
        run.isForced ? " <span class=\"tag\">one-time delay passed</span>" : ""
    }

    /// The fault in one sentence, and what to do.
    private var reason: HTML {
        let advice = Advice(run)
        guard run.reason != nil || advice != nil else { return "" }
        let edge: HTML =
            switch run.state {
            case .failed, .missed: "bad"
            case .partial, .retrying, .skipped: "warn"
            default: "plain"
            }
        let sentence: HTML? = run.reason.map { "<p><b>\($0)</b></p>" }
        let words: HTML? = advice.map { "<p>\($0.meaning)</p><p><b>What to do:</b> \($0.deed)</p>" }
        let retry: HTML? = run.retryAt.map { "<p>Next attempt \(times.distance($0)), at \(times.both($0)).</p>" }
        return "<section class=\"card \(edge) message\" aria-label=\"Reason\">\(sentence)\(words)\(retry)</section>\n"
    }

    private var progress: HTML {
        guard !sight.work.isEmpty else { return "" }
        let items: [HTML] = sight.work.map { work in
            let end: HTML = work.total.map { " of \(Figures.count($0))" } ?? ""
            let bar: HTML =
                work.total.map { "<progress max=\"\($0)\" value=\"\(work.done)\"></progress>" }
                ?? "<progress></progress>"
            return
                "<div><b>\(work.title)</b>\(bar)<span class=\"soft\">\(Figures.count(work.done))\(end) \(work.unit)</span></div>"
        }
        return "<section class=\"card message\" aria-label=\"Progress\">\(items)</section>\n"
    }

    private var facts: HTML {
        let segments: [HTML] = run.segments.enumerated().map { index, segment in
            let comma: HTML = index == 0 ? "" : ", "
            return "\(comma)<a href=\"/segments/\(segment.name.escapedForURL)\">\(segment.name)</a>"
        }
        let snapshot: HTML =
            switch (sight.snapshot, run.snapshot) {
            case (let snapshot?, _):
                "of \(times.both(snapshot.nominal)), \(Figures.count(snapshot.profiles)) profiles <span class=\"mono soft\">\(snapshot.id.text)</span>"
            case (nil, let id?): "<span class=\"mono\">\(id.text)</span>, not kept any more"
            case (nil, nil): "none"
            }
        let parent: HTML? = run.parent.map {
            "<dt>Tries again</dt><dd>run <a class=\"mono\" href=\"\(Self.path($0.text))\">\($0.text)</a></dd>"
        }
        let retries: [HTML] = sight.retries.map {
            "<dt>Tried again by</dt><dd>run <a class=\"mono\" href=\"\(Self.path($0.text))\">\($0.text)</a></dd>"
        }
        let started: HTML? = run.startedAt.map { "<dt>Started</dt><dd>\(times.both($0))\(lateness)</dd>" }
        let finished: HTML? = run.finishedAt.map { "<dt>Ended</dt><dd>\(times.both($0))\(duration)</dd>" }
        return """
            <dl class="facts">
            <dt>Run</dt><dd class="mono">\(run.id.text) (<a href="\(Self.path(run.id.text)).json">JSON</a>)</dd>
            <dt>Dataflow</dt><dd><a href="\(DataflowPage.path(run.dataflowName))">\(run.dataflowName)</a>, revision \(run.revision)</dd>
            <dt>\(run.segments.count == 1 ? "Segment" : "Segments")</dt><dd>\(segments)</dd>
            <dt>Scheduled for</dt><dd>\(times.both(run.scheduledFor))</dd>
            \(started)\(finished)<dt>Snapshot</dt><dd>\(snapshot)</dd>
            \(parent)\(retries)</dl>
            """
    }

    private var lateness: HTML {
        guard let started = run.startedAt, started - run.scheduledFor > .minutes(1) else { return "" }
        return ", \(Figures.span(started - run.scheduledFor)) after the nominal instant"
    }

    private var duration: HTML {
        guard let started = run.startedAt, let finished = run.finishedAt else { return "" }
        return ", after \(Figures.span(finished - started))"
    }

    private var counts: HTML {
        guard run.counts != RunCounts() || run.state == .completed else {
            return run.state.isTerminal
                ? "<p class=\"none\">Nothing was selected or sent.</p>\n"
                : "<p class=\"none\">They are known when the run ends.</p>\n"
        }
        let rejected: HTML =
            run.counts.rejected.isEmpty
            ? ""
            : """
            <p>Whom the receiver refused, one by one: <code>tidegate show \(String(run.id.text.prefix(8))) --rejected</code>. \
            Keys that are personal are masked there, and no page shows them.</p>

            """
        return "\(Waterfall(run.counts).table)\(rejected)"
    }

    private var files: HTML {
        guard !run.files.isEmpty else { return "" }
        let rows: [HTML] = run.files.map { file in
            """
            <tr><th scope="row">\(file.name)</th><td class="number">\(Figures.count(file.rows))</td>\
            <td class="number">\(Figures.bytes(file.size))</td><td class="text mono">\(file.path)</td>\
            <td class="digest mono">\(file.sha256)</td></tr>

            """
        }
        return """
            <h2>Files</h2>
            <div class="sheet" tabindex="0" role="region" aria-label="Files">
            <table><thead><tr><th scope="col">Name</th><th scope="col" class="number">Rows</th>\
            <th scope="col" class="number">Size</th><th scope="col">Place</th><th scope="col">SHA-256</th></tr></thead>
            <tbody>
            \(rows)</tbody></table>
            </div>

            """
    }

    private var transitions: HTML {
        let rows: [HTML] = sight.transitions.map { step in
            let from: HTML = step.from.map { "\(StateMark($0).badge) → " } ?? ""
            return """
                <tr><td class="tight">\(times.both(step.at))</td><th scope="row" class="tight">\(step.event.replacing("-", with: " "))</th>\
                <td class="tight">\(from)\(StateMark(step.to).badge)</td><td class="tight">\(step.actor)</td>\
                <td class="text">\(step.reason ?? "")</td></tr>

                """
        }
        return """
            <div class="sheet" tabindex="0" role="region" aria-label="Transitions">
            <table><thead><tr><th scope="col">When</th><th scope="col">Event</th><th scope="col">From and to</th>\
            <th scope="col">By</th><th scope="col">Reason</th></tr></thead>
            <tbody>
            \(rows)</tbody></table>
            </div>
            """
    }

    private var controls: HTML {
        guard let caller = call.caller, caller.scope >= .trigger else { return "" }
        let hidden = FormFields.hidden(call)
        if sight.canBeCancelled {
            return """
                <div class="bar"><form method="post" action="\(Self.path(run.id.text))/cancel">\(hidden)\
                <button class="danger">Cancel the run</button></form>\
                <span class="soft">What was delivered stays.</span></div>

                """
        }
        guard run.state.isTerminal, run.state != .completed else { return "" }
        let note: HTML =
            sight.batches.isEmpty
            ? "Makes a new run of the same snapshot, with the same file names."
            : "Makes a new run of the same snapshot, which sends everybody again; that changes nothing for who is there."
        if let refusal = sight.retryRefusal {
            return "<p class=\"soft\">No retry: \(refusal).</p>\n"
        }
        return """
            <div class="bar"><form method="post" action="\(Self.path(run.id.text))/retry">\(hidden)\
            <button class="strong">Retry the run</button></form>\
            <span class="soft">\(note)</span></div>

            """
    }
}
