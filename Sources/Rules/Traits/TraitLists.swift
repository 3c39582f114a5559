/// The tests of all keys, one kind after the other, as a program reads them.
struct TraitLists {
    var entries: [(bytes: [UInt8], tag: Int32, content: Int32)] = []
    private(set) var numbers: [NumberTest] = []
    private(set) var texts: [TextTest] = []
    private(set) var patterns: [PatternTest] = []
    private(set) var occurrences: [Int] = []
    private(set) var equals: [SignalTests.Places] = []
    private(set) var equalAtoms: [Int] = []
    private(set) var literals: [PlainValues<UInt8>] = []
    private(set) var units: [PlainValues<UInt16>] = []

    mutating func tests(_ draft: TraitCompiler.Draft, of key: Int) -> SignalTests {
        var tests = SignalTests()
        tests.occurrences.start = occurrences.count
        occurrences += draft.occurrences
        tests.occurrences.end = occurrences.count
        (tests.numbers.start, tests.texts.start, tests.patterns.start) = (numbers.count, texts.count, patterns.count)
        var equal = EqualLiterals()
        for (atom, test) in draft.tests {
            switch test {
            case .equals(let literals): for literal in literals { equal.add(literal, atom) }
            case .compares(let comparison, let literal): compare(atom, (literal, comparison), nil)
            case .isBetween(let low, let high): compare(atom, (low, .greaterOrEqual), (high, .lessOrEqual))
            case .isLike(let pattern): match(atom, pattern.elements)
            case .call(let function, let literal): match(atom, function, literal)
            }
        }
        (tests.numbers.end, tests.texts.end, tests.patterns.end) = (numbers.count, texts.count, patterns.count)
        tests.hasEqualText = !equal.texts.isEmpty
        tests.hasEqualNumber = !equal.wholes.isEmpty || !equal.others.isEmpty
        for (bytes, atoms) in equal.texts { enter(bytes, SignalTests.textTag(key), atoms) }
        for (bits, atoms) in equal.wholes { enter(bits, SignalTests.numberTag(key, isWhole: true), atoms) }
        for (bits, atoms) in equal.others { enter(bits, SignalTests.numberTag(key, isWhole: false), atoms) }
        let longest = equal.texts.keys.map(\.count).max() ?? 0
        let isBounded = tests.texts.isEmpty && tests.patterns.isEmpty
        tests.longestText = isBounded ? SignalFold.mostBytesPerByte * longest : .max
        return tests
    }

    private mutating func enter(_ bits: UInt64, _ tag: Int32, _ atoms: [Int]) {
        enter(withUnsafeBytes(of: bits) { Array($0) }, tag, atoms)
    }

    private mutating func enter(_ bytes: [UInt8], _ tag: Int32, _ atoms: [Int]) {
        entries.append((bytes, tag, Int32(equals.count)))
        equals.append(SignalTests.Places(start: equalAtoms.count, end: equalAtoms.count + atoms.count))
        equalAtoms += atoms
    }

    private typealias Limit = (literal: RuleValue, comparison: ComparisonOperator)

    private mutating func compare(_ atom: Int, _ first: Limit, _ second: Limit?) {
        if case .text(let text) = first.literal {
            let bound = bound(text, first.comparison)
            var other: TextTest.Bound?
            if let second, case .text(let text) = second.literal { other = self.bound(text, second.comparison) }
            return texts.append(TextTest(atom: atom, first: bound, second: other))
        }
        guard let bound = bound(first) else { return }
        numbers.append(NumberTest(atom: atom, first: bound, second: second.flatMap { self.bound($0) }))
    }

    private mutating func bound(_ text: String, _ comparison: ComparisonOperator) -> TextTest.Bound {
        let bytes = PlainValues(Array(text.utf8))
        literals.append(bytes)
        let literal = UnsafeRawBufferPointer(start: bytes.start, count: bytes.count)
        return TextTest.Bound(literal: literal, orders: SignalOrders(comparison))
    }

    private func bound(_ limit: Limit) -> NumberTest.Bound? {
        SignalNumber(limit.literal).map { NumberTest.Bound(literal: $0, orders: SignalOrders(limit.comparison)) }
    }

    private mutating func match(_ atom: Int, _ function: RuleCall, _ literal: FoldedText) {
        let content = literal.text.unicodeScalars.map { LikePattern.Element.scalar($0) }
        let before = function == .startsWith ? [] : [LikePattern.Element.anyText]
        let after = function == .endsWith ? [] : [LikePattern.Element.anyText]
        match(atom, before + content + after)
    }

    private mutating func match(_ atom: Int, _ elements: [LikePattern.Element]) {
        let values = PlainValues(PatternTest.units(elements))
        units.append(values)
        patterns.append(PatternTest(atom: atom, units: values.start, count: values.count))
    }
}

/// The literals that values of one key are to be equal to, each with the atoms that ask for it.
private struct EqualLiterals {
    private(set) var texts: [[UInt8]: [Int]] = [:]
    private(set) var wholes: [UInt64: [Int]] = [:]
    private(set) var others: [UInt64: [Int]] = [:]

    mutating func add(_ literal: RuleValue, _ atom: Int) {
        if case .text(let text) = literal { return texts[Array(text.utf8), default: []].append(atom) }
        guard let identity = SignalNumber(literal)?.identity else { return }
        if identity.isWhole {
            wholes[identity.bits, default: []].append(atom)
        } else {
            others[identity.bits, default: []].append(atom)
        }
    }
}
