/// A source line with a caret below one of its columns.
enum Excerpt {
    /// Longer lines are cut around the caret.
    private static let longest = 160

    /// Two lines without a line break at the end; `column` counts Unicode scalars from 1.
    static func of(line: String, column: Int) -> String {
        var shown = Array(line.unicodeScalars)
        var caret = min(max(column - 1, 0), shown.count)
        var prefix = ""
        if caret > longest / 2, shown.count > longest {
            let cut = caret - longest / 2
            shown.removeFirst(cut)
            caret -= cut
            prefix = "…"
        }
        var suffix = ""
        if shown.count > longest {
            shown.removeLast(shown.count - longest)
            suffix = "…"
        }
        let pad = prefix.map { _ in " " }.joined() + shown[..<caret].map(padding).joined()
        var text = String.UnicodeScalarView()
        text.append(contentsOf: shown.map { isControl($0) ? "\u{FFFD}" : $0 })
        return "\(prefix)\(String(text))\(suffix)\n\(pad)^"
    }

    /// As many columns of a terminal as the scalar takes, so that the caret stands below its target.
    private static func padding(for scalar: Unicode.Scalar) -> String {
        if scalar == "\t" { return "\t" }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return ""
        default: return isWide(scalar) ? "  " : " "
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar != "\t" && scalar.properties.generalCategory == .control
    }

    /// Whether terminals give the scalar two columns (Unicode's East Asian Width W and F, by block).
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
