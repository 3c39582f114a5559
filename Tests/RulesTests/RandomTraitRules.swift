import Rules

/// Rules of traits as text, and lines of signals that come near to fulfilling them.
struct RandomTraitRules {
    private static let keys = [
        "product", "price", "ic", "c_Size", "größe", "weird key", "", "a=b", "ÅNGSTRÖM", "k", "ſize", "x y \"z\"",
        "and",
        "a key that is longer than sixteen bytes", "\u{1F600}", "e\u{301}", "ΟΔΟΣ",
    ]
    private static let texts =
        Extremes.texts + [
            "camera", "CAMERA", "Camera ", "New York", "new york city", "größe", "GRÖSSE", "GRÖßE", "1",
            "a longer value, of 30 byte",
            "A LONGER VALUE, OF 30 BYTEs", "a|b:c,d=e", "2026-11-21 10:00", "\u{1E9E}", "straße", "ı", "ΣΑΣ", "σασ",
            "k%k",
            "ǅ", "ǆ", "ﬀ", "\u{0345}", "ꭰ", "Ꭰ",
        ]
    private static let numbers = [
        "0", "-0", "+0", "0.0", "-0.0", "1", "+1", "-1", "01", "0001.50", "1.5", "1.50", "15e-1", "0.15E1", "1e0",
        "1E+0",
        "10", "1e1", "52", "052", "5.2e+1", "100", "99.99", "1e2", "1e22", "1e23", "10000000000000000000000", "0.1",
        ".1",
        "0.10000000000000001", "0.30000000000000004", "3e-1", "9007199254740992", "9007199254740993",
        "9007199254740993.0",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
        "18446744073709551616", "99999999999999999999999999", "1e999", "-1e999", "1e-999", "1e308", "4.9e-324",
        "1.7976931348623157e308", "1.7976931348623159e308", "123456789012345678", "1234567890123456789",
        "12345678901234567890", "0.000000000000000000000000000000001", "00000000000000000000000000000052",
        "0.0000000000000000000000000000000000", "1e00000000000000000002", "1e99999999999999999999",
    ]
    private static let notQuiteNumbers = [
        "1.", ".", "-", "+", "e1", "1e", "1e+", "--1", "+-1", " 1", "1 ", "1,5", "0x10", "1_000", "inf", "nan", "१",
        "1.2.3",
        "1e5.5", ".e1", "-.5", "+.5e1", "５", "1\u{0}",
    ]
    /// As rules can write them.
    private static let numbersOfRules = numbers.filter { (try? TraitRule.parse("a = \($0)")) != nil }
    private static let orderedTexts = texts.filter { (try? TraitRule.parse("a < \(quoted($0))")) != nil }
    var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(state: seed)
    }

    mutating func line() -> [(key: String, value: String)] {
        (0..<Int.random(in: 0...9, using: &random)).map { _ in (recased(pick(Self.keys)), value()) }
    }

    private mutating func value() -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: recased(pick(Self.numbers))
        case 1: chance(3) ? pick(Self.notQuiteNumbers) : "\(Int.random(in: -3...120, using: &random))"
        default: recased(pick(Self.texts))
        }
    }

    mutating func condition(_ depth: Int) -> String {
        guard depth > 0 else { return predicate() }
        let (left, right) = (depth - 1, Int.random(in: 0..<depth, using: &random))
        return switch Int.random(in: 0..<9, using: &random) {
        case 0, 1: "(\(condition(left)) and \(condition(right)))"
        case 2, 3: "(\(condition(left)) or \(condition(right)))"
        case 4: "\(condition(left)) and \(condition(right)) or \(condition(0))"
        case 5: "not (\(condition(left)))"
        case 6: "not \(predicate())"
        default: predicate()
        }
    }

    private mutating func predicate() -> String {
        let key = key()
        let not = chance(3) ? "not " : ""
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1: return "\(key) = \(literal())"
        case 2: return "\(key) \(pick(["!=", "<>"])) \(literal())"
        case 3: return "\(key) \(pick(["<", "<=", ">", ">="])) \(number())"
        case 4: return "\(key) \(pick(["<", "<=", ">", ">="])) \(orderedText())"
        case 5:
            return
                "\(key) \(not)in (\((0..<Int.random(in: 1...5, using: &random)).map { _ in literal() }.joined(separator: ", ")))"
        case 6: return "\(key) \(not)between \(number()) and \(number())"
        case 7: return "\(key) \(not)between \(orderedText()) and \(orderedText())"
        case 8: return "\(key) \(not)\(pick(["like", "ilike"])) \(pattern())"
        case 9: return "\(pick(["contains", "starts_with", "ends_with"]))(\(key), \(Self.quoted(piece())))"
        default: return "\(key) is \(not)null"
        }
    }

    private mutating func key() -> String {
        let key = recased(pick(Self.keys.filter { !$0.isEmpty }))
        let isPlain = ["product", "price", "ic", "c_size", "k"].contains(key.lowercased())
        guard !isPlain || chance(4) else { return key }
        return "\"" + key.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private mutating func literal() -> String {
        chance(3) ? number() : Self.quoted(chance(5) ? pick(Self.numbers) : recased(pick(Self.texts)))
    }

    private mutating func number() -> String {
        chance(3)
            ? "\(Int.random(in: -3...120, using: &random))"
            : pick(Self.numbersOfRules)
    }

    private mutating func orderedText() -> String {
        Self.quoted(pick(Self.orderedTexts))
    }

    private mutating func piece() -> String {
        chance(2) ? pick(["", "a", "AM", "er", "k", "Σ", "ö", "1", "ss", "5"]) : recased(pick(Self.texts))
    }

    private mutating func pattern() -> String {
        let pieces = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            pick(["%", "%", "_", "a", "A", "an", "na", "Σ", "\u{212A}", "era", "ö", "!%", "!_", "!!", "1"])
        }
        let escape = chance(2)
        return Self.quoted(pieces.joined().filter { escape || $0 != "!" }) + (escape ? " escape '!'" : "")
    }

    private mutating func recased(_ text: String) -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: text.uppercased()
        case 1: text.lowercased()
        default: text
        }
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.unicodeScalars.map { $0 == "'" ? "''" : String($0) }.joined() + "'"
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }

    private mutating func chance(_ oneIn: Int) -> Bool {
        Int.random(in: 0..<oneIn, using: &random) == 0
    }
}
