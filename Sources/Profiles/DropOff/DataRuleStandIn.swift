import Rules

// Until sets of rules are there.
final class TraitRuleSet {
    let rules: [TraitRule]
    let keys: Set<String>
    var signals: [(key: String, value: String)] = []
    init(_ rules: [TraitRule]) {
        self.rules = rules
        keys = rules.reduce(into: []) { $0.formUnion($1.keys) }
    }
    func begin() { signals.removeAll(keepingCapacity: true) }
    func add(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) -> Bool {
        let key = String(decoding: key, as: UTF8.self).lowercased()
        guard keys.contains(key) else { return false }
        signals.append((key, String(decoding: value, as: UTF8.self)))
        return true
    }
    func forEachFulfilled(_ body: (Int) -> Void) {
        for (index, rule) in rules.enumerated() where rule.isFulfilled(by: signals) { body(index) }
    }
}
