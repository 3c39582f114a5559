import Digests

/// The one stylesheet.
///
/// Classes that pages use, besides elements by themselves:
///
/// - `cards` around `card` (with `h2`), `card good|bad|warn` for its edge; `card wide` takes the whole row;
/// - `sheet` around every table: it scrolls by itself where the screen is narrow; `td.number` and `td.tight`;
/// - `facts` for a `dl` of names and values, `badges` for a row of badges, `state`, `trigger`, `tag` (made by the marks);
/// - `filters` for a row of links, `bar` for a row of forms and buttons; `button`, `button strong`, `button danger`;
/// - `soft` for what matters less, `reason` for a sentence of a fault, `mono` for ids and digests, `none` for nothing here;
/// - `drawing` around an SVG that scrolls by itself; in it the states' classes colour what has `fill` or `stroke`;
/// - `hidden-text` for what only screen readers get.
enum Style {
    static let text = [colours, base, parts, drawings, overview, details].joined(separator: "\n")

    /// With a digest, so that browsers may keep it for ever.
    static let path = "/style.css?\(sha256Bytes(of: Array(text.utf8)).prefix(6).map { String($0, radix: 36) }.joined())"

    /// Every colour that is used. The same names stand in both; a test holds their contrast.
    static let light = [
        "paper": "#f3f6f8", "card": "#ffffff", "ink": "#12222d", "soft": "#4b5f6d", "line": "#d3dde3",
        "link": "#0b5f86", "water": "#0f7ea8", "wash": "#e4eff5", "focus": "#0b5f86", "on-strong": "#ffffff",
        "queued": "#546878", "processing": "#0a5fc2", "retrying": "#a84600", "cancelling": "#6a4ea3",
        "completed": "#17754a", "partial": "#8a5a00", "failed": "#bf2431", "cancelled": "#6a4ea3",
        "skipped": "#5a6c79", "missed": "#a11d63", "bad-wash": "#fdecec", "good-wash": "#e6f5ed",
        "warn-wash": "#fbf1dc",
    ]

    static let dark = [
        "paper": "#0d161c", "card": "#142029", "ink": "#e3ecf1", "soft": "#9db0bc", "line": "#2b3b46",
        "link": "#6cc5e6", "water": "#4fb3d9", "wash": "#1a2b36", "focus": "#8ad4f0", "on-strong": "#08141b",
        "queued": "#9db0bc", "processing": "#6fb5ff", "retrying": "#ff9d5c", "cancelling": "#b9a4f3",
        "completed": "#4fc68c", "partial": "#e3b550", "failed": "#ff7f7f", "cancelled": "#b9a4f3",
        "skipped": "#9aabb6", "missed": "#f28dbd", "bad-wash": "#33191d", "good-wash": "#12291f",
        "warn-wash": "#2e2512",
    ]

    private static let colours = """
        :root{color-scheme:light dark;\(properties(light))}
        @media (prefers-color-scheme:dark){:root{\(properties(dark))}}
        \(states)
        """

    private static func properties(_ colours: [String: String]) -> String {
        colours.sorted { $0.key < $1.key }.map { "--\($0.key):\($0.value)" }.joined(separator: ";")
    }

    /// Each state's class says what its colour is; what uses it says where.
    private static let states = [
        "queued", "processing", "retrying", "cancelling", "completed", "partial", "failed", "cancelled", "skipped",
        "missed",
    ].map { ".\($0){--state:var(--\($0))}" }.joined()
}
