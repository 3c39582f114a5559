/// One thing wrong with a rule, and where.
package struct RuleProblem: Error, Hashable, Sendable {
    /// *Subject verb reason*, lower-case start, no full stop.
    package var message: String
    /// Unicode scalars from the start of the rule's text; empty where something is missing at its end.
    package var range: Range<Int>

    package init(_ message: String, at range: Range<Int>) {
        self.message = message
        self.range = range
    }

    /// Line and column of the start within the rule's text, both counted from 1, columns in Unicode scalars.
    package func position(in text: String) -> (line: Int, column: Int) {
        let before = text.unicodeScalars.prefix(range.lowerBound)
        let line = before.reduce(1) { $1 == "\n" ? $0 + 1 : $0 }
        let column = before.reversed().prefix { $0 != "\n" }.count + 1
        return (line, column)
    }
}

/// Everything found wrong with one rule, in the order of its text; never empty.
package struct InvalidRule: Error, Hashable, Sendable {
    package var problems: [RuleProblem]
}
