import Reports
import Store

/// What changed in one object, key by key.
struct SpecDiff {
    let change: ObjectChange

    init(_ change: ObjectChange) {
        self.change = change
    }

    /// The changed keys, dotted, in alphabetical order; empty for an object that comes or goes.
    var keys: [String] {
        guard change.verb == .change else { return [] }
        let (before, after) = (Self.leaves(change.before), Self.leaves(change.after))
        return Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
    }

    /// `~ Dataflow vip-nightly` and below it `- schedule.at: 02:00`, `+ schedule.at: 03:00`.
    var text: String {
        switch change.verb {
        case .add: return "+ \(change.kind.rawValue) \(change.name)"
        case .remove: return "- \(change.kind.rawValue) \(change.name)"
        case .change:
            let (before, after) = (Self.leaves(change.before), Self.leaves(change.after))
            let lines = keys.flatMap { key in
                [before[key].map { "    - \(key): \($0)" }, after[key].map { "    + \(key): \($0)" }].compactMap(\.self)
            }
            return (["~ \(change.kind.rawValue) \(change.name)"] + lines).joined(separator: "\n")
        }
    }

    private static let durations = ["adHocDelay", "deadline", "settle"]

    private static func leaves(_ spec: String?) -> [String: String] {
        guard let spec, let value = SpecTree(canonical: spec) else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: value.leaves(below: "").map { key, text in
                (key, durations.contains { key.hasSuffix($0) } ? SpecTree.duration(text) : text)
            }
        )
    }
}

extension SpecTree {
    /// Every leaf with its path; items of a list that have a name go by it, so that one more renumbers none.
    fileprivate func leaves(below path: String) -> [(String, String)] {
        switch self {
        case .leaf(let text, _): [(path, text)]
        case .mapping(let members):
            members.flatMap { key, value in
                // What a case of an enum holds has a name in the stored form that no job file has.
                value.leaves(below: key == "_0" ? path : path.isEmpty ? key : "\(path).\(key)")
            }
        case .list(let items):
            items.enumerated().flatMap { index, item in item.leaves(below: "\(path)[\(item.name ?? "\(index + 1)")]") }
        }
    }

    private var name: String? {
        guard case .mapping(let members) = self else { return nil }
        for key in ["name", "as"] {
            if case .leaf(let name, _)? = members[key] { return name }
        }
        return nil
    }
}
