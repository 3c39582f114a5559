import Rules
import TidegateModel

/// Random numbers that are the same on every machine.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Values that tell careless engines from careful ones.
enum Extremes {
    static let texts = [
        "", "a", "A", "b", "Anna", "anna", "å", "Å", "\u{E9}", "e\u{301}", "😀", "👩‍🚀", "ΟΔΟΣ", "οδος", "οδοσ", "ß", "SS",
        "\u{212A}", "k", "ſ", "s", "it's", " a ", "\u{A0}a\u{2003}", "100%", "a_b", "a%b", "a\u{0}b", "a\u{0}", "\u{0}",
        "İ", "i", "\u{FF5E}", "\u{1F600}z", "anna@example.com", "ANNA@EXAMPLE.COM", "12", "-1", "\u{10400}",
        "ananananas", "\u{2C65}", "Ⱥ",
    ]
    static let integers: [Int64] = [
        0, 1, -1, 2, 3, 5, 7, 42, 1000, 1 << 53, (1 << 53) + 1, -(1 << 53) - 1, .max, .max - 1, .min, .min + 1,
        4_611_686_018_427_387_904, 106_751_991_167, 86_400_000,
    ]
    static let reals: [Double] = [
        0.0, -0.0, 0.5, 1.0, 1.5, -1.5, 2.0, 0.1, 0.3, 1000.0, 9_007_199_254_740_992.0, 9_007_199_254_740_994.0,
        9.223372036854775807e18, -9.223372036854775808e18, 1e308, -1e308, .leastNonzeroMagnitude,
        -.greatestFiniteMagnitude, 1e-10,
        123.456,
    ]
    static let days: [Int64] = [
        0, -1, 1, 11_016, 20_777, 20_778, 20_779, 106_751_991_167, 106_751_991_168, -106_751_991_168, .max, .min,
    ]
    static let instants: [Int64] = [
        0, -1, 1, cycle.milliseconds, cycle.milliseconds - 1, cycle.milliseconds - 90 * millisecondsPerDay,
        20_778 * millisecondsPerDay, 20_778 * millisecondsPerDay + 1, .max, .min, .min + 1,
    ]
}

/// Profiles and rules about them, as text.
struct RandomRules {
    /// What the rules may ask for with `in_segment`.
    static let segments = [
        (name: "vip", rule: "is_staff or orders > 2"),
        (name: "lapsed", rule: "in_segment('vip') and updated_at < now or email is null"),
    ]
    /// What the rules may ask for with `has_trait`; nobody has the last one.
    static let traits: [Int64] = [7, 123, .max, 999]
    var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(state: seed)
    }

    mutating func value(of type: AttributeType) -> RuleValue {
        if chance(6) { return .null }
        return switch type {
        case .text: .text(pick(Extremes.texts))
        case .integer: .integer(pick(Extremes.integers))
        case .real: .real(pick(Extremes.reals))
        case .boolean: .boolean(chance(2))
        case .date: .date(pick(Extremes.days))
        case .timestamp: .timestamp(pick(Extremes.instants))
        }
    }

    /// The traits that a profile has.
    mutating func traits() -> Set<Int64> {
        Set(Self.traits.dropLast().filter { _ in chance(3) })
    }

    mutating func condition(_ depth: Int) -> String {
        guard depth > 0 else { return leaf() }
        let (left, right) = (depth - 1, Int.random(in: 0..<depth, using: &random))
        switch Int.random(in: 0..<16, using: &random) {
        case 0, 1: return "(\(condition(left)) and \(condition(right)))"
        case 2, 3: return "(\(condition(left)) or \(condition(right)))"
        case 4: return "\(condition(left)) and \(condition(right)) or \(condition(0))"
        case 5: return "(not \(condition(left)))"
        case 6: return "(\(condition(left))) is \(chance(2) ? "not " : "")\(pick(["null", "true", "false"]))"
        case 7: return "(\(condition(left))) \(pick(["=", "!="])) (\(condition(right)))"
        case 8: return "coalesce(\(condition(left)), \(condition(right)))"
        case 9: return "(\(condition(left))) \(chance(2) ? "not " : "")in (\(condition(right)), \(condition(0)))"
        default: return predicate(depth)
        }
    }

    private mutating func leaf() -> String {
        switch Int.random(in: 0..<6, using: &random) {
        case 5: "has_trait(\(pick(Self.traits)))"
        case 0: pick(["true", "false", "null"])
        case 1: "in_segment('\(pick(Self.segments.map(\.name)))')"
        default: attribute(.boolean)
        }
    }

    private mutating func predicate(_ depth: Int) -> String {
        let not = chance(3) ? "not " : ""
        let operation = pick(["=", "!=", "<>", "<", "<=", ">", ">="])
        let kind = pick(["text", "number", "time"])
        func one() -> String {
            switch kind {
            case "text": text(depth - 1)
            case "number": number(depth - 1)
            default: time(depth - 1)
            }
        }
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1, 2: return "\(one()) \(operation) \(one())"
        case 3: return "\(one()) \(not)between \(one()) and \(one())"
        case 4: return "\(one()) \(not)in (\(one()), \(one()), \(one()))"
        case 5: return "\(one()) is \(not)null"
        case 6: return "\(text(depth - 1)) \(not)\(pick(["like", "ilike"])) \(pattern())"
        case 7: return "\(text(depth - 1)) \(not)\(pick(["like", "ilike"])) \(text(0))"
        case 8: return "\(pick(["starts_with", "ends_with", "contains"]))(\(text(depth - 1)), \(text(0)))"
        default: return "\(attribute(.text)) \(not)in (\((0..<12).map { _ in text(0) }.joined(separator: ", ")))"
        }
    }

    private mutating func pattern() -> String {
        let pieces = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            pick(["%", "%", "_", "a", "A", "an", "na", "Σ", "\u{212A}", "@example", "!%", "!_", "!!"])
        }
        let escape = chance(2)
        return quoted(pieces.joined().filter { escape || $0 != "!" }) + (escape ? " escape '!'" : "")
    }

    private mutating func text(_ depth: Int) -> String {
        guard depth > 0 else {
            return chance(2) ? attribute(.text) : chance(12) ? "null" : quoted(pick(Extremes.texts))
        }
        return switch Int.random(in: 0..<6, using: &random) {
        case 0: "coalesce(\(text(depth - 1)), \(text(0)))"
        case 1: "\(pick(["lower", "upper", "trim"]))(\(text(depth - 1)))"
        default: text(0)
        }
    }

    private mutating func number(_ depth: Int) -> String {
        guard depth > 0 else {
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1: return attribute(.integer)
            case 2, 3: return attribute(.real)
            case 4: return chance(12) ? "null" : "\(pick(Extremes.integers))"
            default: return "\(pick(Extremes.reals))"
            }
        }
        return switch Int.random(in: 0..<8, using: &random) {
        case 0, 1, 2: "(\(number(depth - 1)) \(pick(["+", "-", "*", "/"])) \(number(depth - 1)))"
        case 3: "\(number(depth - 1)) \(pick(["+", "-", "*", "/"])) \(number(0))"
        case 4: "- (\(number(depth - 1)))"
        case 5: "length(\(text(depth - 1)))"
        case 6: "coalesce(\(number(depth - 1)), \(number(0)))"
        default: number(0)
        }
    }

    private mutating func time(_ depth: Int) -> String {
        guard depth > 0 else {
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1: return attribute(.date)
            case 2, 3, 4: return attribute(.timestamp)
            case 5: return pick(["now", "now - 3 months", "now - 90 days", "now + 2 years - 1 second"])
            case 6: return pick(["date '2026-11-21'", "date '2000-02-29' + 1 year", "null"])
            default: return "timestamp '2026-11-21T00:00:00\(pick(["", ".001"]))Z'"
            }
        }
        let interval = "\(pick([0, 1, 7, 90, 24])) \(pick(["seconds", "hours", "days", "weeks"]))"
        return chance(2) ? "\(time(depth - 1)) \(pick(["+", "-"])) \(interval)" : time(0)
    }

    private mutating func attribute(_ type: AttributeType) -> String {
        pick(customers.attributes.filter { $0.type == type }).name
    }

    private func quoted(_ text: String) -> String {
        "'" + text.unicodeScalars.map { $0 == "'" ? "''" : String($0) }.joined() + "'"
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }

    private mutating func chance(_ oneIn: Int) -> Bool {
        Int.random(in: 0..<oneIn, using: &random) == 0
    }
}
