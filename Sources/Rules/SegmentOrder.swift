/// Puts segments into an order in which each comes after those that its rule asks for.
package enum SegmentOrder {
    /// Indices into `segments`; where nothing forces another order, the given one is kept.
    ///
    /// Otherwise every reference to a segment that is not there, or else the first circle of segments.
    package static func resolve(_ segments: [(name: String, rule: Rule)]) throws(UnresolvedSegments) -> [Int] {
        let indices = Dictionary(segments.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let references = segments.map(\.rule.referencedSegments)
        let unknown = segments.indices.flatMap { index in
            references[index].filter { indices[$0.name] == nil }.map { reference in
                let hint = hint(for: reference.name, among: segments.map(\.name))
                let sentence = "unknown segment '\(excerpt(reference.name))'" + hint
                return SegmentProblem(index: index, problem: RuleProblem(sentence, at: reference.range))
            }
        }
        guard unknown.isEmpty else { throw UnresolvedSegments(problems: unknown) }
        let edges = references.map { $0.map { (to: indices[$0.name] ?? 0, at: $0.range) } }
        return try sorted(edges, names: segments.map(\.name))
    }

    /// Depth first with a stack of its own: a chain of segments may be long.
    private static func sorted(
        _ edges: [[(to: Int, at: Range<Int>)]],
        names: [String]
    ) throws(UnresolvedSegments) -> [Int] {
        var order: [Int] = []
        var isDone = [Bool](repeating: false, count: edges.count)
        var isOpen = isDone
        for root in edges.indices where !isDone[root] {
            var path = [(node: root, nextEdge: 0)]
            isOpen[root] = true
            while let (node, nextEdge) = path.last {
                guard nextEdge < edges[node].count else {
                    path.removeLast()
                    isOpen[node] = false
                    isDone[node] = true
                    order.append(node)
                    continue
                }
                path[path.count - 1].nextEdge += 1
                let edge = edges[node][nextEdge]
                if isOpen[edge.to] {
                    let circle = path.map(\.node).drop { $0 != edge.to } + [edge.to]
                    let route = circle.map { "'\(names[$0])'" }.joined(separator: " → ")
                    let sentence =
                        edge.to == node
                        ? "segment '\(names[node])' refers to itself"
                        : "segments refer to each other in a circle: \(route)"
                    throw UnresolvedSegments(problems: [
                        SegmentProblem(index: node, problem: RuleProblem(sentence, at: edge.at))
                    ])
                }
                guard !isDone[edge.to] else { continue }
                isOpen[edge.to] = true
                path.append((edge.to, 0))
            }
        }
        return order
    }
}

/// A problem of one segment's rule that only shows beside the other segments.
package struct SegmentProblem: Hashable, Sendable {
    /// Of the segment whose rule the problem points into.
    package var index: Int
    package var problem: RuleProblem
}

/// Why segments cannot be put into an order; never empty.
package struct UnresolvedSegments: Error, Hashable, Sendable {
    package var problems: [SegmentProblem]
}
