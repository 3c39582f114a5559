extension FileName {
    /// Text and macros in order.
    ///
    /// A macro runs from one percent sign to the next.
    static func tokens(of template: String) throws(FileNameError) -> [Token] {
        let scalars = Array(template.unicodeScalars)
        var tokens: [Token] = []
        var position = 0
        while position < scalars.count {
            guard scalars[position] == "%" else {
                let end = scalars[position...].firstIndex(of: "%") ?? scalars.count
                tokens.append(.text(text(scalars[position..<end])))
                position = end
                continue
            }
            guard let end = scalars[(position + 1)...].firstIndex(of: "%") else {
                throw .malformed("'%' opens a macro that no second '%' closes", at: position)
            }
            tokens.append(try token(text(scalars[(position + 1)..<end]), at: position))
            position = end + 1
        }
        return tokens
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }

    /// What stands between two percent signs; `position` is that of the first.
    static func token(_ macro: String, at position: Int) throws(FileNameError) -> Token {
        if let known = Macro(rawValue: macro) { return .macro(known) }
        if macro == "TIMESTAMP" { return .timestamp }
        if macro.hasPrefix("DATETIME("), macro.hasSuffix(")") {
            do {
                return .dateTime(try DatePattern(String(macro.dropFirst("DATETIME(".count).dropLast())))
            } catch {
                guard case .malformed(let message, let offset) = error else { throw error }
                throw .malformed(message, at: position + "%DATETIME(".count + offset)
            }
        }
        throw .malformed(complaint(about: macro), at: position)
    }

    private static func complaint(about macro: String) -> String {
        let shown = "'%\(printable(macro))%'"
        switch macro {
        case "DATETIME":
            return "\(shown) needs a pattern, as in '%DATETIME(yyyyMMdd_HHmmss)%'"
        case "ORGANIZATION_NAME", "SANDBOX_NAME":
            let thing = macro == "SANDBOX_NAME" ? "sandboxes" : "organizations"
            return "there are no \(thing) here, write the name itself instead of \(shown)"
        default:
            let known = Macro.allCases.map(\.rawValue) + ["TIMESTAMP", "DATETIME"]
            let word = macro.prefix { $0 != "(" }
            let guess = Spelling.nearest(to: String(word), in: known).map { ", did you mean '%\(shownAsMacro($0))%'?" }
            return "unknown macro \(shown)" + (guess ?? "")
        }
    }

    private static func shownAsMacro(_ name: String) -> String {
        name == "DATETIME" ? "DATETIME(yyyyMMdd_HHmmss)" : name
    }
}
