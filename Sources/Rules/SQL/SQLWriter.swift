import TidegateModel

/// Writes expressions so that SQLite's answer is the definition's.
struct SQLWriter {
    /// How strongly SQLite binds; an expression is put in parentheses where its surroundings bind more strongly.
    enum Binding: Int, Comparable {
        case none, or, and, not, comparison, sum, product, sign, whole

        static func < (left: Binding, right: Binding) -> Bool { left.rawValue < right.rawValue }
    }

    let now: Instant
    let column: (Attribute) -> String
    let membership: (String) -> String
    let trait: (Int64) -> String
    var sql = RuleSQL()

    init(
        now: Instant,
        column: @escaping (Attribute) -> String,
        membership: @escaping (String) -> String,
        trait: @escaping (Int64) -> String
    ) {
        self.now = now
        self.column = column
        self.membership = membership
        self.trait = trait
    }

    mutating func write(_ expression: Expression, within binding: Binding) {
        if let constant = expression.constant(now: now) { return literal(constant) }
        switch expression.kind {
        case .literal(let value): literal(value)
        case .now: literal(.timestamp(now.milliseconds))
        case .attribute(let attribute): put(column(attribute))
        case .inSegment(let name): call("", [{ $0.put($0.membership(name)) }])
        case .hasTrait(let sid): call("", [{ $0.put($0.trait(sid)) }])
        case .negate, .arithmetic, .shift: checked(expression)
        case .compare(let comparison, let left, let right): compare(comparison, left, right, within: binding)
        case .between(let operand, let low, let high):
            parenthesized(.and, within: binding) {
                $0.compare(.greaterOrEqual, operand, low, within: .and)
                $0.put(" AND ")
                $0.compare(.lessOrEqual, operand, high, within: .and)
            }
        case .isIn(let operand, let items): isIn(operand, items, within: binding)
        case .like(let operand, let pattern, let options): like(operand, pattern, options)
        case .isNull(let operand): postfix(operand, " IS NULL", within: binding)
        case .isTruth(let operand, let truth): postfix(operand, truth ? " IS TRUE" : " IS FALSE", within: binding)
        case .not(let operand):
            parenthesized(.not, within: binding) {
                $0.put("NOT ")
                $0.write(operand, within: .not)
            }
        case .all(let operands): chain(operands, .and, within: binding) { $0.write($1, within: .not) }
        case .any(let operands): chain(operands, .or, within: binding) { $0.write($1, within: .and) }
        case .call(let function, let arguments): call(function, arguments, giving: expression.type)
        }
    }

    // MARK: Pieces

    mutating func put(_ text: String) {
        sql.text += text
    }

    mutating func parenthesized(_ own: Binding, within binding: Binding, _ body: (inout SQLWriter) -> Void) {
        let isLoose = own < binding
        if isLoose { put("(") }
        body(&self)
        if isLoose { put(")") }
    }

    mutating func call(_ name: String, _ arguments: [(inout SQLWriter) -> Void]) {
        put(name + "(")
        for (index, argument) in arguments.enumerated() {
            if index > 0 { put(", ") }
            argument(&self)
        }
        put(")")
    }

    mutating func literal(_ value: RuleValue) {
        switch value {
        case .null: put("NULL")
        case .boolean(let boolean): put(boolean ? "1" : "0")
        case .integer(let integer), .date(let integer), .timestamp(let integer):
            put(integer < 0 ? "(\(integer))" : "\(integer)")
        case .real(let real):
            put("?")
            sql.parameters.append(.real(real))
        case .text(let text):
            put("?")
            sql.parameters.append(.text(text))
        }
    }

    private mutating func postfix(_ operand: Expression, _ text: String, within binding: Binding) {
        parenthesized(.comparison, within: binding) {
            $0.write(operand, within: .sum)
            $0.put(text)
        }
    }

    /// Items joined by `AND` or `OR`.
    ///
    /// SQLite limits the depth of a tree to 1000, and a chain is as deep as long.
    mutating func chain<Item>(
        _ items: [Item],
        _ own: Binding,
        within binding: Binding,
        _ body: (inout SQLWriter, Item) -> Void
    ) {
        parenthesized(items.count == 1 ? binding : own, within: binding) { writer in
            let width = 200
            for start in stride(from: 0, to: items.count, by: width) {
                if start > 0 { writer.put(own == .and ? " AND " : " OR ") }
                let part = items[start..<min(start + width, items.count)]
                if items.count > width { writer.put("(") }
                for (index, item) in part.enumerated() {
                    if index > 0 { writer.put(own == .and ? " AND " : " OR ") }
                    body(&writer, item)
                }
                if items.count > width { writer.put(")") }
            }
        }
    }

    // MARK: Functions

    private mutating func like(_ operand: Expression, _ pattern: Expression, _ options: LikeOptions) {
        let function: RuleFunction.Name = options.ignoresCase ? .ilike : .like
        let escape = options.escape.map { RuleValue.text(String($0)) } ?? .null
        call(
            function.rawValue,
            [{ $0.write(operand, within: .none) }, { $0.write(pattern, within: .none) }, { $0.literal(escape) }]
        )
    }

    private mutating func call(_ function: RuleCall, _ arguments: [Expression], giving type: AttributeType?) {
        let name = RuleFunction.Name(function)?.rawValue ?? "coalesce"
        let pieces = arguments.map { argument in
            { (writer: inout SQLWriter) in
                let isConverted = type == .real && argument.type == .integer
                if isConverted { writer.put("CAST(") }
                writer.write(argument, within: .none)
                if isConverted { writer.put(" AS REAL)") }
            }
        }
        call(name, pieces)
    }
}
