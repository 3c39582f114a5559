/// Rules of traits, compiled: what each key is asked for, and how a rule follows from its atoms.
final class TraitProgram {
    /// Goes to one of two further branches, or to an end, by one atom.
    struct Branch: BitwiseCopyable {
        var atom: Int
        var ifTrue: Int
        var ifFalse: Int

        static let holds = -1
        static let fails = -2
    }

    let table: SignalTable
    let keys: PlainValues<SignalTests>
    /// Longer keys, in bytes, are none of these.
    let longestKey: Int
    let numbers: PlainValues<NumberTest>
    let texts: PlainValues<TextTest>
    let patterns: PlainValues<PatternTest>
    /// The atoms of `SignalTests.occurrences`.
    let occurrences: PlainValues<Int>
    /// For each literal that is to be equal to, by the table's content, its places in `equalAtoms`.
    let equals: PlainValues<SignalTests.Places>
    let equalAtoms: PlainValues<Int>
    /// The rule of each atom.
    let rules: PlainValues<Int>
    let branches: PlainValues<Branch>
    /// Where each rule starts.
    let entries: PlainValues<Int>
    /// The rules that a line fulfils that has nothing to do with them.
    let absent: PlainValues<Int>
    private let literals: [PlainValues<UInt8>]
    private let units: [PlainValues<UInt16>]

    init(_ rules: [TraitRule]) {
        var compiler = TraitCompiler()
        for (index, rule) in rules.enumerated() { compiler.add(rule.root, of: index) }
        let drafts = compiler.drafts
        var lists = TraitLists()
        keys = PlainValues(drafts.indices.map { lists.tests(drafts[$0], of: $0) })
        for (index, draft) in drafts.enumerated() {
            lists.entries.append((draft.key.bytes, SignalTests.keyTag, Int32(index)))
        }
        table = SignalTable(lists.entries)
        longestKey = SignalFold.mostBytesPerByte * (drafts.map(\.key.text.utf8.count).max() ?? 0)
        numbers = PlainValues(lists.numbers)
        texts = PlainValues(lists.texts)
        patterns = PlainValues(lists.patterns)
        occurrences = PlainValues(lists.occurrences)
        equals = PlainValues(lists.equals)
        equalAtoms = PlainValues(lists.equalAtoms)
        (literals, units) = (lists.literals, lists.units)
        self.rules = PlainValues(compiler.rules)
        branches = PlainValues(compiler.branches)
        entries = PlainValues(compiler.entries)
        let compiled = branches.start
        absent = PlainValues(
            compiler.entries.indices.filter { rule in
                var at = compiler.entries[rule]
                while at >= 0 { at = compiled[at].ifFalse }
                return at == Branch.holds
            }
        )
    }
}

/// Gives each test an atom, and each rule its branches.
struct TraitCompiler {
    struct Draft {
        let key: FoldedText
        var occurrences: [Int] = []
        var tests: [(atom: Int, test: SignalTest)] = []
    }

    private(set) var drafts: [Draft] = []
    private(set) var rules: [Int] = []
    private(set) var branches: [TraitProgram.Branch] = []
    private(set) var entries: [Int] = []
    private var keys: [FoldedText: Int] = [:]

    mutating func add(_ condition: TraitCondition, of rule: Int) {
        entries.append(branch(condition, of: rule, TraitProgram.Branch.holds, TraitProgram.Branch.fails))
    }

    /// Where to go for an answer that leads on to one of two places.
    private mutating func branch(_ condition: TraitCondition, of rule: Int, _ ifTrue: Int, _ ifFalse: Int) -> Int {
        switch condition {
        case .all(let operands):
            return operands.reversed().reduce(ifTrue) { branch($1, of: rule, $0, ifFalse) }
        case .any(let operands):
            return operands.reversed().reduce(ifFalse) { branch($1, of: rule, ifTrue, $0) }
        case .not(let operand):
            return branch(operand, of: rule, ifFalse, ifTrue)
        case .occurs(let key):
            let atom = atom(of: rule)
            drafts[draft(key)].occurrences.append(atom)
            branches.append(TraitProgram.Branch(atom: atom, ifTrue: ifTrue, ifFalse: ifFalse))
        case .some(let key, let test):
            let atom = atom(of: rule)
            drafts[draft(key)].tests.append((atom, test))
            branches.append(TraitProgram.Branch(atom: atom, ifTrue: ifTrue, ifFalse: ifFalse))
        }
        return branches.count - 1
    }

    private mutating func atom(of rule: Int) -> Int {
        rules.append(rule)
        return rules.count - 1
    }

    private mutating func draft(_ key: FoldedText) -> Int {
        if let index = keys[key] { return index }
        keys[key] = drafts.count
        drafts.append(Draft(key: key))
        return drafts.count - 1
    }
}
