import TidegateModel

/// A destination that left the job files although dataflows go there.
struct RemovedDestination: Equatable, CustomStringConvertible {
    let name: String
    /// In the order of the job files, at least one.
    let dataflows: [String]

    /// By name, of the destinations that dataflows name and nobody declares; what was never in force is a misspelling and no removal.
    static func found(
        among unresolved: [String: [String]], since applied: JobSpec?
    ) -> [RemovedDestination] {
        unresolved.sorted { $0.key < $1.key }
            .filter { applied?.destination(named: $0.key) != nil }
            .map { RemovedDestination(name: $0.key, dataflows: $0.value) }
    }

    var description: String {
        let names = dataflows.joined(separator: ", ")
        let way =
            dataflows.count == 1
            ? "dataflow \(names) uses it; remove it, or keep it with 'detached: true'"
            : "dataflows \(names) use it; remove them, or keep them with 'detached: true'"
        return "destination '\(name)' cannot be removed: \(way)"
    }
}
