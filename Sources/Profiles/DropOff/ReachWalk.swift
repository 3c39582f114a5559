/// One walk after the other from a few identities.
final class ReachWalk {
    private let graph: ReachGraph
    private var seen: ReachBits
    /// Where the walk began, then what it met, nearest first.
    private var met: [UInt32] = []
    private var starts = 0
    /// How many were met before the last step.
    private var inside = 0

    init(_ graph: ReachGraph) {
        self.graph = graph
        seen = ReachBits(limit: graph.limit)
    }

    /// Walks from `identities`, through devices, as far as a profile reaches.
    func start(_ identities: [UInt32]) {
        for identity in met { seen.remove(identity) }
        met.removeAll(keepingCapacity: true)
        for identity in identities where seen.insert(identity) { met.append(identity) }
        starts = met.count
        var step = 0..<starts
        for _ in 1...ReachGraph.links where !step.isEmpty {
            inside = step.upperBound
            for index in step where index < starts || graph.isDevice(met[index]) {
                graph.forEachNeighbour(of: met[index]) { if seen.insert($0) { met.append($0) } }
            }
            step = step.upperBound..<met.count
        }
        if step.isEmpty { inside = met.count }
    }

    /// What the walk met, without where it began.
    var reached: ArraySlice<UInt32> { met[starts...] }

    /// Whether the walk went on from there.
    func isPassable(_ identity: UInt32) -> Bool {
        guard seen.contains(identity), let index = met.firstIndex(of: identity) else { return false }
        return index < starts || index < inside && graph.isDevice(identity)
    }
}
