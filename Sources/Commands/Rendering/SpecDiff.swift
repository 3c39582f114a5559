import Foundation
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

    private static func leaves(_ spec: String?) -> [String: String] {
        guard let spec, let value = try? JSONSerialization.jsonObject(with: Data(spec.utf8)) else { return [:] }
        var found: [String: String] = [:]
        collect(value, below: "", into: &found)
        return found
    }

    private static func collect(_ value: Any, below path: String, into found: inout [String: String]) {
        switch value {
        case let mapping as [String: Any]:
            for (key, value) in mapping { collect(value, below: path.isEmpty ? key : "\(path).\(key)", into: &found) }
        case let list as [Any]:
            for (index, value) in list.enumerated() { collect(value, below: "\(path)[\(index)]", into: &found) }
        default: found[path] = "\(value)"
        }
    }
}
