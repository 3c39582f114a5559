import Reports
import TidegateModel

/// The batches of a run for people: one line each, and one for all that follow each other and say the same.
struct BatchLines {
    let texts: [String]

    init(_ batches: [Batch]) {
        texts = BatchGroups(batches).groups.compactMap { group in
            guard let first = group.first, let last = group.last else { return nil }
            return first.line(as: group.count == 1 ? "\(first.number)" : "\(first.number) to \(last.number)", of: group)
        }
    }
}

extension Batch {
    fileprivate func line(as name: String, of group: [Batch]) -> String {
        let (contacts, bytes) = group.reduce((0, 0)) { ($0.0 + $1.contacts, $0.1 + $1.bytes) }
        var parts = [name, kind.rawValue, state.rawValue, Words.count(contacts, "contact"), Figures.bytes(bytes)]
        if rejected > 0 { parts.append("\(rejected) rejected") }
        if let job { parts.append("job \(job)") }
        if !figures.isEmpty {
            parts.append(figures.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        }
        return "  " + parts.joined(separator: "  ") + (message.map { ": \($0)" } ?? "")
    }
}
