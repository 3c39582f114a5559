/// Many rules of traits, answered together for one line after the other.
///
/// A signal costs one look for its key, and one for its value however many rules compare it for equality. Nothing is
/// allocated per line or signal. Not shared between threads.
package final class TraitRuleSet {
    private let program: TraitProgram
    /// The program's; two lookups per signal are too many to count references for.
    private let table: Unmanaged<SignalTable>
    private let keyFold = SignalFold()
    private let valueFold = SignalFold()
    private let state: UnsafeMutablePointer<State>

    /// What is known of the current line; whatever bears another line's number is out of date.
    private struct State {
        var line = 1
        /// For each key, atom and rule, the last line that had it, fulfilled it or fulfilled an atom of it.
        let keys: UnsafeMutablePointer<Int>
        let atoms: UnsafeMutablePointer<Int>
        let rules: UnsafeMutablePointer<Int>
        /// The rules of which the line fulfilled an atom.
        let touched: UnsafeMutablePointer<Int>
        var touchedCount = 0
    }

    package init(_ rules: [TraitRule]) {
        program = TraitProgram(rules)
        table = .passUnretained(program.table)
        func zeros(_ count: Int) -> UnsafeMutablePointer<Int> {
            let zeros = UnsafeMutablePointer<Int>.allocate(capacity: max(1, count))
            zeros.initialize(repeating: 0, count: max(1, count))
            return zeros
        }
        state = .allocate(capacity: 1)
        state.initialize(
            to: State(
                keys: zeros(program.keys.count),
                atoms: zeros(program.rules.count),
                rules: zeros(rules.count),
                touched: zeros(rules.count)
            )
        )
    }

    deinit {
        for pointer in [state.pointee.keys, state.pointee.atoms, state.pointee.rules, state.pointee.touched] {
            pointer.deallocate()
        }
        state.deallocate()
    }

    /// Starts the next line, of which no signal is known.
    package func begin() {
        state.pointee.line += 1
        state.pointee.touchedCount = 0
    }

    /// Adds a signal of the line, as UTF-8 without quotes and, before the key, without a dash.
    ///
    /// Returns whether any rule asks for the key.
    package func add(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) -> Bool {
        guard key.count <= program.longestKey,
            let index = content(keyFold(key), SignalTests.keyTag)
        else { return false }
        let tests = program.keys.start + index
        if state.pointee.keys[index] != state.pointee.line {
            state.pointee.keys[index] = state.pointee.line
            let occurrences = tests.pointee.occurrences
            for place in occurrences.start..<occurrences.end { fulfil(program.occurrences.start[place]) }
        }
        if value.count <= tests.pointee.longestText { compareText(value, tests, index) }
        if tests.pointee.hasEqualNumber || !tests.pointee.numbers.isEmpty, let number = SignalNumber(value) {
            compareNumber(number, tests, index)
        }
        return true
    }

    /// Calls `body` once with the place of each rule that the line fulfils, in no order.
    package func forEachFulfilled(_ body: (Int) -> Void) {
        for place in 0..<state.pointee.touchedCount {
            let rule = state.pointee.touched[place]
            if isFulfilled(rule) { body(rule) }
        }
        for place in 0..<program.absent.count {
            let rule = program.absent.start[place]
            if state.pointee.rules[rule] != state.pointee.line { body(rule) }
        }
    }

    private func isFulfilled(_ rule: Int) -> Bool {
        var at = program.entries.start[rule]
        while at >= 0 {
            let branch = program.branches.start + at
            let isTrue = state.pointee.atoms[branch.pointee.atom] == state.pointee.line
            at = isTrue ? branch.pointee.ifTrue : branch.pointee.ifFalse
        }
        return at == TraitProgram.Branch.holds
    }

    @inline(__always)
    private func fulfil(_ atom: Int) {
        let line = state.pointee.line
        guard state.pointee.atoms[atom] != line else { return }
        state.pointee.atoms[atom] = line
        let rule = program.rules.start[atom]
        guard state.pointee.rules[rule] != line else { return }
        state.pointee.rules[rule] = line
        state.pointee.touched[state.pointee.touchedCount] = rule
        state.pointee.touchedCount += 1
    }

    @inline(__always)
    private func content(_ bytes: UnsafeRawBufferPointer, _ tag: Int32) -> Int? {
        table._withUnsafeGuaranteedRef { $0.content(bytes, tag) }
    }

    private func fulfil(equalTo bytes: UnsafeRawBufferPointer, _ tag: Int32) {
        guard let content = content(bytes, tag) else { return }
        let places = program.equals.start[content]
        for place in places.start..<places.end { fulfil(program.equalAtoms.start[place]) }
    }

    private func compareText(_ value: UnsafeRawBufferPointer, _ tests: UnsafePointer<SignalTests>, _ key: Int) {
        let (texts, patterns) = (tests.pointee.texts, tests.pointee.patterns)
        guard tests.pointee.hasEqualText || !texts.isEmpty || !patterns.isEmpty else { return }
        let folded = valueFold(value)
        if tests.pointee.hasEqualText { fulfil(equalTo: folded, SignalTests.textTag(key)) }
        for place in texts.start..<texts.end {
            let test = program.texts.start + place
            if test.pointee.accepts(folded) { fulfil(test.pointee.atom) }
        }
        for place in patterns.start..<patterns.end {
            let test = program.patterns.start + place
            if test.pointee.accepts(folded) { fulfil(test.pointee.atom) }
        }
    }

    private func compareNumber(_ number: SignalNumber, _ tests: UnsafePointer<SignalTests>, _ key: Int) {
        if tests.pointee.hasEqualNumber {
            let identity = number.identity
            withUnsafeBytes(of: identity.bits) {
                fulfil(equalTo: $0, SignalTests.numberTag(key, isWhole: identity.isWhole))
            }
        }
        let numbers = tests.pointee.numbers
        for place in numbers.start..<numbers.end {
            let test = program.numbers.start + place
            if test.pointee.accepts(number) { fulfil(test.pointee.atom) }
        }
    }
}
