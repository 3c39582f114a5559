/// One word, number, text or sign of a rule, with its place in Unicode scalars.
struct Token {
    enum Kind: Equatable {
        case word(String)
        case text(String)
        /// In double quotes, which only rules of traits have.
        case key(String)
        /// Without sign, so that the smallest integer can be written.
        case integer(UInt64)
        case real(Double)
        case symbol(Symbol)
        case end
    }

    enum Symbol: String {
        case opening = "("
        case closing = ")"
        case comma = ","
        case plus = "+"
        case minus = "-"
        case times = "*"
        case over = "/"
        case equal = "="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    var kind: Kind
    var range: Range<Int>
}

/// The words that cannot name an attribute in a rule, whatever their case.
package enum RuleKeyword: String, CaseIterable, Sendable {
    case and, or, not, between, `in`, like, ilike, escape, `is`, null, `true`, `false`, now
}
