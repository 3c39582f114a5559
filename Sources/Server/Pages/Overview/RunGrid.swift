import Foundation
import Store
import TidegateModel

/// The last runs of every dataflow, kept between requests: runs that ended never change, so that only new ones and those
/// that were under way are read again.
final class RunGrid: Sendable {
    /// Of one dataflow.
    struct Line: Hashable, Sendable {
        /// The oldest first, at most ``RunGrid/width``.
        var runs: [RunMark] = []
        var lastDelivery: Instant?
    }

    static let width = 50

    private struct Kept {
        var lines: [UUID: Line] = [:]
        var last = 0
        var live: Set<Int> = []
    }

    private let store: Store
    private let kept = Locked<Kept?>(nil)

    init(_ store: Store) {
        self.store = store
    }

    /// As it is now, by dataflow.
    func current() throws -> [UUID: Line] {
        try kept.withLock { kept in
            var grid = try kept ?? started()
            // Emptied meanwhile, so that nothing is copied that nobody else looks at.
            kept = nil
            try bringUpToDate(&grid)
            kept = grid
            return grid.lines
        }
    }

    private func started() throws -> Kept {
        var grid = Kept()
        for run in try store.runMarks(ofEach: Self.width) { Self.put(run, into: &grid) }
        for (dataflow, delivery) in try store.lastDeliveries() {
            grid.lines[dataflow, default: Line()].lastDelivery = delivery
        }
        return grid
    }

    private func bringUpToDate(_ grid: inout Kept) throws {
        for run in try store.runMarks(after: grid.last, and: grid.live) { Self.put(run, into: &grid) }
    }

    private static func put(_ run: RunMark, into grid: inout Kept) {
        grid.last = max(grid.last, run.sequence)
        if run.state.isTerminal { grid.live.remove(run.sequence) } else { grid.live.insert(run.sequence) }
        grid.lines[run.dataflow, default: Line()].put(run)
    }
}

extension RunGrid.Line {
    mutating func put(_ run: RunMark) {
        if run.state == .completed || run.state == .partial, let at = run.finishedAt {
            lastDelivery = max(lastDelivery ?? at, at)
        }
        guard let last = runs.last, run.sequence <= last.sequence else {
            runs.append(run)
            if runs.count > RunGrid.width { runs.removeFirst(runs.count - RunGrid.width) }
            return
        }
        if let place = runs.firstIndex(where: { $0.sequence == run.sequence }) { runs[place] = run }
    }
}
