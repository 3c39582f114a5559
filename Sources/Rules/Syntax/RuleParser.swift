import TidegateModel

/// Reads a rule's tokens into a tree whose types fit, by precedence climbing.
///
/// A problem of types is noted and reading goes on with a null in place of the expression, so that one pass finds
/// every such problem. A problem of syntax ends it.
struct RuleParser: TokenReader {
    /// Binding powers, weakest first.
    enum Precedence: Int, Comparable {
        case or, and, not, comparison, sum, product, sign

        static func < (left: Precedence, right: Precedence) -> Bool { left.rawValue < right.rawValue }
    }

    let schema: ProfileSchema
    let scalars: [Unicode.Scalar]
    var problems: [RuleProblem] = []
    let tokens: [Token]
    var index = 0
    private var nesting = 0

    static func parse(_ text: String, schema: ProfileSchema) throws(InvalidRule) -> Expression {
        let scalars = Array(text.unicodeScalars)
        var problems: [RuleProblem] = []
        do throws(RuleProblem) {
            var parser = RuleParser(schema, scalars, try Lexer.tokens(of: scalars))
            defer { problems = parser.problems }
            let root = try parser.rule()
            if parser.problems.isEmpty { return root }
        } catch {
            problems.append(error)
        }
        throw InvalidRule(problems: problems.sorted { $0.range.lowerBound < $1.range.lowerBound })
    }

    private init(_ schema: ProfileSchema, _ scalars: [Unicode.Scalar], _ tokens: [Token]) {
        self.schema = schema
        self.scalars = scalars
        self.tokens = tokens
    }

    private mutating func rule() throws(RuleProblem) -> Expression {
        if current.kind == .end { throw RuleProblem("rule is empty", at: current.range) }
        let root = try expression(.or)
        guard current.kind == .end else {
            throw RuleProblem("expected an operator such as 'and', found \(found)", at: current.range)
        }
        if root.type != nil, root.type != .boolean {
            problem("rule must be true or false but \(noun(root))", at: root.range)
        }
        return root
    }

    // MARK: Nodes

    /// Stands for an expression with a noted problem: null agrees with every type, so nothing is reported twice.
    func unknown(_ range: Range<Int>) -> Expression {
        Expression(.literal(.null), nil, at: range)
    }

    func node(
        _ kind: Expression.Kind,
        _ type: AttributeType?,
        from start: Int
    ) throws(RuleProblem) -> Expression {
        let expression = Expression(kind, type, at: start..<end)
        guard expression.depth <= RuleLimits.depth else { throw tooDeep(at: start..<end) }
        return expression
    }

    /// An expression whose operators all bind at least as strongly as `weakest`.
    mutating func expression(_ weakest: Precedence) throws(RuleProblem) -> Expression {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= RuleLimits.depth else { throw tooDeep(at: current.range) }
        var left = try operand(weakest)
        var comparison: String?
        while true {
            let token = current
            guard let precedence = infixPrecedence(), precedence >= weakest else { return left }
            if precedence == .comparison, currentKeyword != .is {
                if let comparison {
                    throw RuleProblem(
                        "'\(comparison)' cannot be followed by another comparison, join the two with 'and'",
                        at: token.range
                    )
                }
                comparison = slice(token.range)
            }
            left =
                switch precedence {
                case .or: try chain(left, .or, then: .and)
                case .and: try chain(left, .and, then: .not)
                case .sum, .product: try calculation(left, precedence)
                default: try predicate(left)
                }
        }
    }

    private func infixPrecedence() -> Precedence? {
        switch current.kind {
        case .symbol(.plus), .symbol(.minus): return .sum
        case .symbol(.times), .symbol(.over): return .product
        case .symbol(.equal), .symbol(.unequal), .symbol(.less), .symbol(.lessOrEqual), .symbol(.greater),
            .symbol(.greaterOrEqual):
            return .comparison
        default: break
        }
        switch currentKeyword {
        case .or: return .or
        case .and: return .and
        case .is, .between, .in, .like, .ilike: return .comparison
        case .not:
            switch keyword(following) {
            case .between, .in, .like, .ilike: return .comparison
            default: return nil
            }
        default: return nil
        }
    }

    /// `left and … and …`, as one node however long it is.
    private mutating func chain(
        _ left: Expression,
        _ word: RuleKeyword,
        then tighter: Precedence
    ) throws(RuleProblem) -> Expression {
        var operands = [left]
        while accept(word) { operands.append(try expression(tighter)) }
        for operand in operands { require(operand, .boolean, for: word.rawValue) }
        let kind: Expression.Kind = word == .and ? .all(operands) : .any(operands)
        return try node(kind, .boolean, from: left.range.lowerBound)
    }
}
