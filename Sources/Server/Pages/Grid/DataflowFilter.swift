import Foundation
import Store
import TidegateModel

/// Which dataflows a page shows, as its address says it. What the address does not say lets everything through.
struct DataflowFilter: Hashable, Sendable {
    /// Of the newest run.
    var state: RunState?
    var destination: String?
    var kind: DataflowLine.Kind?
    var standing: DataflowLine.Standing?
    /// Somewhere in the name, in either case.
    var name = ""

    init() {}

    /// What no page offers is as good as not said.
    init(_ value: (String) -> String?) {
        state = value("state").flatMap(RunState.init(rawValue:))
        destination = value("destination").flatMap { $0.isEmpty ? nil : $0 }
        kind = value("kind").flatMap(DataflowLine.Kind.init(rawValue:))
        standing = value("standing").flatMap(DataflowLine.Standing.init(rawValue:))
        name = value("name") ?? ""
    }

    var isEmpty: Bool { self == DataflowFilter() }

    func lets(_ line: DataflowLine) -> Bool {
        if let state, line.last?.state != state { return false }
        if let destination, line.dataflow.destination != destination { return false }
        if let kind, line.kind != kind { return false }
        if let standing, line.standing != standing { return false }
        return name.isEmpty || line.dataflow.name.contains(name.lowercased())
    }

    /// The address of the page that shows them.
    var address: String {
        let wanted = pairs.map { "\($0.name)=\(Self.escaped($0.value))" }
        return "/dataflows" + (wanted.isEmpty ? "" : "?" + wanted.joined(separator: "&"))
    }

    /// As a form's hidden fields have to repeat them.
    var pairs: [(name: String, value: String)] {
        [
            ("state", state?.rawValue), ("destination", destination), ("kind", kind?.rawValue),
            ("standing", standing?.rawValue), ("name", name.isEmpty ? nil : name),
        ].compactMap { pair in pair.1.map { (pair.0, $0) } }
    }

    /// The same with something else in one place.
    func with<Value>(_ part: WritableKeyPath<DataflowFilter, Value>, _ value: Value) -> DataflowFilter {
        var other = self
        other[keyPath: part] = value
        return other
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
