import Store
import TidegateModel

/// An object as it was applied last, and what that changed.
struct JobFileText {
    /// The newest first, two at most.
    let revisions: [ObjectRevision]
    let times: Times

    var html: HTML {
        guard let now = revisions.first else { return "<p class=\"none\">It was never applied.</p>\n" }
        let text = SpecText(now.spec)
        return """
            <p class="soft">Revision \(now.revision), applied \(times.both(now.appliedAt)); \
            digest <span class="mono">\(now.digest)</span>. Secrets are references, never values.</p>
            \(changes(text))<div class="sheet" tabindex="0" role="region" aria-label="Job file"><pre>\(text.lines.joined(separator: "\n"))</pre></div>

            """
    }

    private func changes(_ text: SpecText) -> HTML {
        guard revisions.count > 1 else { return "" }
        let before = revisions[1]
        let lines: [HTML] = text.changes(since: SpecText(before.spec)).map { change in
            switch change {
            case .same(let line): "  \(line)\n"
            case .removed(let line): "<del>- \(line)</del>\n"
            case .added(let line): "<ins>+ \(line)</ins>\n"
            }
        }
        return """
            <details><summary>What changed since revision \(before.revision)</summary>
            <pre class="changes" tabindex="0" role="region" aria-label="Changes">\(lines)</pre></details>

            """
    }
}
