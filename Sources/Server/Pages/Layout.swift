import Foundation
import TidegateModel

/// The frame that every page stands in: what is at its top and at its bottom, and how it is told what page it is.
struct Layout: Sendable {
    /// What the navigation has.
    enum Place: String, CaseIterable, Sendable {
        case today, dataflows, segments, audit

        var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
        var path: String { self == .today ? "/" : "/\(rawValue)" }
    }

    /// What a page has to say about what was just done, or why it was not.
    enum Message: Hashable, Sendable {
        case done(String)
        case refused(String)
    }

    /// The page's only `h1`, and the beginning of the window's title.
    var title: String
    /// Where the page belongs; nil for one that needs nobody to have signed in.
    var place: Place?
    /// Stands in front of the title: the way back up.
    var trail: [(title: String, path: String)] = []
    var message: Message?
    /// Who is signed in, and the way out; stands at the end of the header.
    var session: HTML = ""
    var times: Times
    /// When what the page shows was read.
    var asOf: Instant
    /// Of the program.
    var version: String
    /// Whether the parts marked `data-live` are brought up to date where a script may run.
    var isLive = false
    /// Where the refresh link leads: the page's own address with its query.
    var address = ""

    func page(_ main: HTML) -> HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(title) · Tidegate</title>
        <link rel="stylesheet" href="\(Style.path)">
        <link rel="icon" type="image/svg+xml" href="/icon.svg">
        \(script)</head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        \(header)<main id="main" tabindex="-1">
        \(heading)\(notice)\(main)
        </main>
        \(footer)</body>
        </html>

        """
    }

    private var script: HTML {
        isLive ? "<script src=\"\(LiveScript.path)\" defer></script>\n" : ""
    }

    private var header: HTML {
        guard let place else {
            return "<header class=\"top\"><span class=\"brand\">\(Self.sign)Tidegate</span></header>\n"
        }
        let links: [HTML] = Place.allCases.map { each in
            let current: HTML = trail.isEmpty ? " aria-current=\"page\"" : " aria-current=\"true\""
            let isHere = each == place ? current : ""
            return "<li><a href=\"\(each.path)\"\(isHere)>\(each.title)</a></li>"
        }
        return """
            <header class="top">
            <a class="brand" href="/">\(Self.sign)Tidegate</a>
            <nav aria-label="Pages"><ul>\(links)</ul></nav>
            <div class="session">\(session)</div>
            </header>

            """
    }

    private var heading: HTML {
        let steps: [HTML] = trail.map { "<li><a href=\"\($0.path)\">\($0.title)</a></li>" }
        let way: HTML =
            steps.isEmpty ? "" : "<nav class=\"trail\" aria-label=\"The way here\"><ol>\(steps)</ol></nav>\n"
        return "\(way)<h1>\(title)</h1>\n"
    }

    private var notice: HTML {
        switch message {
        case .done(let text): "<p class=\"notice good\" role=\"status\"><b aria-hidden=\"true\">✓</b> \(text)</p>\n"
        case .refused(let text): "<p class=\"notice bad\" role=\"alert\"><b aria-hidden=\"true\">✕</b> \(text)</p>\n"
        case nil: ""
        }
    }

    private var footer: HTML {
        guard place != nil else {
            return "<footer class=\"bottom\"><p>Tidegate \(version)</p></footer>\n"
        }
        let live: HTML = isLive ? " <span id=\"live\"></span>" : ""
        return """
            <footer class="bottom">
            <p data-live="as-of">As of \(times.both(asOf)).</p>
            <p><a href="\(address.isEmpty ? place?.path ?? "/" : address)">Refresh</a>\(live)</p>
            <p>Times in \(times.zone == .utc ? "UTC" : "\(times.zone.identifier), and in UTC"). Tidegate \(version).</p>
            </footer>

            """
    }

    /// Water behind a gate.
    private static let sign: HTML = """
        <svg class="sign" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">\
        <path d="M3 21V5h3v16zM18 21V5h3v16z"/><path class="water" d="M7 17q2.5-3 5 0t5 0v4H7z"/>\
        <path class="gate" d="M7 5h10v2H7zM7 9h10v2H7z"/></svg>
        """
}

extension Layout {
    /// A page of this call, with who makes it.
    init(
        _ title: String, in place: Place, trail: [(title: String, path: String)] = [], of call: Call, at desk: Desk,
        zone: Zone, asOf: Instant
    ) {
        self.init(
            title: title, place: place, trail: trail, session: Self.session(of: call),
            times: Times(zone: zone, now: asOf), asOf: asOf,
            version: desk.version
        )
    }
}
