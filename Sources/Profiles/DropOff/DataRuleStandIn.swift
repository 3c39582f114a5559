import Foundation
import Rules

// Until the rules of traits are there: `key == "value"` alone.
struct TraitRule {
    var key: String
    var value: String

    static func parse(_ text: String) throws(InvalidRule) -> TraitRule {
        let parts = text.components(separatedBy: "==").map { $0.trimmingCharacters(in: .whitespaces) }
        return TraitRule(
            key: parts[0].lowercased(), value: parts[1].replacingOccurrences(of: "\"", with: "").lowercased())
    }
}

final class TraitRuleSet {
    let rules: [TraitRule]
    var keys: [String: [Int]] = [:]
    var fulfilled: Set<Int> = []
    init(_ rules: [TraitRule]) {
        self.rules = rules
        for (index, rule) in rules.enumerated() { keys[rule.key, default: []].append(index) }
    }
    func begin() { fulfilled.removeAll(keepingCapacity: true) }
    func add(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) -> Bool {
        guard let asked = keys[String(decoding: key, as: UTF8.self).lowercased()] else { return false }
        for index in asked where rules[index].value == String(decoding: value, as: UTF8.self).lowercased() {
            fulfilled.insert(index)
        }
        return true
    }
    func forEachFulfilled(_ body: (Int) -> Void) { for index in fulfilled.sorted() { body(index) } }
}
