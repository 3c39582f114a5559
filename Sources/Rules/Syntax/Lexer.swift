/// Cuts a rule's text into tokens.
struct Lexer {
    private let text: [Unicode.Scalar]
    private let language: Language
    private var offset = 0

    enum Language {
        case profiles
        /// Double quotes hold a key.
        case traits
    }

    private init(_ text: [Unicode.Scalar], _ language: Language) {
        self.text = text
        self.language = language
    }

    /// The tokens of `text`, the last one being the end.
    static func tokens(of text: [Unicode.Scalar], in language: Language = .profiles) throws(RuleProblem) -> [Token] {
        guard text.count <= RuleLimits.length else {
            throw RuleProblem("rule is longer than \(RuleLimits.length) characters", at: 0..<1)
        }
        var lexer = Lexer(text, language)
        var tokens: [Token] = []
        while true {
            tokens.append(try lexer.next())
            if tokens.last?.kind == .end { return tokens }
        }
    }

    private mutating func next() throws(RuleProblem) -> Token {
        while let scalar = peek(), scalar.properties.isWhitespace { offset += 1 }
        let start = offset
        guard let scalar = peek() else { return Token(kind: .end, range: start..<start) }
        let kind = try kind(startingWith: scalar)
        return Token(kind: kind, range: start..<offset)
    }

    private mutating func kind(startingWith scalar: Unicode.Scalar) throws(RuleProblem) -> Token.Kind {
        if scalar.startsWord { return .word(take { $0.startsWord || $0.isDigit }) }
        if scalar.isDigit || scalar == "." && peek(1)?.isDigit == true { return try number() }
        if scalar == "'" { return .text(try quoted("text", by: scalar)) }
        if scalar == "\"", language == .traits { return .key(try quoted("key", by: scalar)) }
        return .symbol(try symbol())
    }

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        offset + ahead < text.count ? text[offset + ahead] : nil
    }

    private mutating func take(while accepts: (Unicode.Scalar) -> Bool) -> String {
        var taken = String.UnicodeScalarView()
        while let scalar = peek(), accepts(scalar) {
            taken.append(scalar)
            offset += 1
        }
        return String(taken)
    }

    private mutating func number() throws(RuleProblem) -> Token.Kind {
        let start = offset
        var written = take { $0.isDigit }
        var isWhole = true
        if peek() == ".", peek(1)?.isDigit == true {
            isWhole = false
            offset += 1
            written += "." + take { $0.isDigit }
        }
        if peek() == "e" || peek() == "E" {
            let hasSign = peek(1) == "+" || peek(1) == "-"
            if peek(hasSign ? 2 : 1)?.isDigit == true {
                isWhole = false
                written += "e" + (peek(1) == "-" ? "-" : "")
                offset += hasSign ? 2 : 1
                written += take { $0.isDigit }
            }
        }
        if let scalar = peek(), scalar.startsWord || scalar == "." {
            let rest = take { $0.startsWord || $0.isDigit || $0 == "." }
            throw RuleProblem("'\(written)\(rest)' is not a number", at: start..<offset)
        }
        if isWhole, let integer = UInt64(written), integer <= UInt64(Int64.max) + 1 { return .integer(integer) }
        guard !isWhole, let real = Double(written.hasPrefix(".") ? "0" + written : written), real.isFinite else {
            let type = isWhole ? "an integer" : "a real"
            throw RuleProblem("'\(excerpt(written))' is out of the range of \(type)", at: start..<offset)
        }
        return .real(real)
    }

    private mutating func quoted(_ noun: String, by quote: Unicode.Scalar) throws(RuleProblem) -> String {
        let start = offset
        var content = String.UnicodeScalarView()
        offset += 1
        while let scalar = peek() {
            offset += 1
            if scalar != quote {
                content.append(scalar)
            } else if peek() == quote {
                content.append(quote)
                offset += 1
            } else {
                return String(content)
            }
        }
        throw RuleProblem(
            "\(noun) that starts here has no closing quote, one within the \(noun) is written twice",
            at: start..<start + 1
        )
    }

    private mutating func symbol() throws(RuleProblem) -> Token.Symbol {
        let two = String(String.UnicodeScalarView(text[offset...].prefix(2)))
        if let correction = Self.corrections[two] {
            throw RuleProblem("'\(two)' is not an operator of rules, \(correction)", at: offset..<offset + 2)
        }
        let pair = two == "<>" ? .unequal : Token.Symbol(rawValue: two)
        if let pair, two.unicodeScalars.count == 2 {
            offset += 2
            return pair
        }
        let one = String(two.unicodeScalars.prefix(1))
        if let symbol = Token.Symbol(rawValue: one) {
            offset += 1
            return symbol
        }
        let advice = language == .traits ? "keys that are no plain words are written in double quotes" : nil
        let correction = (Self.corrections[one] ?? advice).map { ", \($0)" } ?? ""
        throw RuleProblem("character '\(one)' means nothing in a rule\(correction)", at: offset..<offset + 1)
    }

    /// What people bring along from other languages.
    private static let corrections = [
        "==": "write '='",
        "&&": "write 'and'",
        "||": "write 'or'",
        "--": "write '- -' for a double minus; there are no comments",
        "/*": "there are no comments",
        "!": "write 'not' or '!='",
        "&": "write 'and'",
        "|": "write 'or'",
        "\"": "text is written in single quotes",
        "`": "names are written without quotes",
        "\u{2018}": "text is written in straight single quotes",
        "\u{2019}": "text is written in straight single quotes",
        "\u{201C}": "text is written in straight single quotes",
        "\u{201D}": "text is written in straight single quotes",
    ]
}

extension Unicode.Scalar {
    var isDigit: Bool { "0"..."9" ~= self }
    /// Letters of attribute names, keywords and functions.
    var startsWord: Bool { "a"..."z" ~= self || "A"..."Z" ~= self || self == "_" }
}

/// `text`, or its beginning where it would make a sentence unreadable.
func excerpt(_ text: String) -> String {
    let scalars = text.unicodeScalars
    return scalars.count <= 40 ? text : String(String.UnicodeScalarView(scalars.prefix(37))) + "…"
}
